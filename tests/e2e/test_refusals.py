"""What is wrong is told in one line with the remedy; the warehouse and the CRM stay as they were."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Installation
from tests.integration.conftest import RunningSandbox


@pytest.fixture
def built(installation: Installation) -> Installation:
    """An installation with a warehouse: the one that the job's tests have built, or one built now."""
    if not installation.digests():
        assert installation.marketmap("run").code == 0
    return installation


@pytest.fixture(autouse=True)
def nothing_happens(built: Installation, market: RunningSandbox) -> Iterator[None]:
    """Around each test: both files byte for byte and the CRM's write log stay as they were."""
    files, last = built.digests(), market.control.get("/writes").json()["last"]
    assert set(files) == {"warehouse.duckdb", "published.duckdb"}
    yield
    assert built.digests() == files
    assert market.control.get("/writes").json()["last"] == last


def test_a_broken_seed_row(built: Installation, project: Path) -> None:
    seed = project / "seeds" / "tier_thresholds.csv"
    lines = seed.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(",70,", ",seventy,")
    seed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = built.marketmap("run", MARKETMAP_PROJECT_DIR=str(project))
    assert done.code == 1
    (fault,) = done.faults
    assert "tier_thresholds.csv:2 minimum_score 'seventy'" in fault


def test_a_wrong_credential(built: Installation) -> None:
    done = built.marketmap("run", SALESFORCE_CLIENT_SECRET="wrong-secret")
    assert done.code == 1
    (fault,) = done.faults
    assert "salesforce: login refused" in fault
    assert "SALESFORCE_CLIENT_SECRET" in fault
    assert "wrong-secret" not in done.stderr


def test_an_unreachable_service(built: Installation) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{closed.getsockname()[1]}"
    done = built.marketmap("run", MARKETO_BASE_URL=address)
    assert done.code == 1
    (fault,) = done.faults
    assert f"marketo: nothing listens at {address}" in fault
    assert "MARKETO_BASE_URL" in fault


def test_a_field_that_the_crm_does_not_have(built: Installation, market: RunningSandbox) -> None:
    market.remove_field("Account", "ICP_Fit_Score__c")
    try:
        done = built.marketmap("run")
    finally:
        market.add_field(object="Account", field="ICP_Fit_Score__c", type="double", precision=5, scale=2)
    assert done.code == 1
    (fault,) = done.faults
    assert "Account.ICP_Fit_Score__c: salesforce has no such field; create it there or correct field_map.csv" in fault


def test_half_set_credentials_and_every_other_fault_of_the_environment(built: Installation) -> None:
    done = built.marketmap("run", BOMBORA_API_KEY="", SSL_CERT_FILE="nowhere.pem")
    assert done.code == 1
    assert len(done.faults) == 2
    assert any(fault.startswith("Bombora is half set: BOMBORA_API_KEY missing; set it") for fault in done.faults)
    assert any(fault.startswith("SSL_CERT_FILE: there is no file") for fault in done.faults)
