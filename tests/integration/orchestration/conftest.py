"""A small dbt project with a warehouse to build it in, and the environment put back after each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.transformation import Transformation
from tests.integration.conftest import ROOT

RAW = """
create schema raw_crm;
create table raw_crm.accounts as select * from (values (1, 80), (2, 75), (3, 10)) as t (id, score);
create table raw_crm.leads as select range as id from range(3);
create schema ml;
create table ml.scores as select range as account_id, 0.5 as score from range(4);
"""


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """The commands export settings to the environment for the tools that they start."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, parsed and its tests compiled once: a folder with `project` and `home`."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(Path(__file__).with_name("small_project"), folder / "project")
    shutil.copytree(ROOT / "dbt_project" / "macros" / "materializations", folder / "project" / "macros" / "ours")
    (folder / "home").mkdir()
    return folder


@pytest.fixture
def small(parsed: Path) -> Iterator[Transformation]:
    """The project over a fresh warehouse with raw tables and nothing built."""
    home = parsed / "home"
    os.environ["MARKETMAP_HOME"] = str(home)
    (home / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(RAW)
    yield Transformation(parsed / "project", home)
    shutil.copy(Path(__file__).with_name("small_project") / "seeds" / "tiers.csv", parsed / "project" / "seeds")
