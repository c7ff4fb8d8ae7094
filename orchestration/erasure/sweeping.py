"""Taking somebody out of a warehouse: rows that speak of them go, words about them in other rows are blanked.

A row speaks of somebody when a cell equals one of their ids or addresses. Rows of things that belong to others too (an
account, a deal) keep standing without the cell. In longer texts, such as a task's description, the address or id is
replaced. Every table of every schema is looked at: a table that is new tomorrow needs no entry anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from orchestration import contents
from orchestration.erasure.subjects import Subject

BLANK = "[erased]"
_MOST_SEARCHED = 20  # values looked for one by one; more of them, by one expression
_SHARED = frozenset({"accounts", "companies", "opportunities", "deals", "campaigns", "programs", "lists", "users"})
_KEYS = re.compile(r"^(id|vid|record_id|record_key|remote_id|lead_id|contact_id|person_id|member_id|who_id)$")
_PEOPLE = frozenset({"leads", "contacts", "people", "persons", "members"})
_COMPANIES = frozenset({"accounts", "companies"})


@dataclass(frozen=True)
class Finding:
    """One table: rows to go, and rows in which cells are blanked."""

    table: str
    removed: int
    blanked: int


@dataclass(frozen=True)
class _Table:
    address: str
    columns: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[str]:
        return [name for name, kind in self.columns if kind == "VARCHAR"]

    @property
    def schema(self) -> str:
        return self.address.partition(".")[0]

    @property
    def entity(self) -> str:
        return (
            self.address.partition(".")[2]
            .rpartition("__")[2]
            .removeprefix("dim_")
            .removeprefix("fct_")
            .removeprefix("int_")
        )


def sweep(
    connection: duckdb.DuckDBPyConnection,
    subject: Subject,
    *,
    schemas: str = ".*",
    kept: Collection[str] = (),
    is_rehearsal: bool = False,
) -> list[Finding]:
    """Erase `subject` from tables of schemas that match, those in `kept` left alone; a rehearsal only counts.

    The transaction is the caller's.
    """
    connection.execute(
        "create or replace temp table erased_values as select unnest(?::varchar[]) as value", [sorted(subject.values)]
    )
    sources, ids = [source for source, _ in subject.records], [record for _, record in subject.records]
    connection.execute(
        "create or replace temp table erased_records as"
        " select unnest(?::varchar[]) as source, unnest(?::varchar[]) as id",
        [sources, ids],
    )
    found = []
    for table in (each for each in _tables(connection, schemas) if each.address not in kept):
        finding = _erase(connection, table, subject, is_rehearsal)
        if finding.removed or finding.blanked:
            found.append(finding)
    return found


def _tables(connection: duckdb.DuckDBPyConnection, schemas: str) -> Iterator[_Table]:
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index), "
        "list(data_type order by column_index) from duckdb_columns() semi join duckdb_tables() using (table_oid)"
        " where database_name = current_database() and not internal and schema_name <> 'seeds'"
        " and regexp_full_match(schema_name, ?) and not starts_with(table_name, '_dlt') group by 1 order by 1",
        [schemas],
    ).fetchall()
    for address, names, kinds in rows:
        yield _Table(address, tuple(zip(names, kinds, strict=True)))


def _erase(connection: duckdb.DuckDBPyConnection, table: _Table, subject: Subject, is_rehearsal: bool) -> Finding:
    place = contents.quoted(table.address)
    short_ids = _short_ids(table, subject)
    if not _is_concerned(connection, table, subject, short_ids):
        return Finding(table.address, 0, 0)
    exact = [f'lower(trim("{name}")) in (select value from erased_values)' for name in table.texts]
    about = " or ".join([*exact, *short_ids]) or "false"
    pattern = mentions(subject)
    speaks = {name: f"regexp_matches(\"{name}\", $mentions, 'i')" for name in table.texts}
    is_shared = table.entity in _SHARED and not subject.is_company
    removable = "false" if is_shared else f"coalesce({about}, false)"
    mentioned = " or ".join(speaks.values()) or "false"
    counted = f"select count(*) filter ({removable}), count(*) filter (not {removable} and ({mentioned})) from {place}"
    values = {"mentions": pattern} if speaks else None
    ((removed, blanked),) = connection.execute(counted, values).fetchall()
    if not is_rehearsal:
        if removed:
            connection.execute(f"delete from {place} where {removable}")
        if blanked:
            _blank(connection, place, speaks, pattern)
    return Finding(table.address, int(removed), int(blanked))


def _is_concerned(
    connection: duckdb.DuckDBPyConnection, table: _Table, subject: Subject, short_ids: Sequence[str]
) -> bool:
    """Whether any row may speak of the subject: most tables do not, and this costs one look at each row's words."""
    words = ", ".join(f'"{name}"' for name in table.texts)
    values = sorted(subject.values)
    if len(values) > _MOST_SEARCHED:
        conditions, given = ["regexp_matches(words, ?)"], ["|".join(map(re.escape, values))]
    else:
        conditions, given = ["contains(words, ?)"] * len(values), values
    if not words:
        words, conditions, given = "''", [], []
    spoken = " or ".join([*conditions, *short_ids]) or "false"
    place = contents.quoted(table.address)
    rows = connection.execute(
        f"select 1 from (select *, lower(concat_ws(chr(31), {words})) as words from {place}) where {spoken} limit 1",
        given,
    )
    return rows.fetchone() is not None


def _blank(connection: duckdb.DuckDBPyConnection, place: str, speaks: dict[str, str], mentions: str) -> None:
    for name, condition in speaks.items():
        cleaned = f"regexp_replace(\"{name}\", $mentions, '\\1{BLANK}\\3', 'gi')"
        alone = f'lower(trim("{name}")) in (select value from erased_values)'
        connection.execute(
            f'update {place} set "{name}" = case when {alone} then null else {cleaned} end where {condition}',
            {"mentions": mentions},
        )


def mentions(subject: Subject) -> str:
    """A value between characters that cannot belong to it: ann@x.com is neither joann@x.com nor ann@x.com.au."""
    values = "|".join(sorted(map(re.escape, subject.values), key=len, reverse=True)) or "(?:a^)"
    return rf"(^|[^a-z0-9._%+-])({values})($|[^a-z0-9.-]|\.(?:$|[^a-z0-9]))"


def _short_ids(table: _Table, subject: Subject) -> list[str]:
    """Conditions for ids that mean somebody in one source only: in its own tables, beside its name, or in its syncs."""
    names = [name for name, _ in table.columns]
    conditions = []
    for source in sorted({source for source, _ in subject.records}):
        ids = f"(select id from erased_records where source = '{source}')"
        if table.schema in {f"raw_{source}", f"raw_{source}_staging"}:
            people = _COMPANIES | _PEOPLE if subject.is_company else _PEOPLE
            keys = [name for name in names if _KEYS.match(name) and (name != "id" or _is_of(table, people))]
            conditions += [f'cast("{name}" as varchar) in {ids}' for name in keys]
        elif table.address.startswith(f"ops.sync_ledger__{source}__"):
            conditions += [f'"{name}" in {ids}' for name in names if name in {"record_key", "remote id", "lead_id"}]
        elif "sync" in names and "record_key" in names:
            mine = f"starts_with(sync, '{source}__')"
            keys = [name for name in ("record_key", "remote_id") if name in names]
            conditions += [f"({mine} and {name} in {ids})" for name in keys]
        else:
            conditions += _beside(names, source, ids)
    return conditions


def _is_of(table: _Table, entities: frozenset[str]) -> bool:
    return table.address.partition(".")[2].removeprefix("deleted_") in entities


def _beside(names: Sequence[str], source: str, ids: str) -> list[str]:
    found = [
        f'cast("{name}" as varchar) in {ids}'
        for name in names
        if re.fullmatch(rf"{source}_(lead|contact|person)_id", name)
    ]
    for name in names:
        for key in ("record_id", "lead_id"):
            beside = f"{name.removesuffix(key)}source"
            if name.endswith(key) and beside in names:
                found.append(f'("{beside}" = \'{source}\' and cast("{name}" as varchar) in {ids})')
    return found
