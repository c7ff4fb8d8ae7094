"""Two companies on one machine: each in its own home, at the same time, without a file in common."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.conftest import MARKET, Installation
from tests.integration.conftest import ROOT, running_sandbox

SYSTEMS = "salesforce,zoominfo,bombora"
pytestmark = [pytest.mark.full, pytest.mark.timeout(1200)]


def checkout() -> dict[str, float]:
    """The product's own files with their times: what is shared is only read."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    places = (*names, *(str(path.relative_to(ROOT)) for path in (ROOT / "dbt_project").rglob("*") if path.is_file()))
    return {name: (ROOT / name).stat().st_mtime for name in places if (ROOT / name).is_file()}


def test_two_companies_run_at_once_and_share_no_file(tmp_path: Path) -> None:
    before = checkout()
    with (
        running_sandbox(tmp_path / "first", *MARKET, "--systems", SYSTEMS) as first,
        running_sandbox(tmp_path / "second", "--accounts", "400", "--seed", "3", "--systems", SYSTEMS) as second,
    ):
        companies = [
            Installation(tmp_path / name / ".marketmap", sandbox.env, tmp_path / name)
            for name, sandbox in (("first", first), ("second", second))
        ]
        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(lambda company: company.marketmap("run"), companies))
        for sandbox, company, end in zip((first, second), companies, ends, strict=True):
            assert end.code == 0, end.stderr
            theirs = sandbox.query('select "Id" from salesforce."Account" where not "IsDeleted"').to_pylist()
            landed = company.warehouse("select id from raw_salesforce.accounts where not is_deleted")
            assert {str(row[0]) for row in landed} == {row["Id"] for row in theirs}
            told = company.warehouse("select record_key from ops.sync_records where sync = 'salesforce__accounts'")
            assert {key for (key,) in told} <= {row["Id"] for row in theirs}
            assert told
    first_names, second_names = (
        {name for (name,) in company.warehouse("select account_name from marts.dim_accounts")} for company in companies
    )
    assert len(first_names & second_names) < len(first_names) / 2
    assert checkout() == before
