"""Serving: readers of other processes see one publication, whole, and can do nothing but read."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.answer_times import waiting
from orchestration.publication import MARTS, publish
from orchestration.serving import Readers, _extension

ROOT = Path(__file__).parents[3]
EVERYTHING = """
select min(version), max(version), count(*) from (
    select version from marts.accounts union all select version from marts.tiers
)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build(home: Path, version: int) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("create schema if not exists marts")
        for table in ("accounts", "tiers"):
            connection.execute(
                f"create or replace table marts.{table} as select range as account_id, ? as version from range(20000)",
                [version],
            )
    publish(home / "warehouse.duckdb", home / "published.duckdb", MARTS)


def marketmap(home: Path) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of `marketmap serve` for a home."""
    environment = {**os.environ, "MARKETMAP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return [sys.executable, "-c", "from orchestration.cli import main; main()", "serve"], environment


def serving(home: Path, port: int) -> subprocess.Popen[str]:
    program, environment = marketmap(home)
    return subprocess.Popen(
        [*program, "--port", str(port)], env=environment, cwd=home, stdout=subprocess.PIPE, text=True
    )


class Reader:
    """A client with DuckDB and a token, and nothing of ours."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._connection = duckdb.connect()
        for extension in ("httpfs", "quack"):
            self._connection.execute(f"load '{_extension(extension)}'")
        self._connection.execute(f"attach '{address}' as marketmap (type quack, token '{token}')")

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute("from marketmap.query(?)", [query]).fetchall()


def seen_by(reader: Reader) -> object:
    """The version that is served now, asked after a moment."""
    time.sleep(0.05)
    return reader.ask("select max(version) from marts.tiers")[0][0]


Connect = Callable[[str], Reader]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    build(folder, 1)
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Where `home` is served, in a process of its own: a client that ends waits for it, and would hold it up here."""
    Readers(home).add("first")
    port = free_port()
    with serving(home, port) as process:
        assert process.stdout is not None
        assert "quack:127.0.0.1" in process.stdout.readline()
        yield f"quack:127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def connect(address: str) -> Connect:
    return lambda token: Reader(address, token)


@pytest.fixture(scope="module")
def reader(home: Path, connect: Connect) -> Reader:
    return connect(Readers(home).add("analyst"))


def test_reads_tables_and_joins(reader: Reader) -> None:
    joined = "select count(*) from marts.accounts join marts.tiers using (account_id)"
    assert reader.ask(joined) == [(20000,)]
    assert reader.ask("describe marts.accounts")[0][:2] == ("account_id", "BIGINT")


def test_a_token_is_needed_and_ends_when_it_is_taken_away(home: Path, connect: Connect) -> None:
    readers = Readers(home)
    token = readers.add("bi")
    with pytest.raises(duckdb.Error):
        connect("wrong" + token)
    connect(token)
    readers.remove("bi")
    with pytest.raises(duckdb.Error):
        connect(token)
    assert token not in (home / "serve" / "readers.json").read_text()


@pytest.mark.parametrize(
    "query",
    [
        "create table marts.mine as select 1",
        "insert into marts.accounts values (1, 1)",
        "select 1; drop view marts.accounts",
        "explain analyze create table mine as select 1",
        "attach 'other.duckdb'",
        "copy (select 1) to 'out.csv'",
        "set memory_limit = '1MB'",
        "select * from read_text('/etc/hostname')",
        "select * from '/etc/passwd'",
        "select * from glob('/*')",
        "select * from quack_stop('quack:127.0.0.1')",
        "select * from query('create table mine as select 1')",
        "select * from enable_logging()",
    ],
)
def test_a_reader_can_only_read(home: Path, reader: Reader, query: str) -> None:
    with pytest.raises(duckdb.Error):
        reader.ask(query)
    assert reader.ask("select count(*) from marts.accounts") == [(20000,)]
    assert not (home / "out.csv").exists()


@pytest.mark.parametrize(
    ("reader_count", "versions"), [(5, 4), pytest.param(20, 24, marks=pytest.mark.full)], ids=["few", "twenty"]
)
def test_readers_see_one_publication_whole_while_others_are_published(
    home: Path, connect: Connect, reader_count: int, versions: int
) -> None:
    token = Readers(home).add("bi")
    finished = threading.Event()
    seen: list[list[tuple[int, ...]]] = [[] for _ in range(reader_count)]
    faults: list[Exception] = []

    def read(into: list[tuple[int, ...]]) -> None:
        try:
            reader = connect(token)
            while not finished.is_set():
                into.extend(reader.ask(EVERYTHING))
            into.extend(reader.ask(EVERYTHING))
        except Exception as fault:  # handed to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=read, args=(into,)) for into in seen]
    for thread in threads:
        thread.start()
    watcher = connect(token)
    ((published,),) = watcher.ask("select max(version) from marts.tiers")
    newest = published + versions
    for version in range(published + 1, newest + 1):
        build(home, version)
        assert any(seen_by(watcher) == version for _ in range(200)), "the publication was never served"
    finished.set()
    for thread in threads:
        thread.join(60)
    assert not faults
    for answers in seen:
        assert all(low == high and rows == 40000 for low, high, rows in answers)
        assert [low for low, _, _ in answers] == sorted(low for low, _, _ in answers)  # time never runs backwards
        assert answers[-1][0] == newest


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    home = tmp_path
    build(home, 1)
    program, environment = marketmap(home)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*program, *arguments], env=environment, cwd=home, capture_output=True, text=True, check=False
        )

    refused = run()
    assert refused.returncode == 1
    assert "marketmap serve --add-reader NAME" in refused.stderr
    token = run("--add-reader", "bi").stdout.splitlines()[-1].strip()
    port = free_port()
    with serving(home, port) as process:
        assert process.stdout is not None
        assert "quack:127.0.0.1" in process.stdout.readline()
        reader = Reader(f"quack:127.0.0.1:{port}", token)
        assert reader.ask("select count(*) from marts.tiers where version <> 4711") == [(20000,)]
        time.sleep(1.5)  # the server has taken its log down in between
        assert reader.ask("select count(*) from marts.tiers join marts.accounts using (account_id)") == [(20000,)]
        with pytest.raises(duckdb.Error):
            reader.ask("select no_column from marts.tiers")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not (home / "serve" / "publications").exists()
    waited = {one.tables: (one.answers, one.refusals) for one in waiting(home, datetime(2000, 1, 1, tzinfo=UTC))}
    assert waited == {"tiers": (2, 1), "accounts, tiers": (1, 0)}
    (kept,) = (home / "serve" / "answers").iterdir()
    assert "4711" not in kept.read_text()  # what was asked for may be personal
