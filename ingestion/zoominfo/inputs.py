"""Which accounts to ask for: those never answered, answered long ago, or changed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.warehouse import fetch, quoted, tables_of

# The account's column and the vendor's match field (Enterprise API, POST /enrich/company).
_MATCH_FIELDS = {"name": "companyName", "website": "companyWebsite", "billing_country": "companyCountry"}


@dataclass(frozen=True)
class Inputs:
    """Accounts as rows: `record_id`, `input_hash` and the match fields. Equal inputs are one question."""

    table: pa.Table

    @property
    def count(self) -> int:
        """How many accounts."""
        return int(self.table.num_rows)

    def slices(self, size: int) -> Iterator[Inputs]:
        """The same in parts, in order."""
        for start in range(0, self.count, size):
            yield Inputs(self.table.slice(start, size))

    def first(self, count: int) -> Inputs:
        """As many as the credits reach for: each may cost one."""
        return Inputs(self.table.slice(0, max(0, count)))

    def questions(self) -> dict[str, dict[str, Any]]:
        """The vendor's match input by hash, blank fields left out."""
        return {
            row["input_hash"]: {field: row[field] for field in _MATCH_FIELDS.values() if row.get(field)}
            for row in self.table.to_pylist()
        }

    def identities(self) -> Iterator[tuple[dict[str, str], str]]:
        """What identifies each row in the raw table, and its question's hash."""
        for row in self.table.select(["record_id", "input_hash"]).to_pylist():
            question = row["input_hash"]
            yield {"input_object": "Account", "input_record_id": row["record_id"], "input_hash": question}, question


def open_inputs(warehouse: Path, now: datetime, refresh_days: int) -> Inputs:
    """The accounts to ask for, equal inputs side by side, so that one question serves them in one call."""
    columns = tables_of(warehouse, "raw_salesforce").get("accounts", {})
    if "name" not in columns:
        return Inputs(pa.table({"record_id": pa.array([], pa.string()), "input_hash": pa.array([], pa.string())}))
    given = [column for column in _MATCH_FIELDS if column in columns]
    asked = ", ".join(f"nullif(trim({quoted(column)}), '') as {quoted(_MATCH_FIELDS[column])}" for column in given)
    text = " || chr(31) || ".join(f"coalesce(lower(trim({quoted(column)})), '')" for column in given)
    answered = tables_of(warehouse, "raw_zoominfo").get("companies", {})
    known = (
        """select input_record_id, input_hash from raw_zoominfo.companies
           where input_object = 'Account' and observed_at >= $oldest"""
        if "observed_at" in answered
        else "select '' as input_record_id, '' as input_hash where $oldest is null"
    )
    sql = f"""
        with wanted as (
            select id as record_id, md5({text}) as input_hash, {asked}
            from raw_salesforce.accounts
            where not coalesce(is_deleted, false) and trim(name) <> ''
        )
        select * from wanted anti join ({known}) as known
            on wanted.record_id = known.input_record_id and wanted.input_hash = known.input_hash
        order by input_hash, record_id"""
    found = fetch(warehouse, sql, {"oldest": now - timedelta(days=refresh_days)})
    return Inputs(found if found is not None else pa.table({"record_id": [], "input_hash": []}))
