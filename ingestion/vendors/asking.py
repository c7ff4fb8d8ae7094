"""Asking a vendor: calls side by side, a refused call halved until the question at fault stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from connections import Connection, ConnectionFailure, OutcomeUnknown, QuotaExhausted, RequestRejected, Unreachable
from ingestion.vendors.contract import Answer, Offer, Question

_BROKEN_CALLS = 3  # a vendor that fails so many calls in a row is left alone until the next load


@dataclass
class Replies:
    """What came of some questions. `failures` holds the reason by question; `unasked` may be asked another time.

    `lost` questions may have been answered and paid for. `stop` is why nothing more should be asked now, `broken` how
    many calls in a row, up to the last, brought nothing but failures.
    """

    answers: list[Answer] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    unasked: list[str] = field(default_factory=list)
    stop: ConnectionFailure | None = None
    broken: int = 0

    def add(self, other: Replies) -> None:
        """Put another call's replies to these."""
        self.answers += other.answers
        self.failures |= other.failures
        self.lost |= other.lost
        self.unasked += other.unasked
        self.stop = self.stop or other.stop
        self.broken = 0 if other.answers else self.broken + other.broken


def ask_all(
    connection: Connection, offer: Offer, questions: Sequence[Question], fields: Sequence[str], broken: int = 0
) -> Replies:
    """Ask everything, `offer.batch` questions a call; answers that came are kept when a later call fails.

    `broken` calls went wrong just before.
    """
    replies = Replies(broken=broken)
    calls = [questions[start : start + offer.batch] for start in range(0, len(questions), offer.batch)]
    with ThreadPoolExecutor(offer.parallel) as pool:
        # In rounds of as many calls as run side by side, so that a vendor that is down is asked no further.
        for start in range(0, len(calls), offer.parallel):
            batch = calls[start : start + offer.parallel]
            if replies.stop is not None:
                replies.unasked += [question.key for call in batch for question in call]
                continue
            for reply in pool.map(lambda call: _one(connection, offer, call, fields), batch):
                reply.broken = int(bool(reply.failures) and not reply.answers)
                replies.add(reply)
                if replies.broken >= _BROKEN_CALLS and replies.stop is None and reply.failures:
                    reason = next(reversed(reply.failures.values()))
                    replies.stop = Unreachable(connection.system, reason, "Run again later; what was answered is kept")
    return replies


def _one(connection: Connection, offer: Offer, questions: Sequence[Question], fields: Sequence[str]) -> Replies:
    keys = [question.key for question in questions]
    try:
        given = {answer.key: answer for answer in offer.ask(connection, questions, fields)}
    except RequestRejected as rejection:
        if len(questions) == 1:
            return Replies(failures={keys[0]: str(rejection)})
        middle = len(questions) // 2
        replies = _one(connection, offer, questions[:middle], fields)
        replies.add(_one(connection, offer, questions[middle:], fields))
        return replies
    except OutcomeUnknown as unknown:
        return Replies(failures=dict.fromkeys(keys, str(unknown)), lost=set(keys))
    except Unreachable as failure:
        return Replies(failures=dict.fromkeys(keys, str(failure)))
    except QuotaExhausted as spent:
        return Replies(unasked=keys, stop=spent)
    except ConnectionFailure as refusal:  # credentials: no question of this run has a chance
        return Replies(unasked=keys, stop=refusal)
    return Replies(answers=[given.get(key, Answer(key)) for key in keys])
