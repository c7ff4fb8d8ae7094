"""Killed or cut off at any instant, the next run leaves neither a duplicate nor a lost record nor a trampled field."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.processes import running_sandbox
from benchmarks.sync_faults import Findings, Trial
from tests.integration.conftest import RunningSandbox


def test_a_few_kills_and_cuts_leave_nothing_wrong(clean_sandbox: RunningSandbox, tmp_path: Path) -> None:
    findings = Findings()
    with Trial(clean_sandbox.env, tmp_path / "warehouse.duckdb", records=200) as trial:
        trial.prepare()
        trial.rounds(findings, kills=3, cuts=2, say=print)
    assert findings == Findings(kills=3, cuts=2)


@pytest.mark.full
def test_a_hundred_kills_and_thirty_cuts_of_twenty_thousand_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = Findings()
    with running_sandbox(tmp_path / "sandbox", 200, 7) as environment:
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", environment["SSL_CERT_FILE"])
        with Trial(environment, tmp_path / "warehouse.duckdb", records=20_000) as trial:
            trial.prepare()
            trial.rounds(findings, kills=100, cuts=30, say=print)
    assert findings == Findings(kills=100, cuts=30)
