"""What a change does to the tables once its rows are found good: the records as they will be, written and logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sandbox.services.salesforce.checks import SET_NULL, cast, quoted
from sandbox.services.salesforce.fields import Field, SObject
from sandbox.services.salesforce.ids import new_id_expression
from sandbox.services.salesforce.judging import Refusal
from sandbox.services.salesforce.schema import Schema

STAMPS = {
    "Id": "o.id",
    "CreatedDate": 'coalesce(t."CreatedDate", $now)',
    "CreatedById": 'coalesce(t."CreatedById", $actor)',
    "LastModifiedDate": "$now",
    "LastModifiedById": "$actor",
    "SystemModstamp": "$now",
}
HISTORY_FIELDS = {"StageName", "Amount", "Probability", "CloseDate", "ForecastCategoryName"}
TRACKED_FIELDS = ("StageName", "Amount", "CloseDate", "OwnerId")  # as the administrator chose them


@dataclass(frozen=True)
class Change:
    """What is to be done with the temp table `stage` (n, problem_code, problem_message, problem_fields, columns)."""

    sobject: SObject
    operation: str  # insert, update, upsert, delete
    columns: tuple[str, ...]
    actor: str
    now: datetime
    key: str = "Id"
    refused_every: int = 0  # a fault: every n-th row is refused
    refused_code: str = ""
    rules: tuple[Refusal, ...] = ()


def prepare(cursor: duckdb.DuckDBPyConnection, change: Change, turn: int) -> None:
    """Build the temp table `after`: the records as they will be."""
    staged = {field.name for name in change.columns if (field := change.sobject.find(name))}
    columns = ", ".join(_expression(field, field.name in staged) for field in change.sobject.fields.values())
    derived = ", ".join(f'{sql} as "{name}"' for name, sql in change.sobject.derived.items())
    outer = f"* replace ({derived})" if derived else "*"
    cursor.execute(
        f"""
        create or replace temp table after as
        select {outer} from (
            select o.n as n, o.action as action, {columns}
            from outcome as o join linked as s on s.n = o.n
            left join {change.sobject.table} as t on t."Id" = o.id
            where o.error is null and o.turn = {turn}
        )""",
        {"now": change.now, "actor": change.actor},
    )


def _expression(field: Field, staged: bool) -> str:
    """Return the SQL of one column of `after`: what was sent, else what was there, else the default."""
    if field.name in STAMPS:
        return f'{STAMPS[field.name]} as "{field.name}"'
    old, value = f't."{field.name}"', f's."{field.name}"'
    if field.type == "boolean":
        old = f"coalesce({old}, false)"
    elif field.name == "OwnerId":
        old = f"case when o.action = 'insert' then $actor else {old} end"
    elif field.defaulted and field.values:
        old = f"case when o.action = 'insert' then {quoted(field.values[0].value)} else {old} end"
    if not staged:
        return f'{old} as "{field.name}"'
    new = f"case when {value} is null then {old} when {value} <> {SET_NULL} then {cast(field, value)} end"
    return f'{new} as "{field.name}"'


def refuse_prepared(cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Refuse what only the finished record shows: values taken already, and validation rules."""
    for field in change.sobject.fields.values():
        if not (field.unique and field.custom):
            continue
        column = f'"{field.name}"'
        cursor.execute(f"""
            update outcome set error = {{'code': 'DUPLICATE_VALUE', 'message': 'duplicate value found: {field.name} '
                || 'duplicates value on record with id: ' || other, 'fields': {quoted(field.name)}}}
            from (
                select a.n, coalesce(max(t."Id"), '<unknown>') as other from after as a
                left join {change.sobject.table} as t
                    on lower(t.{column}) = lower(a.{column}) and t."Id" <> a."Id" and {change.sobject.live("t")}
                left join after as b on lower(b.{column}) = lower(a.{column}) and b.n <> a.n
                where t."Id" is not null or b.n is not null
                group by a.n
            ) as taken where outcome.n = taken.n
        """)
    for rule in change.rules:
        cursor.execute(f"""
            update outcome set error = {{'code': {quoted(rule.code)}, 'message': message, 'fields': fields}}
            from (
                select t0.n, {rule.message} as message, {rule.fields} as fields from after as t0 where {rule.condition}
            ) as broken
            where outcome.n = broken.n and error is null
        """)
    cursor.execute("delete from after where n in (select n from outcome where error is not null)")


def save(cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Write `after` to the object's table, with its log."""
    sobject = change.sobject
    sent = [field.name for name in change.columns if (field := sobject.find(name)) and field.name != "Id"]
    changed = dict.fromkeys([*sent, *sobject.derived, "LastModifiedDate", "LastModifiedById", "SystemModstamp"])
    columns = [name for name in changed if name in sobject.fields]
    log(cursor, change, "after", sent)
    if sobject.name == "Opportunity":
        _track(cursor, [name for name in TRACKED_FIELDS if name in sent])
    assignments = ", ".join(f'"{name}" = a."{name}"' for name in columns)
    cursor.execute(f"""update {sobject.table} set {assignments} from after as a
        where {sobject.table}."Id" = a."Id" and a.action = 'update'""")
    cursor.execute(
        f"insert into {sobject.table} by name select * exclude (n, action) from after where action = 'insert'"
    )
    if sobject.name == "Opportunity" and HISTORY_FIELDS & set(sent):
        cursor.execute(f"""
            insert into salesforce."OpportunityHistory" by name
            select {new_id_expression("008")} as "Id", "Id" as "OpportunityId", "StageName", "Amount", "Probability",
                "CloseDate", "ForecastCategoryName" as "ForecastCategory", false as "IsDeleted",
                "SystemModstamp" as "CreatedDate", "LastModifiedById" as "CreatedById", "SystemModstamp"
            from after
        """)


def _track(cursor: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> None:
    """Add a row of field history for each tracked field that an update changes."""
    for name in fields:
        cursor.execute(f"""
            insert into salesforce."OpportunityFieldHistory" by name
            select {new_id_expression("017")} as "Id", a."Id" as "OpportunityId", {quoted(name)} as "Field",
                'Text' as "DataType", cast(t."{name}" as varchar) as "OldValue",
                cast(a."{name}" as varchar) as "NewValue", false as "IsDeleted", a."SystemModstamp" as "CreatedDate",
                a."LastModifiedById" as "CreatedById"
            from after as a inner join salesforce."Opportunity" as t on t."Id" = a."Id"
            where a.action = 'update' and a."{name}" is distinct from t."{name}"
        """)


def log(cursor: duckdb.DuckDBPyConnection, change: Change, source: str, fields: Sequence[str]) -> None:
    """Add rows to the write log: `source` (Id, action, columns) against the table as it still is."""
    before = ", ".join(f'{quoted(name)}, t."{name}"' for name in fields)
    after = ", ".join(f'{quoted(name)}, a."{name}"' for name in fields)
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
        select "Id", 'delete' as action, true as "IsDeleted" from {sobject.table}
        where "Id" in ({ids}) and not "IsDeleted" """)
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
