"""Scores: everybody scored, new events alone, the same rules in pandas, and propensity beside what is possible.

Full size: 100,000 accounts, 1,000,000 people and 10,000,000 activities; quick: 5,000 accounts. The market is synthetic
(score_market.sql); the models that are timed are the product's own, run by dbt from a project that has been parsed.
Propensity is judged on a generated world of 2,000 accounts, whose planted drivers say how well anybody could foretell.
The way of one event is timed on a demo market with its sandbox (2,000 accounts; quick: 500).

Parts, each under ten minutes (`--part`): rules, propensity, event.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks import scores_event, scores_pandas, scores_propensity
from benchmarks.metrics import Metric
from benchmarks.processes import Observation, observe
from orchestration import rescoring
from orchestration.transformation import Transformation

ROOT = Path(__file__).parents[1]
NEW_EVENTS = 10_000
MODELS = (
    "int_activity_kinds int_contact_roles int_activity_points int_intent_points int_account_points int_contact_points"
    " int_account_signals stg_ml__propensity_scores int_accounts__scored stg_salesforce__leads int_vocabulary_terms"
    " int_unlinked_leads__fit int_contacts__scored account_scores contact_scores account_score_explanations"
    " account_score_history fct_threshold_crossings stg_ops__sync_records int_lead_status_history int_stage_subjects"
    " int_stage_past int_stage_log fct_stage_changes"
    " account_stages contact_stages"
)
_NEW = f"""
insert into marts.fct_activities by name
select 'new_' || place as activity_id, account_id, contact_id, 'usr_1' as owner_user_id, 'Web Visit' as activity_type,
    '/pricing' as subject, true as is_engagement, 'marketo' as source, 'Activity' as source_object,
    cast(current_date as timestamp) as occurred_at
from (
    select row_number() over () as place, account_id, contact_id
    from intermediate.int_contacts using sample {NEW_EVENTS} rows (reservoir, 3)
)
"""
_CHANGED = "select account_id, contact_id from marts.fct_activities where starts_with(activity_id, 'new_')"


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure everything; raises RuntimeError when a build fails."""
    return [metric for part in PARTS.values() for metric in part(quick=quick, console=console)]


def rules(*, quick: bool, console: Console) -> list[Metric]:
    """Everybody scored by the rules, then whom new events concern, then the same rules in pandas."""
    accounts = 5_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="marketmap-scores-") as scratch:
        home = Path(scratch)
        console.print(f"Making a market of {accounts:,} accounts ...")
        make(home, accounts)
        console.print("Scoring everybody ...")
        everybody = full(home)
        console.print(f"Scoring whom {NEW_EVENTS:,} new events concern ...")
        new = increment(home)
        console.print("The same rules in pandas ...")
        pandas_seconds = scores_pandas.seconds(home / "warehouse.duckdb")
    return [
        Metric("accounts", accounts, "records"),
        Metric("full_seconds", everybody.seconds, "s", "pandas_seconds"),
        Metric("full_peak_gb", everybody.peak_gb(), "GB"),
        Metric("increment_seconds", new, "s", "full_seconds"),
        Metric("pandas_seconds", pandas_seconds, "s"),
    ]


def propensity(*, quick: bool, console: Console) -> list[Metric]:
    """What the trainer makes of a generated world's records, beside what is possible (2,000 accounts, quick or not)."""
    del quick
    console.print("Foretelling on a generated world ...")
    return scores_propensity.measure()


def event(*, quick: bool, console: Console) -> list[Metric]:
    """The way of one event from a source to the published score."""
    console.print("One event, from the source to the published score ...")
    return scores_event.measure(500 if quick else 2_000)


def make(home: Path, accounts: int) -> None:
    """A warehouse with a market of that many accounts, ten people and a hundred activities each, and the seeds."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        text = (Path(__file__).parent / "score_market.sql").read_text(encoding="utf-8")
        connection.execute(text.format(accounts=accounts, today=dt.datetime.now(dt.UTC).date()))
    observe(_dbt(home, _seeds(home), "seed"), _environment(home), home)


def full(home: Path) -> Observation:
    """Score everybody, as dbt's own command does it: seconds from its start to its end, and its memory."""
    return observe(_dbt(home, MODELS, "run"), _environment(home), home)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "MARKETMAP_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


def _seeds(home: Path) -> str:
    """The seeds that the timed models read."""
    transformation = _transformation(home)
    nodes, parents = transformation.manifest["nodes"], transformation.manifest["parent_map"]
    timed = [name for name, node in nodes.items() if node["name"] in MODELS.split()]
    read = {parent for name in timed for parent in parents[name] if parent.startswith("seed.")}
    return " ".join(sorted(nodes[name]["name"] for name in read))


def _transformation(home: Path) -> Transformation:
    os.environ["MARKETMAP_HOME"] = str(home)
    return Transformation(ROOT / "dbt_project", home)


def _dbt(home: Path, select: str, command: str) -> list[str]:
    project = str(ROOT / "dbt_project")
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(home / "dbt")]
    program = str(Path(sys.executable).with_name("dbt"))
    return [program, command, *folders, "--log-path", str(home / "logs"), "--select", *select.split()]


def increment(home: Path) -> float:
    """Seconds from the events in the activities to scores, history and stages; the project is parsed before."""
    warehouse = home / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(_NEW)
    transformation = _transformation(home)
    transformation.manifest  # noqa: B018 (read before the clock starts)
    began = time.monotonic()
    planned = [step for step in rescoring.steps(transformation) if step.address.split(".")[1] in MODELS.split()]
    rescoring.rescore(warehouse, planned, _CHANGED)
    return time.monotonic() - began


PARTS: dict[str, Callable[..., list[Metric]]] = {"rules": rules, "propensity": propensity, "event": event}
