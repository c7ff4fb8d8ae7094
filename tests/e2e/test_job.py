"""The job from end to end, judged by what a CRM user sees. The tests build on each other, in this order.

First what it does; then what is wrong and told in one line with the remedy, the warehouse and the CRM as they were.
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import SYNCED, Crm, Installation
from tests.integration.conftest import RunningSandbox

pytestmark = pytest.mark.timeout(900)  # a whole first run beside other tests, on two slow cores

DESIRED = """
select salesforce_account_id, account_tier, icp_fit_score, account_valuation, intelligence_score, last_intent_topic
from activation.sync_salesforce__accounts
"""


PROTECTED = "select salesforce_account_id from activation.sync_salesforce__accounts where prevent_override"


def desired(installation: Installation) -> dict[str, dict[str, object]]:
    """What the warehouse says each CRM account should hold, as the CRM shows it."""
    rows = installation.warehouse(DESIRED)
    return {str(key): dict(zip(SYNCED, map(shown, values), strict=True)) for key, *values in rows}


def shown(value: object) -> object:
    return value if value is None or isinstance(value, str) else round(float(str(value)), 2)


def writes(market: RunningSandbox, since: int) -> list[dict[str, object]]:
    """What the integration wrote after a sequence number; people's own edits left out."""
    person = market.env["SANDBOX_PERSON_USERNAME"]
    return [write for write in market.writes("salesforce", since=since) if write["actor"] != person]


def accounts_written(market: RunningSandbox, since: int) -> set[str]:
    """The accounts among what the integration wrote; people have a sync of their own."""
    return {str(write["record_id"]) for write in writes(market, since) if write["object"] == "Account"}


@pytest.fixture
def built(installation: Installation, market: RunningSandbox) -> Iterator[Installation]:
    """The installation; around the test both files byte for byte and the CRM's write log stay as they were."""
    if not installation.digests():
        assert installation.marketmap("run").code == 0
    files, last = installation.digests(), market.control.get("/writes").json()["last"]
    assert set(files) == {"warehouse.duckdb", "published.duckdb"}
    yield installation
    assert installation.digests() == files
    assert market.control.get("/writes").json()["last"] == last


@pytest.fixture
def last_write(market: RunningSandbox) -> int:
    return int(market.control.get("/writes").json()["last"])


def test_first_run_fills_the_crm_and_publishes(installation: Installation, crm: Crm) -> None:
    before = crm.accounts("Name", "Industry", "Prevent_Override__c", *SYNCED)
    done = installation.marketmap("run")
    assert done.code == 0, done.stderr
    assert "Unified" in done.stdout
    after = crm.accounts("Name", "Industry", "Prevent_Override__c", *SYNCED)
    expected = desired(installation)
    for account_id, record in after.items():
        synced = {name: record[name] for name in SYNCED}
        if record["Prevent_Override__c"]:
            assert synced == {name: before[account_id][name] for name in SYNCED}
        else:
            assert synced == expected[account_id]
        assert (record["Name"], record["Industry"]) == (before[account_id]["Name"], before[account_id]["Industry"])
    assert {record["Account_Tier__c"] for record in after.values()} >= {"Tier 1", "Tier 2", "Tier 3"}


def test_the_published_warehouse_answers(installation: Installation) -> None:
    done = installation.marketmap(
        "sql", "select tier, count(*) as n from account_tiers group by all", "--format", "json"
    )
    assert done.code == 0, done.stderr
    tiers = {row["tier"]: row["n"] for row in json.loads(done.stdout)}
    assert sum(tiers.values()) == installation.warehouse("select count(*) from marts.dim_accounts")[0][0]
    status = installation.marketmap("status")
    assert status.code == 0
    assert "success" in status.stdout


def test_second_run_writes_nothing(installation: Installation, market: RunningSandbox, last_write: int) -> None:
    done = installation.marketmap("run")
    assert done.code == 0, done.stderr
    assert writes(market, last_write) == []
    assert "0 fields on 0 Salesforce accounts" in done.stdout


def test_a_changed_industry_changes_exactly_the_affected_records(
    installation: Installation, market: RunningSandbox, crm: Crm, last_write: int
) -> None:
    ((account_id, _),) = installation.warehouse("""
        select any_value(records.record_id), tiers.account_id
        from marts.account_tiers as tiers
        inner join marts.account_records as records on tiers.account_id = records.account_id
        inner join activation.sync_salesforce__accounts as synced on records.record_id = synced.salesforce_account_id
        where tiers.tier = 'T1' and not synced.prevent_override and records.object = 'Account'
        group by tiers.account_id
        having count(*) = 1
        order by tiers.account_id
        limit 1
    """)
    before, in_crm = desired(installation), crm.accounts(*SYNCED)
    crm.change(str(account_id), Industry="Government")
    done = installation.marketmap("run")
    assert done.code == 0, done.stderr
    after = desired(installation)
    protected = {str(key) for (key,) in installation.warehouse(PROTECTED)}
    affected = {key for key in after if after[key] != before[key]} - protected
    assert str(account_id) in affected
    assert accounts_written(market, last_write) == affected
    now_in_crm = crm.accounts(*SYNCED)
    assert now_in_crm[str(account_id)]["Account_Tier__c"] == "Excluded"
    assert {key for key in now_in_crm if now_in_crm[key] != in_crm[key]} == affected


@pytest.mark.full  # another project: dbt reads, compiles and builds everything anew
def test_a_red_gate_stops_the_sync_and_only_that(
    installation: Installation, market: RunningSandbox, project: Path, last_write: int
) -> None:
    seed = project / "seeds" / "tier_thresholds.csv"
    text = seed.read_text(encoding="utf-8").replace("T1,70,", "T1,2,").replace("T2,45,", "T2,1,")
    seed.write_text(text, encoding="utf-8")
    done = installation.marketmap("run", MARKETMAP_PROJECT_DIR=str(project))
    assert done.code == 1
    assert any("tier_1_percent" in fault and "expected" in fault for fault in done.faults), done.stderr
    assert accounts_written(market, last_write) == set()
    published = installation.marketmap(
        "sql", "select count(*) as n from account_tiers where tier = 'T2'", "--format", "json"
    )
    assert json.loads(published.stdout) == [{"n": 0}]


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
    assert "Account.ICP_Fit_Score__c: salesforce has no such field, or hides it from our user;" in fault


def test_half_set_credentials_and_every_other_fault_of_the_environment(built: Installation) -> None:
    done = built.marketmap("run", BOMBORA_API_KEY="", SSL_CERT_FILE="nowhere.pem")
    assert done.code == 1
    assert len(done.faults) == 2
    assert any(fault.startswith("Bombora is half set: BOMBORA_API_KEY missing; set it") for fault in done.faults)
    assert any(fault.startswith("SSL_CERT_FILE: there is no file") for fault in done.faults)
