"""The one way records change: stage, link, check, write, log; set-based, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sandbox.services.salesforce.checks import (
    SET_NULL,
    case,
    cast,
    permission_checks,
    quoted,
    reference_checks,
    required_check,
    value_checks,
)
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.ids import new_id_expression
from sandbox.services.salesforce.schema import Schema

HISTORY_FIELDS = {"StageName", "Amount", "Probability", "CloseDate", "ForecastCategoryName"}
DUPLICATES_SCOPE = 200  # Salesforce saves records in chunks of 200 and looks for duplicates within one


@dataclass(frozen=True)
class Change:
    """What is to be done with the temp table `stage` (n, problem_code, problem_message, problem_fields, columns)."""

    sobject: SObject
    operation: str  # insert, update, upsert, delete
    columns: tuple[str, ...]
    actor: str
    now: datetime
    key: str = "Id"
    all_or_none: bool = False
    refused_every: int = 0  # a fault: every n-th row is refused
    refused_code: str = ""
    rules: tuple[tuple[str, str, str], ...] = ()  # (SQL condition over t0 that must not hold, message, field)


def apply(cursor: duckdb.DuckDBPyConnection, schema: Schema, change: Change) -> None:
    """Carry out a change; leaves the temp table `outcome` (n, id, action, error {code, message, fields})."""
    _link(cursor, change)
    _check(cursor, schema, change)
    rounds = cursor.execute("select coalesce(max(turn), 0) from outcome where error is null").fetchall()[0][0]
    if change.operation != "delete":
        for turn in range(1, rounds + 1):  # a second turn only when chunks name the same record again
            _prepare(cursor, change, turn)
            _refuse_prepared(cursor, change)
    if change.all_or_none and cursor.execute("select count(*) from outcome where error is not null").fetchall()[0][0]:
        message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
        cursor.execute(
            "update outcome set error = {'code': 'ALL_OR_NONE_OPERATION_ROLLED_BACK', 'message': ?, 'fields': ''} "
            "where error is null",
            [message],
        )
        return
    if change.operation == "delete":
        if change.sobject.deletable:
            delete(cursor, schema, change, "select id from outcome where error is null")
        return
    for turn in range(1, rounds + 1):
        if rounds > 1:
            _prepare(cursor, change, turn)
        _save(cursor, change)


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
        message = f"""'More than one record found for external id field: [' || target || ', ...]'"""
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


def _prepare(cursor: duckdb.DuckDBPyConnection, change: Change, turn: int) -> None:
    """Build the temp table `after`: the records as they will be."""
    staged = {field.name for name in change.columns if (field := change.sobject.find(name))} - {"Id"}
    written = {
        "Id": "o.id",
        "CreatedDate": "coalesce(t.\"CreatedDate\", $now)",
        "CreatedById": "coalesce(t.\"CreatedById\", $actor)",
        "LastModifiedDate": "$now", "LastModifiedById": "$actor", "SystemModstamp": "$now",
    }  # fmt: skip
    expressions = list[str]()
    for field in change.sobject.fields.values():
        old = f't."{field.name}"'
        if field.type == "boolean":
            old = f"coalesce({old}, false)"
        elif field.name == "OwnerId":
            old = f"case when o.action = 'insert' then $actor else {old} end"
        elif field.defaulted and field.values:
            old = f"case when o.action = 'insert' then {quoted(field.values[0].value)} else {old} end"
        value = f's."{field.name}"'
        if field.name in written:
            new = written[field.name]
        elif field.name in staged:
            new = f"case when {value} is null then {old} when {value} <> {SET_NULL} then {cast(field, value)} end"
        else:
            new = old
        expressions.append(f'{new} as "{field.name}"')
    derived = ", ".join(f'{sql} as "{name}"' for name, sql in change.sobject.derived.items())
    outer = f"* replace ({derived})" if derived else "*"
    cursor.execute(
        f"""
        create or replace temp table after as
        select {outer} from (
            select o.n as n, o.action as action, {", ".join(expressions)}
            from outcome as o join linked as s on s.n = o.n
            left join {change.sobject.table} as t on t."Id" = o.id
            where o.error is null and o.turn = {turn}
        )""",
        {"now": change.now, "actor": change.actor},
    )


def _refuse_prepared(cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Refuse what only the finished record shows: values taken already, and validation rules."""
    for field in change.sobject.fields.values():
        if not (field.unique and field.custom):
            continue
        column = f'"{field.name}"'
        cursor.execute(f"""
            update outcome set error = {{'code': 'DUPLICATE_VALUE', 'message': 'duplicate value found: {field.name} '
                || 'duplicates value on record with id: ' || other, 'fields': {quoted(field.name)}}}
            from (
                select a.n, max(t."Id") as other from after as a join {change.sobject.table} as t
                on lower(t.{column}) = lower(a.{column}) and t."Id" <> a."Id" and {change.sobject.live("t")} group by a.n
            ) as taken where outcome.n = taken.n
        """)
    for condition, message, field_name in change.rules:
        cursor.execute(
            f"""
            update outcome set error = {{'code': 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'message': ?, 'fields': ?}}
            from (select t0.n from after as t0 where {condition}) as broken
            where outcome.n = broken.n and error is null
            """,
            [message, field_name],
        )
    cursor.execute("delete from after where n in (select n from outcome where error is not null)")


def _save(cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Write `after` to the object's table, with its log."""
    sobject = change.sobject
    sent = [field.name for name in change.columns if (field := sobject.find(name)) and field.name != "Id"]
    changed = dict.fromkeys([*sent, *sobject.derived, "LastModifiedDate", "LastModifiedById", "SystemModstamp"])
    columns = [name for name in changed if name in sobject.fields]
    log(cursor, change, "after", sent)
    assignments = ", ".join(f'"{name}" = a."{name}"' for name in columns)
    cursor.execute(f"""update {sobject.table} set {assignments} from after as a
        where {sobject.table}."Id" = a."Id" and a.action = 'update'""")
    cursor.execute(f"insert into {sobject.table} by name select * exclude (n, action) from after where action = 'insert'")
    if sobject.name == "Opportunity" and HISTORY_FIELDS & set(sent):
        cursor.execute(f"""
            insert into salesforce."OpportunityHistory" by name
            select {new_id_expression("008")} as "Id", "Id" as "OpportunityId", "StageName", "Amount", "Probability",
                "CloseDate", "ForecastCategoryName" as "ForecastCategory", false as "IsDeleted",
                "SystemModstamp" as "CreatedDate", "LastModifiedById" as "CreatedById", "SystemModstamp"
            from after
        """)


def log(cursor: duckdb.DuckDBPyConnection, change: Change, source: str, fields: Sequence[str]) -> None:
    """Add rows to the write log: `source` (Id, action, columns) against the table as it still is."""
    before = ", ".join(f"{quoted(name)}, t.\"{name}\"" for name in fields)
    after = ", ".join(f"{quoted(name)}, a.\"{name}\"" for name in fields)
    cursor.execute(
        f"""
        insert into sandbox.writes ("at", service, object, record_id, operation, actor, before, after)
        select ?, 'salesforce', ?, a."Id", a.action, ?,
            case when a.action <> 'insert' then json_object({before}) end,
            case when a.action <> 'delete' then json_object({after}) end
        from {source} as a left join {change.sobject.table} as t on t."Id" = a."Id" order by a."Id"
        """,
        [change.now, change.sobject.name, change.actor],
    )


def delete(cursor: duckdb.DuckDBPyConnection, schema: Schema, change: Change, ids: str) -> None:
    """Delete the records whose ids the query `ids` gives, and what goes with them (cascade)."""
    sobject = change.sobject
    cursor.execute(f"""create or replace temp table doomed_{sobject.name} as
        select "Id", 'delete' as action, true as "IsDeleted" from {sobject.table} where "Id" in ({ids}) and not "IsDeleted" """)
    log(cursor, change, f"doomed_{sobject.name}", ["IsDeleted"])
    stamps = 'set "IsDeleted" = true, "SystemModstamp" = $now'
    if "LastModifiedDate" in sobject.fields:
        stamps += ', "LastModifiedDate" = $now, "LastModifiedById" = $actor'
    named = {"now": change.now} | ({"actor": change.actor} if "LastModifiedDate" in sobject.fields else {})
    doomed = f'select "Id" from doomed_{sobject.name}'
    cursor.execute(f'update {sobject.table} {stamps} where "Id" in ({doomed})', named)
    for child in schema.objects():
        for field in child.fields.values():
            if field.cascade and sobject.name in field.references:
                children = f'select "Id" from {child.table} where "{field.name}" in ({doomed})'
                inner = Change(child, "delete", (), change.actor, change.now)
                delete(cursor, schema, inner, children)
