"""How long the readers of `marketmap serve` wait: seconds by minute and by the tables that a question reads.

Kept without the question's text, which may hold a name, in one file a day in MARKETMAP_HOME/serve/answers.
A time is that until the first rows leave, in two digits (123 ms is noted as 120): enough for averages and percentiles.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration import contents

KEPT_DAYS = 31
_Key = tuple[datetime, str, int, bool]  # minute, tables, milliseconds, whether it ended in an error
_COLUMNS = {
    "minute_at": "timestamp",
    "table_names": "varchar",
    "milliseconds": "bigint",
    "answer_count": "bigint",
    "refusal_count": "bigint",
}
# Quack's own log: one line per message. What a client asks about the catalogue reads no published table. The contexts
# of lines, which duckdb_logs_parsed joins, are gone for good when the log is first truncated.
_ASKED = """
with messages as (
    select "timestamp" as answered_at, parse_duckdb_log_message('Quack', message) as message
    from duckdb_logs() where type = 'Quack'
)
select
    date_trunc('minute', answered_at at time zone 'UTC') as minute_at,
    list_sort(list_distinct(json_extract_string(json_serialize_sql(message.query), '$..table_name'))) as tables,
    message.duration_ms, message.error is not null as is_refused
from messages where message.message_type = 'PREPARE_REQUEST' and message.query is not null
"""
_SUMMARY = """
with answers as ({answers}),
placed as (
    select *, sum(answer_count) over (partition by table_names order by milliseconds) as place,
        sum(answer_count) over (partition by table_names) as total
    from answers where minute_at >= ? and answer_count > 0
)
select table_names, sum(answer_count)::bigint, sum(refusal_count)::bigint,
    sum(milliseconds * answer_count) / sum(answer_count) / 1000.0,
    min(milliseconds) filter (place >= 0.95 * total) / 1000.0 as p95_seconds
from placed group by table_names order by p95_seconds desc, table_names
"""


@dataclass(frozen=True)
class Waiting:
    """How long answers from these tables (`a, b`) took; refused questions are those that ended in an error."""

    tables: str
    answers: int
    refusals: int
    average_seconds: float
    p95_seconds: float


class AnswerTimes:
    """Takes Quack's log down from a server's connection, minute by minute."""

    def __init__(self, home: Path) -> None:
        self._folder = _folder(home)
        self._open: Counter[_Key] = Counter()

    @staticmethod
    def begin(connection: duckdb.DuckDBPyConnection) -> None:
        """Have the server keep its log in memory; before its configuration is locked."""
        connection.execute("call enable_logging('Quack')")

    def note(self, cursor: duckdb.DuckDBPyConnection, tables: Set[str]) -> None:
        """Take the log down; `tables` (without schema) are those served. A minute is written when it is over."""
        asked = cursor.execute(_ASKED).fetchall()
        cursor.execute("call truncate_duckdb_logs()")
        for minute, names, milliseconds, is_refused in asked:
            if known := sorted(tables & set(names)):
                self._open[minute, ", ".join(known), int(float(f"{milliseconds:.2g}")), is_refused] += 1
        now = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
        self._open[now, "", 0, False] += 0  # a sign of life, also of a minute in which nobody asks
        self._write([key for key in self._open if key[0] < now])

    def close(self) -> None:
        """Write what is left."""
        self._write([*self._open])

    def _write(self, over: list[_Key]) -> None:
        for day in sorted({minute.date() for minute, *_ in over}):
            self._append(day, sorted(key for key in over if key[0].date() == day))

    def _append(self, day: date, keys: Iterable[_Key]) -> None:
        file = self._folder / f"{day}.csv"
        if is_new := not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in self._folder.glob("*.csv"):
                if old.stem < str(day - timedelta(days=KEPT_DAYS)):
                    old.unlink()
        with file.open("a", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            if is_new:
                writer.writerow(_COLUMNS)
            for key in keys:
                minute, names, milliseconds, is_refused = key
                count = self._open.pop(key)
                writer.writerow([minute, names, milliseconds, count, count if is_refused else 0])


def answers(home: Path) -> str | None:
    """All that is kept as SQL, None when nothing was served yet."""
    if not any(_folder(home).glob("*.csv")):
        return None
    pattern = contents.literal(_folder(home) / "*.csv")
    # A server that is killed may leave half a line.
    return f"select * from read_csv({pattern}, header = true, ignore_errors = true, columns = {_COLUMNS})"


def waiting(home: Path, since: datetime) -> list[Waiting]:
    """Average and 95th percentile since a time (UTC), the slowest tables first."""
    found = answers(home)
    if found is None:
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(_SUMMARY.format(answers=found), [since.replace(tzinfo=None)]).fetchall()
    return [Waiting(tables, total, refused, float(mean), float(p95)) for tables, total, refused, mean, p95 in rows]


def uptime_ratio(home: Path, now: datetime) -> float | None:
    """The share of minutes since a server first ran, of the kept days, in which one did; None without any."""
    found = answers(home)
    if found is None:
        return None
    minute = now.replace(tzinfo=None, second=0, microsecond=0)  # it is not over
    with duckdb.connect() as connection:
        ((minutes, first),) = connection.execute(
            f"select count(distinct minute_at), min(minute_at) from ({found}) where minute_at < ?", [minute]
        ).fetchall()
    elapsed = (minute - first).total_seconds() / 60 if first else 0
    return minutes / elapsed if elapsed else None


def _folder(home: Path) -> Path:
    return home / "serve" / "answers"
