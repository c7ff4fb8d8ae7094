"""How much there is of everything, and that generation is repeatable and says clearly what it cannot do."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from sandbox.world import WorldSummary, WrongParametersError, generate
from sandbox.world.summary import open_world, summary_lines

from .conftest import AS_OF, Ask

FINGERPRINT = """
    select '{0}.{1}.{2}', count(*), coalesce(bit_xor(hash(t, r)), 0)
    from (select t, row_number() over () as r from {0}.{1}."{2}" as t)
"""


def fingerprints(directory: Path) -> list[tuple[str, int, int]]:
    """Rows and a hash of every table's rows and their order, in both files."""
    with open_world(directory) as connection:
        tables = connection.execute(
            "select database_name, schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        return [connection.execute(FINGERPRINT.format(*table)).fetchone() for table in tables]  # type: ignore[misc]  # count(*) always gives a row


def test_sizes_are_as_promised(world: WorldSummary, ask: Ask) -> None:
    assert ask('select count(*) from "Account" where not "IsDeleted"') == 2_000
    assert 19_000 <= ask('select count(*) from "Contact" where not "IsDeleted"') <= 20_000
    sales = world.rows["salesforce.Task"] + world.rows["salesforce.Event"]
    marketing = world.rows["marketo.activities"]
    assert 190_000 <= sales + marketing <= 210_000
    assert 0.17 <= sales / (sales + marketing) <= 0.23
    assert ask("select count(*) from deals where is_won") > 250
    assert ask("select count(*) from lead_companies where is_converted") > 400


def test_rows_reported_are_rows_written(world: WorldSummary, connection: duckdb.DuckDBPyConnection) -> None:
    for table, rows in world.rows.items():
        schema, name = table.split(".")
        found = connection.execute(f'select count(*) from world.{schema}."{name}"').fetchone()
        assert found == (rows,), table


def test_history_ends_with_as_of(ask: Ask) -> None:
    end = "timestamp '2026-11-21'"
    for query in (
        'select count(*) from "Task" where "CreatedDate" >= {end}',
        'select count(*) from "Account" where "SystemModstamp" >= {end}',
        'select count(*) from "Opportunity" where "SystemModstamp" >= {end}',
        'select count(*) from world.marketo.activities where "activityDate" >= {end}',
        "select count(*) from world.bombora.company_surges where week + 7 > {end}",
    ):
        assert ask(query.format(end=end)) == 0, query
    assert (
        ask('select date_diff(\'day\', min("activityDate"), max("activityDate")) from world.marketo.activities') > 900
    )
    assert ask('select count(*) from "Opportunity" where "CloseDate" > date \'2026-11-20\'') > 50
    assert ask("select count(distinct week) from world.bombora.company_surges") == 52


def run_command(*arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    """`python -m sandbox.world` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox.world", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        timeout=120,
    )


def test_same_parameters_give_the_same_tables_whatever_the_hash_seed(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        world = ("--accounts", "200", "--seed", "11", "--as-of", "2026-03-31", "--dirt", "high")
        done = run_command(*world, "--home", str(tmp_path / seed), hash_seed=seed)
        assert done.returncode == 0, done.stderr
        assert "200 accounts, seed 11, high dirt" in done.stdout
    assert fingerprints(tmp_path / "1") == fingerprints(tmp_path / "2")


def test_command_names_a_wrong_size_in_one_line(tmp_path: Path) -> None:
    done = run_command("--accounts", "7", "--home", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "sandbox.world: accounts is 7: choose between 200 and 100,000\n"


def test_another_seed_gives_another_world_in_place_of_the_old_one(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    generate(one, accounts=200, seed=1, as_of=AS_OF)
    other.mkdir()
    for name in ("world.duckdb", "truth.duckdb", "world.new.duckdb", "world.new.duckdb.wal"):
        (other / name).write_text("left by an older version, or by a run that was killed")
    generate(other, accounts=200, seed=2, as_of=AS_OF)
    assert sorted(path.name for path in other.iterdir()) == ["truth.duckdb", "world.duckdb"]
    same = {left[0] for left, right in zip(fingerprints(one), fingerprints(other), strict=True) if left == right}
    constant = {"truth.main.drivers", "world.marketo.activity_types", "world.marketo.lists"}
    assert same <= constant | {"world.salesforce.OpportunityFieldHistory"}  # begins with the first edit


def test_wrong_size_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WrongParametersError, match="accounts is 50: choose between 200 and 100,000"):
        generate(tmp_path, accounts=50, seed=1, as_of=AS_OF)
    assert list(tmp_path.iterdir()) == []


def test_summary_is_worth_reading(world: WorldSummary) -> None:
    text = "\n".join(summary_lines(world.directory))
    for words in ("salesforce.Account", "win rate, better half", "best possible AUC, win", "same domain", "F1"):
        assert words in text


def test_year_ends_and_clock_changes_are_lived_through(ask: Ask) -> None:
    assert dt.date(2024, 12, 31) < AS_OF
    for day in ("2024-12-31", "2025-03-30", "2025-10-26", "2025-12-31"):
        assert ask(f"select count(*) from world.marketo.activities where \"activityDate\"::date = date '{day}'") > 0
