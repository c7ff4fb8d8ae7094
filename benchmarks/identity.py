"""Identity against the truth of generated worlds: accounts, families, people and leads, beside what a user would do.

Full size: worlds of 40,000 and 200,000 records (1,100 and 5,500 CRM accounts with their contacts, leads, marketing
people, vendor rows and intent domains) at three seeds and three levels of dirt; quick: 40,000 records, one seed. The
figures without a suffix are the means over the seeds of the largest worlds at medium dirt; beside each stands its aim.

Parts, each under ten minutes (`--part`): large, small, dirt, names. `python -m benchmarks.identity 200000 3 medium`
measures one world alone (about a minute of a quiet machine).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple, get_args

import duckdb
from rich.console import Console

from benchmarks.identity_measures import (
    BASELINES,
    LIVE_ACCOUNTS,
    OLDEST_OF_DOMAIN,
    OURS,
    b_cubed,
    baseline,
    lead_accuracy,
    pairwise,
)
from benchmarks.identity_names import metrics as name_metrics
from benchmarks.identity_world import make_warehouse
from benchmarks.metrics import Metric, print_table
from benchmarks.processes import Observation, observe
from sandbox.world.scale import Dirt

ACCOUNTS_OF = {40_000: 1_100, 200_000: 5_500}  # CRM accounts of a world of so many records
NEW_RECORDS = 1_000
SEEDS = (3, 11, 23)
_RESOLVE = "import sys; from pathlib import Path; from ml.identity import resolve; print(resolve(Path(sys.argv[1])))"
_KEYS = "source, object, record_id"
_FAMILIES = f"""select {_KEYS}, global_ultimate_account_id as guess from ml.account_records
    left join ml.account_hierarchy using (account_id)"""
_LIVE_PEOPLE = "select * from truth.person_records where is_live"
# What is held to be good enough at medium dirt; ratios, seconds and gigabytes of a machine with two cores.
AIMS = {
    "account_f1": 0.97,
    "account_precision": 0.985,
    "family_f1": 0.97,
    "people_f1": 0.98,
    "l2a_accuracy": 0.95,
    "l2a_wrong_ratio": 0.01,
    "identity_seconds": 120.0,
    "identity_peak_gb": 3.0,
    "incremental_seconds": 15.0,
}
Figures = dict[str, float]


class Case(NamedTuple):
    """One world: about how many records, which seed, how dirty."""

    records: int
    seed: int
    dirt: Dirt


LARGE = tuple(Case(200_000, seed, "medium") for seed in SEEDS)
SMALL = tuple(Case(40_000, seed, "medium") for seed in SEEDS)
DIRT = (Case(200_000, 5, "low"), Case(200_000, 5, "high"))
QUICK = (Case(40_000, 3, "medium"),)


def measure(warehouse: Path, truth: Path) -> Figures:
    """Every accuracy of a resolved warehouse, and those of the baselines on the same records."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{truth}' as truth (read_only)")
        groups = f"select {_KEYS}, account_id as guess from ml.account_records"
        accounts = pairwise(connection, groups, LIVE_ACCOUNTS, "company_id")
        cubed = b_cubed(connection, groups, LIVE_ACCOUNTS, "company_id")
        families = pairwise(connection, _FAMILIES, LIVE_ACCOUNTS, "family_id")
        people = pairwise(
            connection, f"select {_KEYS}, contact_id as guess from ml.person_records", _LIVE_PEOPLE, "person_id"
        )
        right, wrong = lead_accuracy(connection, OURS)
        oldest_right, oldest_wrong = lead_accuracy(connection, OLDEST_OF_DOMAIN)
        found = {
            "account_f1": accounts.f1,
            "account_precision": accounts.precision,
            "account_recall": accounts.recall,
            "account_bcubed_f1": cubed.f1,
            "family_f1": families.f1,
            "people_f1": people.f1,
            "people_precision": people.precision,
            "l2a_accuracy": right,
            "l2a_wrong_ratio": wrong,
            "baseline_mattermost_l2a_accuracy": oldest_right,
            "baseline_mattermost_l2a_wrong_ratio": oldest_wrong,
        }
        for name, keys in BASELINES.items():
            found[f"baseline_{name}_account_f1"] = baseline(connection, keys).f1
    return found


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure every case; raises RuntimeError when one does not resolve."""
    if quick:
        return [*_run(QUICK, console), *name_metrics()]
    return [metric for part in PARTS.values() for metric in part(quick=False, console=console)]


def large(*, quick: bool, console: Console) -> list[Metric]:
    """200,000 records at medium dirt."""
    return _run(QUICK if quick else LARGE, console)


def small(*, quick: bool, console: Console) -> list[Metric]:
    """40,000 records at medium dirt."""
    return _run(QUICK if quick else SMALL, console)


def dirt(*, quick: bool, console: Console) -> list[Metric]:
    """200,000 records at little and at much dirt."""
    return _run(QUICK if quick else DIRT, console)


def names(*, quick: bool, console: Console) -> list[Metric]:
    """Names without any other evidence."""
    del quick, console
    return name_metrics()


PARTS = {"large": large, "small": small, "dirt": dirt, "names": names}


def _run(cases: Sequence[Case], console: Console) -> list[Metric]:
    found: dict[Case, Figures] = {}
    for case in cases:
        console.print(f"{case.records:,} records, seed {case.seed}, {case.dirt} dirt ...")
        with tempfile.TemporaryDirectory(prefix="marketmap-identity-") as scratch:
            found[case] = _case(Path(scratch), case)
        console.print("  " + ", ".join(f"{name} {found[case][name]:.3f}" for name in AIMS), highlight=False)
    metrics: list[Metric] = []
    for kind in dict.fromkeys((case.records, case.dirt) for case in cases):
        alike = [figures for case, figures in found.items() if (case.records, case.dirt) == kind]
        is_headline = len(cases) == 1 or kind == (200_000, "medium")
        metrics += _metrics(alike, "" if is_headline else f"_{kind[0] // 1000}k_{kind[1]}")
    return metrics


def _case(folder: Path, case: Case) -> Figures:
    warehouse = make_warehouse(folder, accounts=ACCOUNTS_OF[case.records], seed=case.seed, dirt=case.dirt)
    held_back = _hold_back(warehouse, folder / "newcomers.duckdb")
    shutil.copy(held_back, folder / "before.duckdb")
    _resolve(folder / "before.duckdb")
    _bring_back(folder / "before.duckdb", warehouse)
    increment = _resolve(folder / "before.duckdb")
    whole = _resolve(warehouse)
    return {
        **measure(warehouse, folder / "truth.duckdb"),
        "identity_seconds": whole.seconds,
        "identity_peak_gb": whole.peak_gb(),
        "incremental_seconds": increment.seconds,
        "incremental_account_f1": measure(folder / "before.duckdb", folder / "truth.duckdb")["account_f1"],
    }


def _resolve(warehouse: Path) -> Observation:
    return observe([sys.executable, "-c", _RESOLVE, str(warehouse)], {}, Path.cwd())


def _hold_back(warehouse: Path, target: Path) -> Path:
    """A copy of the warehouse without its newest records: a tenth of them accounts, the others leads and contacts."""
    shutil.copy(warehouse, target)
    with duckdb.connect(str(target)) as connection:
        for table, kind, count in (
            ("int_company_records", "Account", NEW_RECORDS // 10),
            ("int_company_records", "Lead", NEW_RECORDS // 2),
            ("int_person_records", "Contact", NEW_RECORDS - NEW_RECORDS // 10 - NEW_RECORDS // 2),
        ):
            connection.execute(
                f"""delete from intermediate.{table} where record_id in (
                    select record_id from intermediate.{table}
                    where source = 'salesforce' and object = '{kind}' and merged_into_record_id is null
                    order by created_at desc, record_id limit {count})"""
            )
    return target


def _bring_back(warehouse: Path, complete: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{complete}' as complete (read_only)")
        for table in ("int_company_records", "int_person_records"):
            connection.execute(f"create or replace table intermediate.{table} as from complete.intermediate.{table}")


def _metrics(figures: Sequence[Figures], suffix: str) -> list[Metric]:
    units = {"seconds": "s", "gb": "GB"}
    beside = {
        **{name: f"aim_{name}" for name in AIMS},
        "account_f1": "baseline_name_country_account_f1",
        "l2a_accuracy": "baseline_mattermost_l2a_accuracy",
        "l2a_wrong_ratio": "baseline_mattermost_l2a_wrong_ratio",
        "incremental_seconds": "identity_seconds",
        "incremental_account_f1": "account_f1",
    }
    means = {name: mean(one[name] for one in figures) for name in figures[0]}
    means |= {f"aim_{name}": aim for name, aim in AIMS.items()}
    return [
        Metric(
            f"{name}{suffix}",
            value,
            units.get(name.rpartition("_")[2], "ratio"),
            f"{beside[name]}{suffix}" if name in beside else None,
        )
        for name, value in means.items()
    ]


def main() -> None:
    """Measure one world."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity")
    parser.add_argument("records", type=int, choices=ACCOUNTS_OF)
    parser.add_argument("seed", type=int)
    parser.add_argument("dirt", choices=get_args(Dirt))
    case, console = Case(**vars(parser.parse_args())), Console()
    print_table(
        f"identity ({case.records:,} records, seed {case.seed}, {case.dirt} dirt)", _run([case], console), console
    )


if __name__ == "__main__":
    main()
