"""New activities brought into scores, history and stages of the accounts that they concern, and of no other.

The SQL is that of the models, compiled by dbt: only the tables that it reads are narrowed to the accounts and people
concerned. What comes out is therefore what a rebuild of everything would give for them, to the last digit. What
compares all accounts with each other (ranks) is brought up to date for all; reports over all wait for the next build.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contents
from orchestration.errors import TransformationFailed
from orchestration.transformation import Transformation
from orchestration.warehouse import transaction

ACTIVITIES = "marts.fct_activities"
TARGETS = (
    "marts.account_scores",
    "marts.account_score_explanations",
    "marts.account_score_history",
    "marts.contact_scores",
    "marts.fct_threshold_crossings",
    "marts.fct_stage_changes",
    "marts.account_stages",
    "marts.contact_stages",
)
# Read whole: that there is intent at all, or which week is the newest, is a fact about everybody.
_WHOLE = frozenset({"marts.fct_intent_signals"})
_RANK = """
update marts.account_scores set score_rank = ranked.place
from (
    select account_scores.account_id, cast(row_number() over (
        order by scored.is_excluded, scored.overall_score desc, scored.fit_score desc nulls last, scored.account_id
    ) as integer) as place
    from marts.account_scores join intermediate.int_accounts__scored as scored using (account_id)
) as ranked
where account_scores.account_id = ranked.account_id and account_scores.score_rank is distinct from ranked.place
"""


@dataclass(frozen=True)
class Rescoring:
    """How many accounts and people were scored anew, and the seconds it took."""

    accounts: int
    people: int
    seconds: float


@dataclass(frozen=True)
class Step:
    """One model: its address `schema.name`, its SQL, and how its rows are kept."""

    address: str
    sql: str
    is_view: bool
    is_appended: bool
    unique_key: tuple[str, ...]


def steps(transformation: Transformation) -> list[Step]:
    """The models between the activities and the targets, parents first, compiled as of now."""
    manifest = transformation.manifest
    nodes = manifest["nodes"]
    by_address = addresses(transformation)
    below = reach(by_address[ACTIVITIES], manifest["child_map"])
    above = set[str]().union(*(reach(by_address[target], manifest["parent_map"]) for target in TARGETS))
    # ml's tables are learnt in the nightly run: what was foretold stays until then.
    between = (below & above) - {by_address[ACTIVITIES]}
    chosen = {name for name in between if nodes[name]["resource_type"] == "model"}
    compiled = transformation.compile(chosen)
    return [_step(nodes[name], compiled[name]) for name in transformation.in_order(chosen)]


def addresses(transformation: Transformation) -> dict[str, str]:
    """dbt's unique ids by address, `schema.name`."""
    return {f"{node['schema']}.{node['alias']}": name for name, node in transformation.manifest["nodes"].items()}


def reach(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    """A node of dbt's graph and everything above (`parent_map`) or below it (`child_map`)."""
    found, waiting = {start}, [start]
    while waiting:
        new = [name for name in edges.get(waiting.pop(), []) if name not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _step(node: Mapping[str, Any], sql: str) -> Step:
    config = node["config"]
    is_incremental = config["materialized"] == "incremental"
    key = config.get("unique_key") or []
    return Step(
        address=f"{node['schema']}.{node['alias']}",
        sql=sql,
        is_view=config["materialized"] == "view",
        is_appended=is_incremental,
        unique_key=tuple([key] if isinstance(key, str) else key),
    )


def rescore(warehouse: Path, planned: Sequence[Step], changed: str) -> Rescoring:
    """Score anew whom `changed` names: SQL that gives account_id and contact_id (either may be null) of activities.

    All or nothing; the caller holds the run lock. Raises duckdb.Error, or TransformationFailed where a model of the
    project has not been built yet, or not since its columns changed.
    """
    began = time.monotonic()
    with duckdb.connect(str(warehouse)) as connection:
        if missing := {step.address for step in planned} - contents.tables(connection):
            raise TransformationFailed(
                f"{', '.join(sorted(missing))}: not built yet. Run the whole job: marketmap run."
            )
        try:
            with transaction(connection):
                accounts, people = _concern(connection, changed)
                if accounts or people:
                    narrowed = _Narrowed(connection)
                    for step in planned:
                        _apply(connection, step, narrowed)
                    connection.execute(_RANK)
        except duckdb.BinderException as error:
            reason = str(error).partition("\n")[0]
            raise TransformationFailed(
                f"A table is of another version of marketmap ({reason}). Run the whole job: marketmap run."
            ) from error
    return Rescoring(accounts, people, time.monotonic() - began)


def _concern(connection: duckdb.DuckDBPyConnection, changed: str) -> tuple[int, int]:
    """Temporary tables: the accounts concerned, and the people who belong to no account."""
    connection.execute(
        f"""create or replace temp table changed_keys as {changed};
        create or replace temp table concerned_accounts as
        select distinct account_id from changed_keys where account_id is not null
        union select contacts.account_id from intermediate.int_contacts as contacts
        join changed_keys on contacts.contact_id = changed_keys.contact_id where contacts.account_id is not null;
        create or replace temp table concerned_people as
        select contacts.contact_id from intermediate.int_contacts as contacts
        where contacts.account_id in (select account_id from concerned_accounts)
        or contacts.contact_id in (select contact_id from changed_keys)"""
    )
    counts = connection.execute(
        "select (select count(*) from concerned_accounts), (select count(*) from concerned_people)"
    )
    accounts, people = counts.fetchall()[0]
    return int(accounts), int(people)


class _Narrowed:
    """Temporary tables that stand for the real ones: only the rows of whom it concerns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.stands_for: dict[str, str] = {}
        for address in sorted(contents.tables(connection)):
            condition = self.condition(address)
            if condition and address not in _WHOLE and address.startswith(("intermediate.", "marts.")):
                self.stands_for[address] = f"narrow__{address.replace('.', '__')}"

    def condition(self, address: str) -> str | None:
        """SQL over a table's rows: whom it concerns; None for tables that speak of nobody."""
        names = {row[0] for row in self._connection.execute(f"describe {contents.quoted(address)}").fetchall()}
        mine = "account_id in (select account_id from concerned_accounts)"
        person = next((name for name in ("contact_id", "entity_id") if name in names), None)
        if person is None:
            return mine if "account_id" in names else None
        if person == "entity_id" and "account_id" not in names:
            return "entity_id in (select account_id from concerned_accounts)"
        theirs = f"{person} in (select contact_id from concerned_people)"
        return f"({mine} or {theirs})" if "account_id" in names else theirs

    def read(self, sql: str) -> str:
        """The SQL with each table that has a narrow one in its place; makes the narrow ones that it needs."""
        for address, name in self.stands_for.items():
            schema, _, table = address.partition(".")
            written = f'"warehouse"."{schema}"."{table}"'
            if written in sql:
                self._connection.execute(
                    f"create or replace temp view {name} as"
                    f" select * from {contents.quoted(address)} where {self.condition(address)}"
                )
                sql = sql.replace(written, name)
        return sql


def _apply(connection: duckdb.DuckDBPyConnection, step: Step, narrowed: _Narrowed) -> None:
    if step.is_view:
        return
    table = contents.quoted(step.address)
    condition = narrowed.condition(step.address)
    if condition is None:  # speaks of nobody: kinds of activities, made anew
        connection.execute(f"create or replace temp table fresh as {step.sql}")
        connection.execute(f"delete from {table}")
        connection.execute(f"insert into {table} by name select * from fresh")
        return
    connection.execute(f"create or replace temp table fresh as {narrowed.read(step.sql)}")
    if step.unique_key:
        same = " and ".join(f"fresh.{name} = kept.{name}" for name in step.unique_key)
        connection.execute(f"delete from {table} as kept using fresh where {same}")
    elif not step.is_appended:
        connection.execute(f"delete from {table} where {condition}")
    connection.execute(f"insert into {table} by name select * from fresh where {condition}")
