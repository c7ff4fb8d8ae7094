"""What stays of somebody who was erased: keyed hashes, by which a later load knows them again.

The key lies beside the warehouse, in state/erasure.key, so that the warehouse alone does not tell whether an address
that one guesses was erased.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration import contents
from orchestration.erasure import subjects
from orchestration.erasure.subjects import Subject

_TABLE = """
create schema if not exists ops;
create table if not exists ops.erasures (
    value_hash varchar primary key, source varchar, is_company boolean not null, reason varchar not null,
    erased_at timestamp not null
)
"""
# What later loads can bring: ids and addresses, in columns that bear such names.
_COLUMNS = "'(^|_)(id|key|email|email_address|mail|linkedin_url|domain|record_id)$'"


def remember(connection: duckdb.DuckDBPyConnection, subject: Subject, reason: str, home: Path) -> None:
    """Keep the hashes; what is remembered already stays as it is."""
    connection.execute(_TABLE)
    values = [(value, "") for value in sorted(subject.values)]
    values += [(record, source) for source, record in sorted(subject.records)]
    _use_key(connection, home)
    connection.execute(
        f"insert or ignore into ops.erasures select {_hashed('value', 'source')}, source, ?, ?,"
        " (now() at time zone 'UTC')::timestamp"
        " from (select unnest(?::varchar[]) as value, unnest(?::varchar[]) as source)",
        [subject.is_company, reason, [value for value, _ in values], [source for _, source in values]],
    )


def recognised(connection: duckdb.DuckDBPyConnection, home: Path) -> list[Subject]:
    """Who of those that were erased stands in the landed tables again: one subject for people, one for companies."""
    if "ops.erasures" not in contents.tables(connection):
        return []
    _use_key(connection, home)
    found = {is_company: _Found() for is_company in (False, True)}
    for schema, table, column in _candidates(connection):
        of_source = schema.removeprefix("raw_").removesuffix("_staging")
        landed = f'select distinct lower(trim(cast("{column}" as varchar))) as value from "{schema}"."{table}"'
        for source in ("", of_source):
            rows = connection.execute(
                f"select landed.value, erasures.is_company from ({landed}) as landed join ops.erasures as erasures"
                f" on erasures.source = $source and erasures.value_hash = {_hashed('landed.value', '$source')}",
                {"source": source},
            ).fetchall()
            for value, is_company in rows:
                found[is_company].take(value, source)
    for value in sorted(found[False].values):
        if "@" in value:  # under a new id, perhaps, whose activities come with later loads
            found[False].records.update(subjects.landed_records(connection, value))
    again = [one.subject(is_company) for is_company, one in found.items()]
    for subject in filter(None, again):
        remember(connection, subject, "landed again", home)
    return [subject for subject in again if subject]


@dataclass
class _Found:
    values: set[str] = field(default_factory=set)
    records: set[tuple[str, str]] = field(default_factory=set)

    def take(self, value: str, source: str) -> None:
        if source:
            self.records.add((source, value))
        else:
            self.values.add(value)

    def subject(self, is_company: bool) -> Subject:
        return subjects.of(self.values, self.records, is_company=is_company)


def _candidates(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Columns of what was landed, and of what the syncs have noted about taking somebody out since."""
    return connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() semi join duckdb_tables() using (table_oid)"
        " where not starts_with(table_name, '_dlt') and not starts_with(column_name, '_dlt')"
        f" and (starts_with(schema_name, 'raw_') and regexp_matches(column_name, {_COLUMNS})"
        " or schema_name = 'ops' and table_name = 'sync_records' and column_name in ('record_key', 'before', 'after'))"
    ).fetchall()


def _hashed(value: str, source: str) -> str:
    """SQL of the keyed hash, nested so that no hash can be lengthened into another."""
    key = "getvariable('erasure_key')"
    return f"sha256({key} || sha256({key} || {source} || ':' || {value}))"


def _use_key(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """The key as a variable of this connection; made at first use, readable by its owner alone."""
    path = home / "state" / "erasure.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    connection.execute(f"set variable erasure_key = '{path.read_text(encoding='utf-8')}'")
