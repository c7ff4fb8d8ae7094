"""Routing: 100,000 changed leads through the shipped flow, fairness, kills, a replay; beside a loop in pandas.

The organisation is synthetic (routing_market.sql: 100 people, 20,000 accounts); what is timed is the SQL of the
product's own models as dbt compiles it, on a warehouse file. Quick: 20,000 leads and 5 kills.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks import routing_pandas
from benchmarks.metrics import Metric
from expectations.seeds.tables import load_tables

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "dbt_project"
PEOPLE = 100
BATCHES = 20
MODELS = (("intermediate", "int_routing_users"), ("intermediate", "int_routing_leads"))
LOG = "marts.fct_routing_decisions"
SEEDS = (
    "company_placeholders lead_status_map user_groups routing_settings routing_versions routing_nodes routing_maps"
    " routing_rotations routing_rotation_members working_hours holidays absences"
)
# Thirty people with three weights in three time zones, some of them away for a day.
_THIRTY = """
delete from marts.fct_routing_decisions;
create temp table drawn as select * from intermediate.int_routing_leads order by lead_id limit 1;
delete from intermediate.int_routing_users where user_id not in ('U00000') and user_id > 'U00030';
update intermediate.int_routing_users
set is_active = true, time_zone = (['America/New_York', 'America/Chicago', 'Europe/London'])[user_id[-1:]::int % 3 + 1],
    user_groups = case when user_id = 'U00000' then ['integration'] else ['sales_development_americas'] end;
insert into seeds.routing_rotation_members (rotation, user_reference, weight)
select 'sdr_americas', user_id, ([50, 100, 150])[user_id[-2:]::int % 3 + 1]
from intermediate.int_routing_users where user_id <> 'U00000';
insert into seeds.absences (user_reference, absent_from, absent_to, recorded_by)
select 'U0000' || number, date '{today}' + number::int % 4, date '{today}' + number::int % 4, 'benchmark'
from range(1, 9) as numbers (number)
"""
_BATCH = """
insert into intermediate.int_routing_leads
select * exclude (number) replace (
    'F' || ? || '_' || number as lead_id, null as account_id, 'MQL' as lead_status, true as is_mql, 10 as person_score,
    'US' as country_code, true as is_created_by_integration, false as is_do_not_route, false as is_sequenced,
    null as last_interesting_moment, [] as campaign_names, false as has_mdf_campaign, [] as joint_event_statuses,
    false as is_us_public_sector, null as bdr_user_id, null as sdr_user_id, null as tier, ?::timestamp as routed_at
) from drawn cross join range(500) as numbers (number)
"""
_SHARES = """
with
    turns as (select rotation, rotation_pool, owner_id from marts.fct_routing_decisions where is_turn),
    pools as (select rotation, rotation_pool, count(*) as turn_count from turns group by all),
    members as (
        select rotation, rotation_pool, turn_count, split_part(member, '=', 1) as user_id,
            split_part(member, '=', 2)::double as weight
        from (
            select *, unnest(string_split(rotation_pool, ' ')) as member from pools
        )
    ),
    owed as (
        select rotation, user_id, sum(turn_count * share) as owed
        from (
            select *, weight / sum(weight) over (partition by rotation, rotation_pool) as share
            from members
        )
        group by all
    ),
    taken as (select rotation, owner_id as user_id, count(*) as taken from turns group by all)
select max(abs(coalesce(taken, 0) - owed) / owed) from owed left join taken using (rotation, user_id)
"""
# One run of the flow in a process of its own, so that it can be killed at any moment.
_RUN = """
import sys, duckdb
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("set enable_progress_bar = false")
    print("begins", flush=True)
    connection.execute("insert into marts.fct_routing_decisions by name " + open(sys.argv[2]).read())
"""


@dataclass(frozen=True)
class Kills:
    """Runs that were killed, those of them that had begun and not ended, and what came of the leads."""

    kills: int
    mid_run: int
    twice: int  # leads decided on twice
    lost: int  # leads without a decision


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure; raises RuntimeError when dbt cannot compile the models."""
    leads = 20_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="marketmap-routing-") as scratch:
        home = Path(scratch)
        warehouse = home / "warehouse.duckdb"
        console.print(f"Making an organisation with {leads:,} leads ...")
        _make(warehouse, leads)
        sql = _compiled(home)
        console.print("Routing all of them ...")
        seconds = _route(warehouse, sql)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        fairness = _fairness(warehouse, sql["fct_routing_decisions"])
        console.print("The same flow in a loop over rows ...")
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            pandas_seconds = routing_pandas.seconds(connection)
        console.print("Replaying them through another version ...")
        replay_seconds = _replay(warehouse, sql["fct_routing_decisions"])
        console.print("Killing runs ...")
        killed = _kill(home, sql["fct_routing_decisions"], 5 if quick else 20, leads)
    return [
        Metric("leads", leads, "records"),
        Metric("routing_100k_seconds", seconds, "s", "pandas_100k_seconds"),
        Metric("routing_peak_gb", peak, "GB"),
        Metric("pandas_100k_seconds", pandas_seconds, "s"),
        Metric("fairness_max_error_ratio", fairness, "ratio"),
        Metric("runs_killed", killed.mid_run, "runs"),
        Metric("double_assignments", killed.twice, "leads"),
        Metric("lost_leads", killed.lost, "leads"),
        Metric("replay_100k_seconds", replay_seconds, "s"),
    ]


def _make(warehouse: Path, leads: int) -> None:
    """The organisation, the seeds, and what the models' SQL expects to be there."""
    with duckdb.connect(str(warehouse)) as connection:
        text = (Path(__file__).parent / "routing_market.sql").read_text(encoding="utf-8")
        today = dt.datetime.now(dt.UTC).date()
        connection.execute(text.format(leads=leads, accounts=leads // 5, people=PEOPLE, today=today))
        connection.execute("create schema if not exists seeds")
        load_tables(connection, "seeds", PROJECT, SEEDS.split())


def _compiled(home: Path) -> Mapping[str, str]:
    """The models' SQL, for a log that exists."""
    os.environ["MARKETMAP_HOME"] = str(home)
    from orchestration.transformation import Transformation

    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"create table {LOG} (decided_at timestamp)")  # so that the log counts as there
    transformation = Transformation(PROJECT, home)
    names = {
        name: node["name"]
        for name, node in transformation.manifest["nodes"].items()
        if node["resource_type"] == "model" and f"{node['schema']}.{node['name']}" in {LOG, *map(".".join, MODELS)}
    }
    compiled = transformation.compile(set(names))
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        columns = ", ".join(
            f"{name} {column['data_type']}"
            for node in transformation.manifest["nodes"].values()
            if node["name"] == "fct_routing_decisions"
            for name, column in node["columns"].items()
        )
        connection.execute(f"create or replace table {LOG} ({columns})")
    return {names[unique_id]: sql for unique_id, sql in compiled.items()}


def _route(warehouse: Path, sql: Mapping[str, str]) -> float:
    """Seconds from the landed leads to decisions in the log."""
    with duckdb.connect(str(warehouse)) as connection:
        began = time.monotonic()
        for schema, name in MODELS:
            connection.execute(f"create or replace table {schema}.{name} as {sql[name]}")
        connection.execute(f"insert into {LOG} by name {sql['fct_routing_decisions']}")
        return time.monotonic() - began


def _fairness(warehouse: Path, sql: str) -> float:
    """10,000 leads over 30 people with weights, absences and hours, in batches: the largest distance of anybody's turns
    from the share that was owed among those available, in terms of that share."""
    today = dt.datetime.now(dt.UTC).date()
    with duckdb.connect(str(warehouse)) as connection:
        connection.begin()
        connection.execute(_THIRTY.format(today=today))
        for batch in range(BATCHES):
            connection.execute("delete from intermediate.int_routing_leads")
            at = dt.datetime.combine(today, dt.time(9 + batch % 14, 30)) + dt.timedelta(days=batch // 5)
            connection.execute(_BATCH, [batch, at])
            connection.execute(f"insert into {LOG} by name {sql}")
        rows = connection.execute(_SHARES).fetchall()
        connection.rollback()
    return float(rows[0][0] or 0)


def _replay(warehouse: Path, sql: str) -> float:
    from orchestration import routing_replay, routing_report

    with duckdb.connect() as connection:
        began = time.monotonic()
        routing_replay.take(connection, warehouse, 90)
        load_tables(connection, "warehouse.seeds", PROJECT, routing_replay.SEEDS)
        routing_report.report(routing_replay.compare(connection, sql, "template", 90))
        return time.monotonic() - began


def killed_runs(home: Path, *, leads: int, kills: int) -> Kills:
    """An organisation of its own in an empty folder, routed by runs that are killed."""
    _make(home / "warehouse.duckdb", leads)
    sql = _compiled(home)
    _route(home / "warehouse.duckdb", sql)
    return _kill(home, sql["fct_routing_decisions"], kills, leads)


def _kill(home: Path, sql: str, kills: int, leads: int) -> Kills:
    """Each part of the leads comes, a run begins and is killed; every third time, and at the end, a run is repeated."""
    script, warehouse = home / "decisions.sql", home / "warehouse.duckdb"
    script.write_text(sql, encoding="utf-8")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"delete from {LOG}")
        connection.execute("create table all_leads as from intermediate.int_routing_leads")
        connection.execute("delete from intermediate.int_routing_leads")
    chance, mid_run = random.Random(7), 0  # noqa: S311 - moments of kills, no secret
    command = [sys.executable, "-c", _RUN, str(warehouse), str(script)]
    for number in range(kills):
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(
                "insert into intermediate.int_routing_leads from all_leads where hash(lead_id) % ? = ?", [kills, number]
            )
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        process.stdout.readline()  # the warehouse is open and the statement begins
        time.sleep(chance.uniform(0, 1))
        mid_run += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if number % 3 == 2:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        twice = connection.execute(
            f"select count(*) from (select lead_id from {LOG} group by 1 having count(*) > 1 or count_if(is_turn) > 1)"
        ).fetchall()[0][0]
        decided = connection.execute(f"select count(distinct lead_id) from {LOG}").fetchall()[0][0]
    return Kills(kills, mid_run, int(twice), leads - int(decided))
