"""Past leads through another version of the routing flow, beside the live one: what would change, before it goes live.

Both versions run the SQL that dbt compiled for the last run, in memory, over the leads of the last days as they are
known today, each at the hour at which it came and with the owner it had then; every lead counts as new and nobody has
had a turn yet. Production is not touched, and neither version writes anything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

from expectations.seeds.tables import load_tables
from orchestration import contents
from orchestration.errors import RequestFault
from orchestration.settings import Settings

SEEDS = (
    "routing_settings",
    "routing_versions",
    "routing_nodes",
    "routing_maps",
    "routing_rotations",
    "routing_rotation_members",
    "working_hours",
    "holidays",
    "absences",
)
_NOT_YET = "No leads have been routed with this version yet. Route them with `marketmap run`."
_COPIES = {
    "staging.stg_salesforce__queues": "select * from staging.stg_salesforce__queues",
    "intermediate.int_routing_users": "select * from intermediate.int_routing_users",
    "marts.fct_routing_decisions": "select * from marts.fct_routing_decisions where false",
    # The owner before the flow first decided; availability is looked up each half hour.
    "intermediate.int_routing_leads": """
        with
            first_owners as (
                select lead_id, min_by(previous_owner_id, decided_at) as owner_id
                from marts.fct_routing_decisions group by lead_id
            ),
            past as (
                select leads.*, coalesce(first_owners.owner_id, leads.owner_user_id) as past_owner_id, users.user_groups
                from intermediate.int_routing_leads as leads
                left join first_owners using (lead_id)
                left join intermediate.int_routing_users as users on first_owners.owner_id = users.user_id
            )
        select * exclude (past_owner_id, user_groups) replace (
            past_owner_id as owner_user_id,
            case when list_contains(user_groups, 'integration') then 'integration' else owner_kind end as owner_kind,
            coalesce(user_groups, owner_groups) as owner_groups,
            time_bucket(interval '30 minutes', created_at) as routed_at
        )
        from past where created_at >= (select max(routed_at) from past) - to_days({days})
    """,
}
_SIDES = """
create or replace table sides as
select
    lead_id, leads.company_name, leads.country_code, leads.lead_status, leads.is_mql,
    today.outcome as outcome_today, draft.outcome as outcome_draft,
    today.section as section_today, draft.section as section_draft,
    coalesce(today.node, 'no outcome') as node_today, coalesce(draft.node, 'no outcome') as node_draft,
    coalesce(today_user.user_name, today.queue, today.reason) as to_today,
    coalesce(draft_user.user_name, draft.queue, draft.reason) as to_draft,
    today.is_warning as warning_today, draft.is_warning as warning_draft,
    today.outcome <> draft.outcome or node_today <> node_draft or to_today is distinct from to_draft
    or today.field_values is distinct from draft.field_values as is_changed,
    today.path as path_today, draft.path as path_draft
from decided_today as today
join decided_draft as draft using (lead_id)
join warehouse.intermediate.int_routing_leads as leads using (lead_id)
left join warehouse.intermediate.int_routing_users as today_user on today.owner_id = today_user.user_id
left join warehouse.intermediate.int_routing_users as draft_user on draft.owner_id = draft_user.user_id
"""
_NODES = """
select section, node, outcome, sum(is_today)::bigint, sum(1 - is_today)::bigint from (
    select section_today as section, node_today as node, outcome_today as outcome, 1 as is_today from sides
    union all select section_draft, node_draft, outcome_draft, 0 from sides
) group by all order by greatest(sum(is_today), sum(1 - is_today)) desc, 1, 2
"""
_MOVES = """
select node_today, node_draft, count(*) from sides where node_today <> node_draft group by all order by 3 desc, 1, 2
"""
_LOADS = """
select name, sum(is_today)::bigint, sum(1 - is_today)::bigint from (
    select to_today as name, 1 as is_today from sides where outcome_today in ('owner', 'queue')
    union all select to_draft, 0 from sides where outcome_draft in ('owner', 'queue')
) group by name order by abs(sum(2 * is_today - 1)) desc, name
"""
_EXAMPLES = """
select lead_id, company_name, country_code, lead_status, to_today, to_draft, path_today, path_draft from sides
where is_changed qualify row_number() over (partition by node_today, node_draft order by is_mql desc, lead_id) <= 3
order by is_mql desc, count(*) over (partition by node_today, node_draft) desc, lead_id limit 12
"""
_COUNTS = """
select count(*), count(*) filter (where is_changed), count(*) filter (where warning_today),
    count(*) filter (where warning_draft), count(*) filter (where node_draft = 'no outcome'),
    count(*) filter (where is_mql), count(*) filter (where is_mql and is_changed)
from sides
"""


@dataclass(frozen=True)
class Replay:
    """Both versions over the same leads; rows of the tables are tuples as their names say."""

    live_version: str
    draft_version: str
    draft_name: str
    days: int
    leads: int
    changed: int
    warnings_today: int
    warnings_draft: int
    without_outcome: int
    mqls: int
    mqls_changed: int
    nodes: list[tuple[str, str, str, int, int]]  # section, node, outcome, leads today, leads in the draft
    moves: list[tuple[str, str, int]]  # node today, node in the draft, leads
    loads: list[tuple[str, int, int]]  # person or queue, leads today, leads in the draft
    # Lead, company, country, status, to today, to draft, and the draft's way from where it leaves today's.
    examples: list[tuple[str, str, str, str, str, str, str]]

    def as_json(self) -> dict[str, Any]:
        """Plain numbers and texts."""
        return asdict(self)


def replay(settings: Settings, flow_version: str, days: int = 90) -> Replay:
    """Raises RequestFault for an unknown version, before a first run, and while a run writes the warehouse."""
    folder = settings.home / "dbt" / "compiled" / "marketmap" / "models" / "marts" / "routing"
    compiled = folder / "fct_routing_decisions.sql"
    if not (compiled.is_file() and settings.warehouse.exists()):
        raise RequestFault(_NOT_YET)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        take(connection, settings.warehouse, days)
        load_tables(connection, "warehouse.seeds", settings.project_dir, SEEDS)
        return compare(connection, compiled.read_text(encoding="utf-8"), flow_version, days)


def compare(connection: duckdb.DuckDBPyConnection, sql: str, flow_version: str, days: int) -> Replay:
    """Route the leads of `warehouse` by its live version and by another, with the compiled SQL of the decisions."""
    versions = "warehouse.seeds.routing_versions"
    names = {
        name: (status, text)
        for name, status, text in connection.execute(f"select flow_version, status, name from {versions}").fetchall()
    }
    if flow_version not in names:
        raise RequestFault(f"There is no version {flow_version!r} of the flow; there are {', '.join(sorted(names))}.")
    live = next(name for name, (status, _) in names.items() if status == "live")
    for side, version in (("today", live), ("draft", flow_version)):
        connection.execute(
            f"update {versions} set status = case when flow_version = ? then 'live' else 'retired' end", [version]
        )
        connection.execute(f"create or replace table memory.decided_{side} as {sql}")
    connection.execute("use memory")
    connection.execute(_SIDES)
    leads, changed, warned, warns, lost, mqls, mqls_changed = connection.execute(_COUNTS).fetchall()[0]
    return Replay(
        live_version=live,
        draft_version=flow_version,
        draft_name=names[flow_version][1],
        days=days,
        leads=leads,
        changed=changed,
        warnings_today=warned,
        warnings_draft=warns,
        without_outcome=lost,
        mqls=mqls,
        mqls_changed=mqls_changed,
        nodes=connection.execute(_NODES).fetchall(),
        moves=connection.execute(_MOVES).fetchall(),
        loads=connection.execute(_LOADS).fetchall(),
        examples=[(*row[:6], _parted(*row[6:])) for row in connection.execute(_EXAMPLES).fetchall()],
    )


def _parted(today: str, draft: str) -> str:
    """The draft's way from the last node that it shares with today's."""
    ways = [way.split(" > ") for way in (today, draft)]
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*ways, strict=False)))
    return " > ".join(ways[1][max(shared - 1, 0) :])


def take(connection: duckdb.DuckDBPyConnection, warehouse: Path, days: int) -> None:
    """Copies of what the flow reads, under the names that the compiled SQL uses; the file is let go at once."""
    try:
        connection.execute(f"attach {contents.literal(warehouse)} as warehouse (read_only)")
        connection.execute("use warehouse")
        for address, query in _COPIES.items():
            name = address.replace(".", "__")
            connection.execute(f"create table memory.{name} as {query.format(days=days)}")
    except duckdb.CatalogException as error:
        raise RequestFault(_NOT_YET) from error
    except duckdb.IOException as error:
        raise RequestFault("A run is writing the warehouse. Replay when it has ended.") from error
    connection.execute("use memory; detach warehouse; attach ':memory:' as warehouse; create schema warehouse.seeds")
    for address in _COPIES:
        schema, _, _ = address.partition(".")
        connection.execute(f"create schema if not exists warehouse.{schema}")
        connection.execute(f"create table warehouse.{address} as from memory.{address.replace('.', '__')}")
