"""Dated events and outcomes of entities, in the one shape that training and scoring share.

Temporary tables of one DuckDB connection, whatever the tables came from:
  entities(entity_id, family_id, known_at)   known_at: from when the entity could have been scored
  events(entity_id, happened_at, kind, value)         what happened; `value` may be null
  outcomes(entity_id, happened_at)                    what is to be predicted
  attributes(entity_id, happened_at, name, number, label)   without time: holds always
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import duckdb

from ml.propensity.errors import PropensityError
from ml.propensity.tables import Table, identity, quoted, register, require, time_expression

LARGEST_KINDS = 16
_OTHER = "other"
_ENOUGH = 20  # entities with an outcome: none of so many without any event is no chance


@dataclass(frozen=True)
class Columns:
    """How the given tables name what is needed; `kind`, `value`, `family` and `known_at` may be absent."""

    entity: str = "entity_id"
    at: str = "at"
    kind: str | None = "kind"
    value: str | None = "value"
    family: str | None = "family_id"
    known_at: str | None = "known_at"


@dataclass
class History:
    """The tables in one connection. `as_of` ends what is known: nothing at or after it is used, in any way.

    `notes` say what was left out and why. `is_repeatable`: an entity may have its outcome more than once.
    """

    connection: duckdb.DuckDBPyConnection
    as_of: dt.datetime
    is_repeatable: bool
    first_at: dt.datetime | None
    attribute_columns: tuple[str, ...]
    notes: list[str] = field(default_factory=list)

    def count(self, table: str) -> int:
        """Rows of one of the four tables."""
        return int(self.connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def history(
    events: Table,
    outcomes: Table,
    attributes: Table | None = None,
    *,
    columns: Columns | None = None,
    as_of: dt.datetime | dt.date | str | None = None,
    is_repeatable: bool | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> History:
    """Read the tables; raises PropensityError for a missing column or a time that cannot be read.

    events      one row per event: entity, time, and optionally a kind (text) and a value (number)
    outcomes    one row per outcome: entity, time
    attributes  one row per entity, or per entity and time from which the row holds; every further column is a candidate
    as_of       the moment of knowledge, UTC; default: just after the last event or outcome
    """
    names = columns or Columns()
    connection = connection or duckdb.connect()
    notes: list[str] = []
    _read_events(connection, events, names, notes)
    _read_outcomes(connection, outcomes, names, notes)
    found = _read_attributes(connection, attributes, names, notes)
    moment = _as_of(connection, as_of, notes)
    for table in ("events", "outcomes"):
        connection.execute(f"delete from {table} where happened_at >= ?", [moment])
    connection.execute("delete from attributes where happened_at >= ?", [moment])
    _place_entities(connection)
    if is_repeatable is None:
        days = "select count(distinct cast(happened_at as date)) as n from outcomes group by entity_id"
        most = connection.execute(f"select max(n) from ({days})")  # by days: a row that came twice is one outcome
        is_repeatable = (most.fetchall()[0][0] or 0) > 1
    first_at = connection.execute(
        "select min(happened_at) from (select happened_at from events union all select happened_at from outcomes)"
    ).fetchall()[0][0]
    return History(connection, moment, is_repeatable, first_at, found, notes)


def _dated(
    connection: duckdb.DuckDBPyConnection, name: str, names: Columns, types: dict[str, str], further: str
) -> str:
    at = time_expression(connection, name, names.at, types[names.at])
    entity = identity(quoted(names.entity), types[names.entity])
    return f"select {entity} as entity_id, {at} as happened_at{further} from {name}"


def _read_events(connection: duckdb.DuckDBPyConnection, events: Table, names: Columns, notes: list[str]) -> None:
    types = register(connection, "given_events", events)
    require("events", types, names.entity, names.at)
    kind = f"trim(cast({quoted(names.kind)} as varchar))" if names.kind in types and names.kind else "null"
    value = f"try_cast({quoted(names.value)} as double)" if names.value in types and names.value else "null"
    further = f", coalesce(nullif({kind}, ''), 'event') as kind, case when isfinite({value}) then {value} end as value"
    if value == "null":
        further = f", coalesce(nullif({kind}, ''), 'event') as kind, cast(null as double) as value"
    _keep(connection, "events", _dated(connection, "given_events", names, types, further), notes)
    connection.execute(
        f"""create or replace temp table kinds as
        select kind, row_number() over (order by count(distinct entity_id) desc, kind) <= {LARGEST_KINDS} as is_own
        from events group by kind"""
    )
    rare = connection.execute("select count(*) from kinds where not is_own").fetchall()[0][0]
    if rare:
        connection.execute(
            f"update events set kind = '{_OTHER}' where kind in (select kind from kinds where not is_own)"
        )
        notes.append(f"events: {rare} rare kinds count together as {_OTHER!r}")


def _read_outcomes(connection: duckdb.DuckDBPyConnection, outcomes: Table, names: Columns, notes: list[str]) -> None:
    types = register(connection, "given_outcomes", outcomes)
    require("outcomes", types, names.entity, names.at)
    _keep(connection, "outcomes", _dated(connection, "given_outcomes", names, types, ""), notes)


def _keep(connection: duckdb.DuckDBPyConnection, name: str, query: str, notes: list[str]) -> None:
    connection.execute(f"create or replace temp table {name} as {query}")
    total = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
    connection.execute(
        f"delete from {name} where entity_id is null or happened_at is null or not isfinite(happened_at)"
    )
    kept = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
    if kept < total:
        notes.append(f"{name}: {total - kept:,} of {total:,} rows without entity or time are left out")


def _read_attributes(
    connection: duckdb.DuckDBPyConnection, attributes: Table | None, names: Columns, notes: list[str]
) -> tuple[str, ...]:
    connection.execute(
        """create or replace temp table given_places (entity_id varchar, family_id varchar, known_at timestamp);
        create or replace temp table attributes
            (entity_id varchar, happened_at timestamp, name varchar, number double, label varchar)"""
    )
    if attributes is None:
        return ()
    types = register(connection, "given_attributes", attributes)
    require("attributes", types, names.entity)
    special = {names.entity, names.at, names.family, names.known_at}
    at = time_expression(connection, "given_attributes", names.at, types[names.at]) if names.at in types else "null"
    known = (
        time_expression(connection, "given_attributes", names.known_at, types[names.known_at])
        if names.known_at and names.known_at in types
        else "null"
    )
    family = f"cast({quoted(names.family)} as varchar)" if names.family and names.family in types else "null"
    entity = identity(quoted(names.entity), types[names.entity])
    connection.execute(
        f"""insert into given_places
        select {entity}, min({family}), min(cast({known} as timestamp)) from given_attributes
        where {entity} is not null group by {entity}"""
    )
    found = [name for name in types if name not in special]
    for name in found:
        number, label = _value(quoted(name), types[name])
        source = f"(select *, unnest({quoted(name)}) as item from given_attributes)" if "[]" in types[name] else ""
        connection.execute(
            f"""insert into attributes select {entity}, cast({at} as timestamp), ?, {number}, {label}
            from {source or "given_attributes"} where {entity} is not null""",
            [name],
        )
    connection.execute("delete from attributes where number is null and label is null")
    return tuple(found)


def _value(cell: str, kind: str) -> tuple[str, str]:
    """SQL for the number and the label of an attribute; one of them is null. Lists come as one row per item."""
    none_number, none_label = "cast(null as double)", "cast(null as varchar)"
    if "[]" in kind:
        return none_number, "nullif(trim(cast(item as varchar)), '')"
    if kind == "BOOLEAN":
        return f"cast({cell} as integer)", none_label
    if kind.startswith(("DATE", "TIMESTAMP")):
        return f"cast(epoch(cast({cell} as timestamp)) / 86400 as double)", none_label
    if kind.startswith(("VARCHAR", "ENUM", "UUID", "JSON", "BLOB", "STRUCT", "MAP", "TIME", "INTERVAL", "BIT")):
        return none_number, f"nullif(trim(cast({cell} as varchar)), '')"
    number = f"try_cast({cell} as double)"
    return f"case when isfinite({number}) then {number} end", none_label


def demand_shared_entities(source: History) -> None:
    """Raise PropensityError where events and outcomes name nobody in common: they speak of different things."""
    samples, named, shared = source.connection.execute(
        """select [(select min(entity_id) from events), (select min(entity_id) from outcomes)],
            (select count(distinct entity_id) from outcomes),
            exists (select 1 from outcomes semi join events on outcomes.entity_id = events.entity_id)"""
    ).fetchall()[0]
    if None not in samples and named >= _ENOUGH and not shared:
        raise PropensityError(
            f"events and outcomes have no entity in common (events: {samples[0]!r}, outcomes: {samples[1]!r});"
            " name the column that identifies the same thing in both."
        )


def _as_of(
    connection: duckdb.DuckDBPyConnection, given: dt.datetime | dt.date | str | None, notes: list[str]
) -> dt.datetime:
    if given is None:
        last, later = connection.execute(
            """select max(happened_at) filter (happened_at <= now() at time zone 'UTC'),
                count(*) filter (happened_at > now() at time zone 'UTC')
            from (select happened_at from events union all select happened_at from outcomes)"""
        ).fetchall()[0]
        if later:
            notes.append(f"{later:,} rows are dated in the future and are left out")
        if last is None:
            raise PropensityError("events and outcomes hold no dated row; give at least one event.")
        return dt.datetime.combine(last.date(), dt.time()) + dt.timedelta(days=1)
    moment = connection.execute("select try_cast(cast(? as varchar) as timestamp)", [str(given)]).fetchall()[0][0]
    if moment is None:
        raise PropensityError(f"as_of {given!r} is no time; give a date such as 2026-01-31.")
    return moment if isinstance(moment, dt.datetime) else dt.datetime.fromisoformat(str(moment))


def _place_entities(connection: duckdb.DuckDBPyConnection) -> None:
    """Known from the given time, else from the first event; an entity that is never seen, from the start."""
    connection.execute(
        """create or replace temp table entities as
        with seen as (
            select entity_id, min(happened_at) as first_at from
            (select entity_id, happened_at from events union all select entity_id, happened_at from outcomes) as dated
            group by entity_id
        )
        select
            coalesce(given_places.entity_id, seen.entity_id) as entity_id,
            coalesce(given_places.family_id, given_places.entity_id, seen.entity_id) as family_id,
            coalesce(given_places.known_at, seen.first_at, timestamp '1970-01-01') as known_at
        from given_places full join seen on given_places.entity_id = seen.entity_id"""
    )
