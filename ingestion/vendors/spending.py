"""What answers cost, and the answers themselves: kept the moment they come, so that none is ever paid for twice.

`ops.credit_ledger` counts a call's highest price before it is made and the real one after it: whatever happens in
between, the month's limit holds. `ops.enrichment_answers` holds the answers until they are out of date.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.ledger import WRITING
from ingestion.vendors.contract import Answer
from ingestion.warehouse import rows, tables_of

_TABLES = (
    "create schema if not exists ops",
    """create table if not exists ops.credit_ledger (
        entry_id varchar, run_id varchar, vendor varchar, entity varchar, input_object varchar, record_id varchar,
        question_hash varchar, fields varchar, credits double, cost_usd double, status varchar, "at" timestamp)""",
    """create table if not exists ops.enrichment_attempts (
        run_id varchar, vendor varchar, entity varchar, input_object varchar, record_id varchar,
        question_hash varchar, outcome varchar, message varchar, is_cached boolean, "at" timestamp)""",
    """create table if not exists ops.enrichment_answers (
        vendor varchar, entity varchar, question_hash varchar, match_status varchar, answer varchar, "at" timestamp)""",
)
RESERVED, SPENT = "reserved", "spent"
ANSWERED, UNKNOWN_TO_VENDOR, FAILED = "answered", "no_match", "failed"


@dataclass(frozen=True)
class Account:
    """Whose credits are meant: one vendor's for one entity in one run. `unit_cost_usd` is the price of a credit."""

    warehouse: Path
    run_id: str
    vendor: str
    entity: str
    unit_cost_usd: float

    def open(self) -> None:
        """Make the tables."""
        missing = {"credit_ledger", "enrichment_attempts", "enrichment_answers"} - tables_of(
            self.warehouse, "ops"
        ).keys()
        if missing:
            with WRITING, duckdb.connect(str(self.warehouse)) as connection:
                for statement in _TABLES:
                    connection.execute(statement)

    def spent_since(self, moment: datetime) -> float:
        """Credits spent or reserved at this vendor, whatever the entity. A reservation of a dead run counts."""
        sql = 'select coalesce(sum(credits), 0) from ops.credit_ledger where vendor = ? and "at" >= ?'
        found = rows(self.warehouse, sql, [self.vendor, moment])
        return float(found[0][0]) if found else 0.0

    def known(self, hashes: Sequence[str], oldest: datetime) -> dict[str, Answer]:
        """The answers that are at hand; they cost nothing."""
        sql = """select question_hash, match_status, answer from ops.enrichment_answers
            where vendor = ? and entity = ? and "at" >= ? and question_hash in (select unnest(?))"""
        found = rows(self.warehouse, sql, [self.vendor, self.entity, oldest, list(hashes)])
        return {key: Answer(key, json.loads(answer), 0.0, status) for key, status, answer in found}

    def reserve(self, records: Sequence[Mapping[str, Any]], price: float, now: datetime) -> list[str]:
        """Count the highest price of one question per record before it is asked; returns the entries' ids."""
        if not records:
            return []
        entries = [uuid.uuid4().hex for _ in records]
        lines = [
            {
                "entry_id": entry, "run_id": self.run_id, "vendor": self.vendor, "entity": self.entity,
                "input_object": record["input_object"], "record_id": record["record_id"],
                "question_hash": record["question_hash"], "fields": record["wanted_fields"], "credits": price,
                "cost_usd": price * self.unit_cost_usd, "status": RESERVED, "at": now,
            }
            for entry, record in zip(entries, records, strict=True)
        ]  # fmt: skip
        self._write([("insert into ops.credit_ledger by name select * from lines", _table(lines))])
        return entries

    def settle(self, answers: Iterable[Answer], asked: Mapping[str, str], now: datetime) -> None:
        """Put the real price in place of the reservation and keep the answers; `asked` is question -> entry."""
        given = list(answers)
        prices = [{"entry_id": asked[answer.key], "price": answer.credits} for answer in given]
        kept = [
            {
                "vendor": self.vendor, "entity": self.entity, "question_hash": answer.key,
                "match_status": answer.match_status,
                "answer": json.dumps(answer.values, ensure_ascii=False, default=str), "at": now,
            }
            for answer in given
        ]  # fmt: skip
        pay = f"""update ops.credit_ledger as ledger
            set credits = lines.price, cost_usd = lines.price * {self.unit_cost_usd}, status = '{SPENT}'
            from lines where ledger.entry_id = lines.entry_id"""
        forget = f"""delete from ops.enrichment_answers where vendor = '{self.vendor}' and entity = '{self.entity}'
            and question_hash in (select question_hash from lines)"""
        if given:
            table = _table(kept)
            self._write([(pay, _table(prices)), (forget, table), (_KEEP, table)])

    def release(self, entries: Sequence[str]) -> None:
        """Take back reservations of questions that were certainly not answered."""
        if entries:
            lines = _table([{"entry_id": entry} for entry in entries])
            self._write([("delete from ops.credit_ledger where entry_id in (select entry_id from lines)", lines)])

    def note(self, attempts: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Record how each record fared: input_object, record_id, question_hash, outcome, message, is_cached."""
        lines = [
            {"run_id": self.run_id, "vendor": self.vendor, "entity": self.entity, **attempt, "at": now}
            for attempt in attempts
        ]
        if lines:
            self._write([("insert into ops.enrichment_attempts by name select * from lines", _table(lines))])

    def _write(self, statements: Sequence[tuple[str, pa.Table]]) -> None:
        with WRITING, duckdb.connect(str(self.warehouse)) as connection:
            connection.begin()
            for statement, lines in statements:
                connection.register("lines", lines)
                connection.execute(statement)
                connection.unregister("lines")
            connection.commit()


_KEEP = "insert into ops.enrichment_answers by name select * from lines"


def _table(lines: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(line) for line in lines])


def credits_of(warehouse: Path, run_id: str) -> float:
    """Credits that one load spent or may have spent; 0 where no vendor was asked."""
    found = rows(warehouse, "select coalesce(sum(credits), 0) from ops.credit_ledger where run_id = ?", [run_id])
    return float(found[0][0]) if found else 0.0
