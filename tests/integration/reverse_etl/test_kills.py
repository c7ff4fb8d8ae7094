"""Killed or cut off at any instant, the next run leaves neither a duplicate nor a lost record nor a trampled field."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def large_trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """20,000 leads, half of which a person made; pieces of the long test go on where the last one ended."""
    folder = tmp_path_factory.mktemp("kills")
    with running_sandbox(folder / "sandbox", 200, 7) as environment, pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", environment["SSL_CERT_FILE"])
        with Trial(environment, folder / "warehouse.duckdb", records=20_000) as trial:
            trial.prepare()
            yield trial


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("piece", range(10))
def test_a_hundred_kills_and_thirty_cuts_of_twenty_thousand_records(large_trial: Trial, piece: int) -> None:
    """A tenth of them in each piece; the very first run has every record to write."""
    findings = Findings()
    large_trial.rounds(findings, kills=10, cuts=3, say=lambda line: print(piece, line), seed=piece)
    assert findings == Findings(kills=10, cuts=3)
