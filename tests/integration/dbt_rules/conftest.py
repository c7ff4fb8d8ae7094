"""One built market for the tests of the rules."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from tests.integration.dbt_project.project import PROJECT, run_dbt
from tests.integration.dbt_rules import market, routing, scoring

# No tests: seeds have their own, models their unit tests, and the core marts theirs.
BUILD = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]


class Build(Protocol):
    """Builds everything, or what is selected on top of what is there."""

    def __call__(
        self, home: Path, selected: Sequence[str] = (), as_of: str = market.AS_OF, project: Path = PROJECT
    ) -> None: ...


def _build(home: Path, selected: Sequence[str] = (), as_of: str = market.AS_OF, project: Path = PROJECT) -> None:
    selection = ["--select", *selected] if selected else []
    statuses = run_dbt(home, [*BUILD, *selection, "--vars", f"{{as_of: '{as_of}'}}"], project)
    assert set(statuses.values()) == {"success"}


@pytest.fixture
def build() -> Build:
    return _build


@pytest.fixture(scope="session")  # files of other folders come in between
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all workers of a test run, of which each has a copy: most of what these tests cost."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    built = (base.parent if is_worker else base) / "rules_built"
    with built.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (built / "done").exists():
            shutil.rmtree(built, ignore_errors=True)  # what a worker left that did not come to the end
            built.mkdir()
            market.build_raw(built / "warehouse.duckdb")
            _build(built, as_of=f"{market.AS_OF}T08:00:00")
            (built / "done").touch()
        return Path(shutil.copytree(built, base / "rules")) if is_worker else built


@pytest.fixture
def copied_home(home: Path, tmp_path: Path) -> Path:
    for file in home.glob("warehouse.duckdb*"):  # with what is still in the write-ahead log
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")  # files of other folders come in between
def compiled(home: Path) -> routing.Compiled:
    return routing.compiled_in(home)


@pytest.fixture(scope="session")  # files of other folders come in between
def compiled_sweep(home: Path) -> routing.Compiled:
    return routing.compiled_in(home, sweep=True)


@pytest.fixture(scope="session")  # files of other folders come in between
def compiled_scoring(home: Path) -> scoring.Scoring:
    return scoring.compiled_in(home)


@pytest.fixture(scope="session")
def made_market(compiled_scoring: scoring.Scoring) -> scoring.Market:
    return scoring.Market(compiled_scoring)


@pytest.fixture(name="market")
def _market(made_market: scoring.Market) -> Iterator[scoring.Market]:
    """Shipped seeds and nothing else, whatever the test before has made of it."""
    with made_market.untouched():
        yield made_market


class Make(Protocol):
    """The organisation as if it had just been made, with these people; each call ends what the one before made."""

    def __call__(self, users: tuple[routing.User, ...] = routing.PEOPLE) -> routing.Organisation: ...


@pytest.fixture(scope="session")  # making and planning one takes as long as many of its runs
def organised(compiled: routing.Compiled) -> routing.Organisation:
    return routing.Organisation(compiled, PROJECT)


@pytest.fixture
def make(organised: routing.Organisation) -> Make:
    def organisation(users: tuple[routing.User, ...] = routing.PEOPLE) -> routing.Organisation:
        organised.begin_anew(users)
        return organised

    return organisation
