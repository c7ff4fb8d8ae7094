"""The book of alerts: which problems are open, which are over, and what has been told to people.

A file of its own (`MARKETMAP_HOME/alerts.json`), because a warehouse that cannot be opened is a problem to be told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.alerts.problems import ERROR, Problem, Verdicts

_FILE = "alerts.json"
_KEPT = timedelta(days=90)  # how long an alert that is over stays in the book


@dataclass(frozen=True)
class Alert:
    """One problem from its first appearance to its end; times are UTC, ISO 8601; `..._told` name channels."""

    key: str
    severity: str
    lines: tuple[str, ...]
    owner: str
    opened_at: str
    seen_at: str
    times_seen: int = 1
    resolved_at: str | None = None
    opening_told: tuple[str, ...] = ()
    end_told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What a channel has not been told yet: problems that appeared, worst first, and problems that are over."""

    opened: tuple[Alert, ...]
    resolved: tuple[Alert, ...]

    def __bool__(self) -> bool:
        return bool(self.opened or self.resolved)


class AlertBook:
    """Alerts of one MARKETMAP_HOME. Written whole at each change: there are few."""

    def __init__(self, home: Path) -> None:
        self._file = home / _FILE
        self._alerts = self._read()

    @property
    def open(self) -> tuple[Alert, ...]:
        """What is wrong now, worst first."""
        return _worst_first(alert for alert in self._alerts if alert.resolved_at is None)

    def note(self, verdicts: Verdicts, now: datetime) -> None:
        """Take a run's verdicts into the book: open, keep open, or resolve."""
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        found = {problem.key: problem for problem in verdicts.problems}
        kept = []
        for alert in self._alerts:
            if alert.resolved_at is not None:
                kept.append(alert)
            elif alert.key in found:
                problem = found.pop(alert.key)
                again = replace(alert, lines=problem.lines, severity=problem.severity, owner=problem.owner)
                kept.append(replace(again, seen_at=at, times_seen=alert.times_seen + 1))
            elif alert.key in verdicts.judged:
                kept.append(replace(alert, resolved_at=at))
            else:
                kept.append(alert)
        kept += [_opened(problem, at) for problem in found.values()]
        oldest = (now.astimezone(UTC) - _KEPT).isoformat(timespec="seconds")
        self._alerts = [alert for alert in kept if alert.resolved_at is None or alert.resolved_at >= oldest]
        self._write()

    def untold(self, channel: str) -> Changes:
        """What is still to be told there. A problem that came and went unheard is not worth a message."""
        opened = [alert for alert in self._alerts if not alert.resolved_at and channel not in alert.opening_told]
        ended = [alert for alert in self._alerts if alert.resolved_at and channel in alert.opening_told]
        return Changes(_worst_first(opened), tuple(alert for alert in ended if channel not in alert.end_told))

    def told(self, channel: str, changes: Changes) -> None:
        """To be called when the message is out."""
        self._alerts = [_marked(alert, channel, changes) for alert in self._alerts]
        self._write()

    def _read(self) -> list[Alert]:
        try:
            entries = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except ValueError:  # cut by a full disk: what is still wrong comes back with the next run
            return []
        lists = ("lines", "opening_told", "end_told")
        return [Alert(**{**entry, **{name: tuple(entry[name]) for name in lists}}) for entry in entries]

    def _write(self) -> None:
        fresh = self._file.with_name(f"{_FILE}.{os.getpid()}")
        fresh.write_text(json.dumps([asdict(alert) for alert in self._alerts], indent=1), encoding="utf-8")
        fresh.replace(self._file)


def _marked(alert: Alert, channel: str, changes: Changes) -> Alert:
    if alert in changes.opened:
        return replace(alert, opening_told=(*alert.opening_told, channel))
    if alert in changes.resolved:
        return replace(alert, end_told=(*alert.end_told, channel))
    return alert


def _opened(problem: Problem, at: str) -> Alert:
    return Alert(problem.key, problem.severity, problem.lines, problem.owner, opened_at=at, seen_at=at)


def _worst_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: (alert.severity != ERROR, alert.opened_at, alert.key)))
