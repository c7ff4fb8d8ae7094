"""The one way records change: stage, link, check, write, log; set-based, in one transaction."""

from collections.abc import Iterator

import duckdb

from sandbox.services.salesforce.checks import (
    case,
    permission_checks,
    quoted,
    reference_checks,
    required_check,
    value_checks,
)
from sandbox.services.salesforce.ids import new_id_expression
from sandbox.services.salesforce.saving import Change, delete, prepare, refuse_prepared, save
from sandbox.services.salesforce.schema import Schema

DUPLICATES_SCOPE = 200  # Salesforce saves records in chunks of 200 and looks for duplicates within one


def apply(cursor: duckdb.DuckDBPyConnection, schema: Schema, change: Change) -> None:
    """Carry out a change; leaves the temp table `outcome` (n, id, action, error {code, message, fields})."""
    _link(cursor, change)
    _check(cursor, schema, change)
    rounds = cursor.execute("select coalesce(max(turn), 0) from outcome where error is null").fetchall()[0][0]
    if change.operation != "delete":
        for turn in range(1, rounds + 1):  # a second turn only when chunks name the same record again
            prepare(cursor, change, turn)
            refuse_prepared(cursor, change)
    if change.operation == "delete":
        if change.sobject.deletable:
            delete(cursor, schema, change, "select id from outcome where error is null")
        return
    for turn in range(1, rounds + 1):
        if rounds > 1:
            prepare(cursor, change, turn)
        save(cursor, change)


def _link(cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Find each staged row's record, and so what is to be done with it."""
    key, table = change.key, change.sobject.table
    if change.operation == "insert":
        cursor.execute("""create or replace temp table linked as
            select *, null::varchar as target, false as gone, 0 as matches, 'insert' as action from stage""")
        return
    if key == "Id":
        match, otherwise = 'substr(t."Id", 1, 15) = substr(s."Id", 1, 15)', "update"
        if change.operation == "upsert":
            otherwise = "case when s.\"Id\" is null or s.\"Id\" = '' then 'insert' else 'update' end"
    else:
        match, otherwise = f'lower(t."{key}") = lower(s."{key}") and {change.sobject.live("t")}', "insert"
    otherwise = otherwise if otherwise.startswith("case") else quoted(otherwise)
    cursor.execute(f"""
        create or replace temp table linked as
        select s.*, t."Id" as target, coalesce(not ({change.sobject.live("t")}), false) as gone,
            count(t."Id") over (partition by s.n) as matches,
            case when t."Id" is null then {otherwise} else 'update' end as action
        from stage as s left join {table} as t on {match}
        qualify row_number() over (partition by s.n order by t.rowid) = 1
    """)


def _checks(schema: Schema, change: Change) -> Iterator[str]:
    sobject, key = change.sobject, change.key
    yield """case when s.problem_code is not null
        then {'code': s.problem_code, 'message': s.problem_message, 'fields': s.problem_fields} end"""
    if sobject.readonly or (change.operation == "delete" and not sobject.deletable):
        message = quoted(f"entity type cannot be {change.operation}ed: {sobject.name}".replace("eed:", "ed:"))
        yield case("true", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    if change.operation != "insert" and key == "Id":
        absent = "action = 'update' and (s.\"Id\" is null or s.\"Id\" = '')"
        yield case(absent, "MISSING_ARGUMENT", quoted(f"Id not specified in {change.operation} call"), "Id")
        prefix = f"action = 'update' and substr(s.\"Id\", 1, 3) <> {quoted(sobject.prefix)}"
        malformed = "action = 'update' and not regexp_full_match(s.\"Id\", '[A-Za-z0-9]{15}([A-Z0-5]{3})?')"
        yield case(malformed, "MALFORMED_ID", "'Record ID: id value of incorrect type: ' || s.\"Id\"", "Id")
        yield case(prefix, "MALFORMED_ID", "'Record ID: id value of incorrect type: ' || s.\"Id\"", "Id")
        absent = "action = 'update' and target is null"
        yield case(absent, "INVALID_CROSS_REFERENCE_KEY", "'invalid cross reference id'")
    yield case("gone", "ENTITY_IS_DELETED", "'entity is deleted'")
    if key != "Id":
        message = """'More than one record found for external id field: [' || target || ', ...]'"""
        yield case("matches > 1", "DUPLICATE_EXTERNAL_ID", message, key)
        again = f'count(*) over (partition by lower(s."{key}")) > 1 and s."{key}" is not null'
        yield case(again, "DUPLICATE_VALUE", f"""'Duplicate external id specified: ' || s."{key}\"""", key)
    else:
        again = f"target is not null and count(*) over (partition by target, (n - 1) // {DUPLICATES_SCOPE}) > 1"
        yield case(again, "DUPLICATE_VALUE", "'Duplicate id specified: ' || target", "Id")
    if change.operation == "delete":
        return
    yield from permission_checks(sobject, change.columns, key if change.operation != "insert" else "")
    fields = [field for name in change.columns if name != "Id" and (field := sobject.find(name))]
    for field in fields:
        yield from value_checks(field)
    yield from required_check(sobject, change.columns)
    for field in fields:
        if field.type == "reference":
            yield from reference_checks(schema, sobject, field)


def _check(cursor: duckdb.DuckDBPyConnection, schema: Schema, change: Change) -> None:
    """Decide each row's fate as far as it hangs on the row alone, and give new records their ids."""
    checks = list(_checks(schema, change))
    if change.refused_every:
        condition = f"n % {change.refused_every} = 0"
        checks.append(case(condition, change.refused_code, "'unable to obtain exclusive access to this record'"))
    cursor.execute(f"""
        create or replace temp table outcome as
        select n, action, coalesce(target, '') as id, coalesce({", ".join(checks)}) as error, 0 as turn
        from linked as s
    """)
    cursor.execute(f"""
        update outcome set id = {new_id_expression(change.sobject.prefix)} where action = 'insert' and error is null
    """)
    cursor.execute("""
        update outcome set turn = numbered.turn
        from (select n, row_number() over (partition by id order by n) as turn from outcome where error is null)
            as numbered
        where outcome.n = numbered.n
    """)
