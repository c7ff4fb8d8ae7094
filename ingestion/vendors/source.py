"""Any vendor as a source: its adapter's answers, bought in the order of the waterfall, as raw tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from connections import QuotaExhausted
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, NUMBER, TEXT, WHOLE, frame
from ingestion.rounds import Pages, Round, State, Table
from ingestion.vendors.asking import Replies, ask_all
from ingestion.vendors.contract import TABLES, Adapter, Answer, Offer, Question
from ingestion.vendors.planning import Planner, Wanted
from ingestion.vendors.rules import Rules, Vendor, read_rules
from ingestion.vendors.spending import ANSWERED, FAILED, UNKNOWN_TO_VENDOR, Account

_PAGE_RECORDS = 1_000
KEY = ("input_object", "input_record_id")
_TYPES = {
    "input_object": TEXT, "input_record_id": TEXT, "input_hash": TEXT, "match_status": TEXT, "credits": NUMBER,
    "observed_at": MOMENT,
}  # fmt: skip
# What a mapped field is, whatever the vendor calls it: the landed column takes this type, or stays text.
_FIELD_TYPES = {
    "employee_count": WHOLE, "founded_year": WHOLE, "annual_revenue_usd": NUMBER, "account_name": TEXT,
    "vendor_company_id": TEXT, "vendor_parent_company_id": TEXT, "vendor_ultimate_company_id": TEXT,
    "vendor_person_id": TEXT, "technologies": TEXT, "industry": TEXT,
}  # fmt: skip


@dataclass(frozen=True)
class VendorOptions:
    """The business's rules, which vendors are on, and output fields to buy beyond the mapped ones."""

    rules: Rules
    active: Collection[str]
    extra_fields: tuple[str, ...] = ()
    after: tuple[str, ...] = field(default=())


def vendor_options(seeds: Path, active: Collection[str]) -> dict[str, VendorOptions]:
    """The options of every active vendor for the seeds in a folder; each waits for those before it."""
    rules = read_rules(seeds)
    order = [vendor for vendor in rules.order() if vendor in active]
    return {
        vendor: VendorOptions(rules, tuple(order), after=tuple(order[:place])) for place, vendor in enumerate(order)
    }


def vendor_source(adapter: Adapter) -> SourceSpec:
    """The source of one vendor: a raw table per entity that it answers for, one row per record asked about."""
    tables = tuple(Table(TABLES[entity], KEY, version="observed_at") for entity in adapter.offers)
    return SourceSpec(
        name=adapter.name,
        tables=tables,
        opener=adapter.opener,
        pages=partial(_pages, adapter),
        options=_no_options,
        probe=adapter.probe,
        after=("salesforce", "files", "changes"),
    )


def _no_options() -> VendorOptions:
    raise ValueError("a vendor is asked by rules: give load(options=vendor_options(seeds, active)[vendor])")


def _pages(adapter: Adapter, context: Context) -> dict[str, Pages]:
    return {TABLES[entity]: partial(_entity_pages, adapter, context, entity) for entity in adapter.offers}


def _entity_pages(adapter: Adapter, context: Context, entity: str, _state: State, current: Round) -> Iterator[pa.Table]:
    work = _Work(adapter, context, entity)
    for wanted in work.wanted().slices(_PAGE_RECORDS):
        if current.is_full:
            current.unfinished.add(TABLES[entity])
            return
        page, stop = work.page(wanted)
        if page is not None:
            yield page
        if isinstance(stop, QuotaExhausted):
            context.notes[TABLES[entity]] = f"{stop} The other records wait in ops.enrichment_queue"
            return
        if stop is not None:
            raise stop
        if work.note:
            context.notes[TABLES[entity]] = work.note
            return


class _Work:
    """One vendor, one entity, one load."""

    def __init__(self, adapter: Adapter, context: Context, entity: str) -> None:
        rules: Rules = context.options.rules
        self._offer: Offer = adapter.offer(entity, rules)
        self._entity, self._name, self._context = entity, adapter.name, context
        self._now = datetime.now(UTC).replace(tzinfo=None)
        self._vendor: Vendor = rules.vendors[adapter.name]
        self._mapped: Mapping[str, str] = rules.fields_of(adapter.name, entity)
        self._shown = self._vendor.shown_columns(entity, self._mapped)
        self._planner = Planner(context.warehouse, rules, context.options.active)
        cost = rules.unit_cost(adapter.name, entity)
        self._account = Account(context.warehouse, context.run_id, adapter.name, entity, cost)
        self._left = self._vendor.credits_per_load
        self.note = ""

    def wanted(self) -> Wanted:
        """The records to ask about."""
        self._account.open()
        return self._planner.wanted(self._name, self._entity, self._offer, self._now)

    def page(self, wanted: Wanted) -> tuple[pa.Table | None, Exception | None]:
        """The rows of some records: from the answers at hand, then from as many calls as the credits reach for."""
        questions = wanted.questions()
        oldest = self._now - timedelta(days=self._vendor.refresh_days)
        answers = self._account.known(list(questions), oldest)
        cached = set(answers)
        replies = self._bought(wanted, [questions[key] for key in questions if key not in answers])
        answers |= {answer.key: answer for answer in replies.answers}
        answers = {key: self._lawful(answer) for key, answer in answers.items()}
        self._account.note(_attempts(wanted, answers, cached, replies), self._now)
        rows = _rows(wanted, answers, cached, self._now)
        types = _TYPES | {self._mapped[name]: kind for name, kind in _FIELD_TYPES.items() if name in self._mapped}
        return (frame(rows, types) if rows else None), replies.stop

    def _bought(self, wanted: Wanted, asking: list[Question]) -> Replies:
        """Ask while the credits reach; a question costs nothing when the vendor does not know the record."""
        replies = Replies()
        first = {row["question_hash"]: row for row in reversed(wanted.table.to_pylist())}
        while asking and replies.stop is None:
            reach = self._reach(len(asking))
            if not reach:
                self.note = (
                    f"{self._vendor.credits_per_load:,.0f} credits a load and {self._vendor.monthly_credits:,.0f} a "
                    "month do not reach for all records; the others wait in ops.enrichment_queue"
                )
                break
            now_asked, asking = asking[:reach], asking[reach:]
            records = [first[question.key] for question in now_asked]
            entries = self._account.reserve(records, self._offer.credits, self._now)
            asked = dict(zip((question.key for question in now_asked), entries, strict=True))
            given = ask_all(self._context.connection, self._offer, now_asked, self._columns(), replies.broken)
            given.answers = [self._lawful(answer) for answer in given.answers]
            self._settle(given, asked)
            replies.add(given)
            replies.broken = given.broken
        return replies

    def _lawful(self, answer: Answer) -> Answer:
        """The answer without what the vendor's people may not be known by; an earlier one may hold more, too."""
        if self._shown is None:
            return answer
        return replace(answer, values={name: value for name, value in answer.values.items() if name in self._shown})

    def _columns(self) -> list[str]:
        return [*dict.fromkeys([*self._mapped.values(), *self._context.options.extra_fields])]

    def _reach(self, count: int) -> int:
        """How many questions the month's and the load's credits are sure to pay for."""
        month = self._now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        reach = min(self._vendor.monthly_credits - self._account.spent_since(month), self._left)
        if not self._offer.credits:
            return count
        return max(0, min(count, int(reach // self._offer.credits)))

    def _settle(self, replies: Replies, asked: Mapping[str, str]) -> None:
        self._account.settle(replies.answers, asked, self._now)
        free = [key for key in (*replies.unasked, *replies.failures) if key not in replies.lost]
        self._account.release([asked[key] for key in free])
        self._left -= sum(answer.credits for answer in replies.answers) + len(replies.lost) * self._offer.credits


def _rows(
    wanted: Wanted, answers: Mapping[str, Answer], cached: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    """One row per record that has an answer, also for those that the vendor does not know.

    What a question cost stands on the first of the records that it was asked for.
    """
    rows, paid = [], set(cached)
    for record in wanted.table.select(["input_object", "record_id", "question_hash"]).to_pylist():
        answer = answers.get(record["question_hash"])
        if answer is not None:
            row = {
                **answer.values,
                "input_object": record["input_object"],
                "input_record_id": record["record_id"],
                "input_hash": answer.key,
                "match_status": answer.match_status,
                "credits": 0.0 if answer.key in paid else answer.credits,
                "observed_at": now.isoformat(),
            }
            rows.append(row)
            paid.add(answer.key)
    return rows


def _attempts(
    wanted: Wanted, answers: Mapping[str, Answer], cached: Collection[str], replies: Replies
) -> list[dict[str, Any]]:
    found = []
    for record in wanted.table.select(["input_object", "record_id", "question_hash"]).to_pylist():
        key = record["question_hash"]
        message = replies.failures.get(key)
        if key in answers:
            outcome = ANSWERED if answers[key].values else UNKNOWN_TO_VENDOR
        elif message is not None:
            outcome = FAILED
        else:
            continue
        found.append({**record, "outcome": outcome, "message": message, "is_cached": key in cached})
    return found
