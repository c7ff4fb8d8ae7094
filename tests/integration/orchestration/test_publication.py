"""Publishing: costs what changed, and whatever happens a reader sees the old file or the new one."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import MARTS, OPS, publish

ROOT = Path(__file__).parents[3]


@pytest.fixture
def working(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    execute(
        path,
        "create schema marts; create schema ops; create schema staging",
        "create table marts.dim_accounts as select range as account_id, 'O''Brien 🚀 ' || range as account_name,"
        " null::decimal(18, 2) as annual_revenue_usd from range(1000)",
        "create table marts.account_tiers as select range as account_id, 'T1' as tier from range(1000)",
        "create table ops.sync_runs (run_id varchar)",
        "create table ops.sync_ledger (sync varchar)",
        "create table staging.hidden (a int)",
    )
    return path


def execute(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_publishes_the_marts_and_nothing_else(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    done = publish(working, published, MARTS)
    assert done.written == ("marts.account_tiers", "marts.dim_accounts")
    assert done.rows == {"marts.account_tiers": 1000, "marts.dim_accounts": 1000}
    tables = ask(published, "select table_schema, table_name from information_schema.tables order by all")
    assert tables == [("marts", "account_tiers"), ("marts", "dim_accounts"), ("meta", "published_tables")]
    assert ask(published, "select * from marts.dim_accounts where account_id = 7") == [(7, "O'Brien 🚀 7", None)]


def test_the_engines_memory_is_not_published(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, OPS)
    assert ask(published, "select table_name from information_schema.tables where table_schema = 'ops'") == [
        ("sync_runs",)
    ]


def test_nothing_changed_leaves_the_file_untouched(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, MARTS)
    before = published.stat()
    execute(working, "create or replace table marts.account_tiers as from marts.account_tiers order by account_id desc")
    done = publish(working, published, MARTS)
    assert not done.touched
    assert (published.stat().st_ino, published.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_a_run_took_is_published_with_other_changes_only(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, OPS)
    before = published.stat().st_ino
    execute(working, "create table ops.step_resources (step varchar)", "insert into ops.step_resources values ('land')")
    assert not publish(working, published, OPS).touched
    assert published.stat().st_ino == before
    execute(working, "insert into ops.sync_runs values ('run-1')")
    assert publish(working, published, OPS).written == ("ops.step_resources", "ops.sync_runs")
    assert ask(published, "select step from ops.step_resources") == [("land",)]


def test_a_large_table_lies_in_the_order_of_its_accounts(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    drawn = "select md5(range::varchar) as account_id from range(150000)"
    execute(working, f"create table marts.fct_activities as {drawn}", f"create table marts.no_accounts as {drawn}")
    execute(working, "alter table marts.no_accounts rename column account_id to other_id")
    publish(working, published, MARTS)
    falls = (
        "select count(*) from (select account_id < lag(account_id) over (order by rowid) as falls from {}) where falls"
    )
    assert ask(published, falls.format("marts.fct_activities")) == [(0,)]
    assert ask(published, "select count(*) from marts.no_accounts") == [(150000,)]


@pytest.mark.parametrize(
    "change",
    [
        "update marts.account_tiers set tier = 'T2' where account_id = 5",
        "insert into marts.account_tiers values (5, 'T1')",
        "alter table marts.account_tiers rename column tier to account_tier",
        "alter table marts.account_tiers alter account_id type hugeint",
    ],
)
def test_only_a_changed_table_is_written(working: Path, tmp_path: Path, change: str) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, MARTS)
    execute(working, change)
    done = publish(working, published, MARTS)
    assert (done.written, done.unchanged) == (("marts.account_tiers",), ("marts.dim_accounts",))


def test_a_mart_that_is_gone_is_removed_and_other_schemas_stay(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, OPS)
    publish(working, published, MARTS)
    execute(working, "drop table marts.account_tiers")
    done = publish(working, published, MARTS)
    assert done.removed == ("marts.account_tiers",)
    tables = ask(published, "select table_name from meta.published_tables order by all")
    assert tables == [("marts.dim_accounts",), ("ops.sync_runs",)]


def test_an_open_reader_keeps_what_it_opened(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    publish(working, published, MARTS)
    script = (
        "import duckdb, sys\n"
        f"c = duckdb.connect({str(published)!r}, read_only=True)\n"
        "print('open', flush=True); sys.stdin.readline()\n"
        "print(c.execute('select count(*), max(tier) from marts.account_tiers').fetchall(), flush=True)\n"
    )
    reader = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    execute(working, "update marts.account_tiers set tier = 'T9'")
    publish(working, published, MARTS)
    assert reader.communicate("\n")[0] == "[(1000, 'T1')]\n"
    assert ask(published, "select max(tier) from marts.account_tiers") == [("T9",)]


def test_a_published_file_that_cannot_be_read_is_replaced(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    published.write_bytes(b"not a database")
    publish(working, published, MARTS)
    assert ask(published, "select count(*) from marts.dim_accounts") == [(1000,)]


def test_the_file_does_not_grow_with_each_publish(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    sizes = []
    for round_ in range(6):
        execute(
            working,
            f"create or replace table marts.big as select range as a, hash(range + {round_}) as b from range(200000)",
        )
        publish(working, published, MARTS)
        sizes.append(published.stat().st_size)
    assert sizes[-1] < 1.5 * sizes[0]


PUBLISH_FOREVER = """
import sys
from pathlib import Path
import duckdb
from orchestration.publication import MARTS, publish
working, published = Path(sys.argv[1]), Path(sys.argv[2])
for version in range(int(sys.argv[3]), 10**6):
    with duckdb.connect(str(working)) as connection:
        connection.execute(f"create or replace table marts.a as select {version} as version from range(20000)")
        connection.execute(f"create or replace table marts.b as select {version} as version from range(20000)")
    publish(working, published, MARTS)
    print(version, flush=True)
"""


def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(working: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    last = 0
    for pause_seconds in (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOREVER, str(working), str(published), str(last + 1)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        process.stdout.readline()  # the first publish is through
        time.sleep(pause_seconds)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        versions = ask(published, "select distinct version, (select max(version) from marts.b) from marts.a")
        assert len(versions) == 1, "half of one version and half of another"
        assert versions[0][0] == versions[0][1]
        assert isinstance(versions[0][0], int)
        assert versions[0][0] >= max([last + 1, *map(int, rest)])
        last = versions[0][0]
    publish(working, published, MARTS)
    left = {"warehouse.duckdb", "published.duckdb", "published.previous.duckdb"}
    assert {path.name for path in tmp_path.iterdir()} == left
