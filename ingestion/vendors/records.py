"""The CRM's records, rows of lists that are to be enriched, and leads that other programs sent, as questions.

Their inputs under our names, and whether enough of them is there to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from ingestion.vendors.rules import InputColumn, Rules
from ingestion.warehouse import Columns, quoted, tables_by_schema

RECORD_ID, DOMAIN = "record_id", "domain"
_CRM, _LISTS, _INBOUND, _MARTS = "salesforce", "files", "changes", "marts"
_CRM_PEOPLE = ("contacts", "leads")
# Derived from the website, for vendors that know companies by their domain.
_HOST = r"^(?:[a-z]+://)?(?:www\d?\.)?((?:[^./:?#@\s]+\.)+[^./:?#@\s]+)"

Landed = Mapping[str, Columns]


def landed_sources(warehouse: Path, rules: Rules) -> Landed:
    """The raw tables of every source that inputs come from, and the marts' tables."""
    schemas = {entry.source: f"raw_{entry.source}" for entry in rules.inputs} | {_MARTS: _MARTS}
    tables = tables_by_schema(warehouse, schemas.values())
    return {_CRM: {}} | {source: tables[schema] for source, schema in schemas.items()}


def records_sql(rules: Rules, entity: str, landed: Landed) -> str:
    """One row per live record of an entity: input_object, record_id, its inputs, is_eligible, missing_inputs.

    "" when nothing that could be asked about has landed. `missing_inputs` names the requirements that are not met.
    """
    entries = [entry for entry in rules.inputs if entry.entity == entity]
    names = sorted({entry.name for entry in entries if entry.name != RECORD_ID})
    selects = []
    for _, each in groupby(sorted(entries, key=_object), key=_object):
        select = _object_sql(list(each), names, landed)
        if select:
            selects.append(select)
    return " union all ".join(selects)


def _object(entry: InputColumn) -> tuple[str, str, str]:
    return entry.source, entry.record_object, entry.table


def _object_sql(entries: list[InputColumn], names: list[str], landed: Landed) -> str:
    source, record_object, table = _object(entries[0])
    tables = landed.get(source, {})
    columns = {entry.name: entry.column for entry in entries}
    key = columns.get(RECORD_ID, "id")
    if source == _INBOUND and table in tables:
        tables = {table: tables[table] | {RECORD_ID: "VARCHAR"}}
    if key not in tables.get(table, {}) or (source == _LISTS and "is_enriched" not in tables.get("imports", {})):
        return ""
    values = {name: _value(columns.get(name, ""), table, tables) for name in names}
    given = ", ".join(f"{value} as {quoted(name)}" for name, value in values.items())
    keys = sorted({entry.column.partition(".")[0] for entry in entries if "." in entry.column})
    parents = [name for name in keys if name in tables[table] and "id" in tables.get("accounts", {})]
    joins = " ".join(
        f"left join raw_{source}.accounts as {quoted(name)} on {quoted(name)}.id = record.{quoted(name)}"
        for name in parents
    )
    living = "not coalesce(record.is_deleted, false)" if "is_deleted" in tables[table] else "true"
    website = quoted("website") if "website" in values else "null"
    return f"""
        select * exclude (missing_inputs), missing_inputs = '' as is_eligible, missing_inputs from (
            select *, nullif(regexp_extract(lower({website}), '{_HOST}', 1), '') as {DOMAIN},
                array_to_string(list_filter([{_missing(entries)}], lambda item: item is not null), '|')
                    as missing_inputs
            from (
                select '{source}' as source, '{record_object}' as input_object,
                    cast(record.{quoted(key)} as varchar) as {RECORD_ID}, {given}
                from {_place(source, record_object, table, landed)} as record {joins} where {living}
            )
        )"""


def _place(source: str, record_object: str, table: str, landed: Landed) -> str:
    """SQL of the table whose rows are records.

    Of lists, the last row about each company or person, where the list is to be enriched and the last build did not
    find the record in another system: there it is enriched already. Of leads that were sent, those under whose address
    the CRM holds nobody.
    """
    if source == _INBOUND:
        held = [
            f"and lower(trim(email)) not in (select lower(trim(email)) from raw_salesforce.{people}"
            " where email is not null and not coalesce(is_deleted, false))"
            for people in _CRM_PEOPLE
            if {"email", "is_deleted"} <= landed[_CRM].get(people, {}).keys()
        ]
        return f"""(
            select *, endpoint || ':' || lead_key as {RECORD_ID} from raw_changes.{quoted(table)}
            where email is not null {" ".join(held)}
        )"""
    if source != _LISTS:
        return f"raw_{source}.{quoted(table)}"
    kind = "object = 'companies'" if record_object == "Company" else "object <> 'companies'"
    known = f"and record_id not in (select record_id from marts.import_rows where outcome = 'matched' and {kind})"
    return f"""(
        select * from raw_files.{quoted(table)}
        where status = 'accepted' and {kind} {known if "import_rows" in landed[_MARTS] else ""}
            and import_id in (select import_id from raw_files.imports where is_enriched)
        qualify row_number() over (partition by record_id order by imported_at desc, import_id, row_number desc) = 1
    )"""


def _value(column: str, table: str, tables: Columns) -> str:
    """SQL of one input, blank as null; null if its column has not landed."""
    key, dot, beyond = column.partition(".")
    if dot:
        known = key in tables[table] and beyond in tables.get("accounts", {}) and "id" in tables["accounts"]
        place = f"{quoted(key)}.{quoted(beyond)}"
    else:
        known, place = column in tables[table], f"record.{quoted(column)}"
    return f"nullif(trim(cast({place} as varchar)), '')" if known else "cast(null as varchar)"


def _missing(entries: list[InputColumn]) -> str:
    """SQL list items: the name of each requirement none of whose inputs is filled."""
    requirements: dict[str, list[str]] = {}
    for entry in entries:
        if entry.requirement:
            requirements.setdefault(entry.requirement, []).append(entry.name)
    items = [
        f"case when coalesce({', '.join(map(quoted, inputs))}) is null then '{name}' end"
        for name, inputs in requirements.items()
    ]
    return ", ".join(items) or "cast(null as varchar)"
