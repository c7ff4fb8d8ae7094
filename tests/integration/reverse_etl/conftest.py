"""A warehouse with one sync, and the simulated org that it goes to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations import Channel, Destination
from reverse_etl.destinations.salesforce import BULK, COLLECTIONS, SalesforceDestination
from reverse_etl.engine import run
from reverse_etl.report import SyncReport
from reverse_etl.spec import SyncSpec
from tests.integration.conftest import RunningSandbox

# Every window goes through Bulk from the third record on.
SMALL_BULK = (COLLECTIONS, Channel("bulk", 3, BULK.batch_records, BULK.window_records, BULK.batch_bytes))
INTEGRATION_USER = "005SB0000000000"
MODEL = """
    create schema activation;
    create schema seeds;
    create table seeds.field_map (
        sync varchar, column_name varchar, target_field varchar, write_mode varchar, direction varchar,
        authority varchar, data_type varchar, description varchar
    );
    create table activation.sync_salesforce__accounts (
        salesforce_account_id varchar, prevent_override boolean, account_tier varchar, icp_fit_score double,
        account_valuation decimal(18, 2), last_intent_topic varchar, annual_revenue decimal(18, 2), notes varchar,
        is_branch boolean, tier_reason varchar
    );
"""
FIELDS = {
    "account_tier": "Account_Tier__c",
    "icp_fit_score": "ICP_Fit_Score__c",
    "account_valuation": "Account_Valuation__c",
    "last_intent_topic": "Last_Intent_Topic__c",
}


def account_id(number: int) -> str:
    """The Id of an account of the tiny world."""
    return f"001TW{number:010}YAA"


def make_spec(**changes: Any) -> SyncSpec:
    """The sync of these tests; `guards` and the like replace what stands here."""
    return SyncSpec.model_validate(
        {
            "name": "salesforce__accounts",
            "model": "activation.sync_salesforce__accounts",
            "destination": "salesforce",
            "object": "Account",
            "key": {"column": "salesforce_account_id", "field": "Id"},
            "mode": "update",
            "prevent_override": {"column": "prevent_override", "field": "Prevent_Override__c"},
            "reasons": {"Account_Tier__c": "tier_reason"},
            **changes,
        }
    )


@dataclass
class Desk:
    """What a test has at hand: a warehouse, the org, and `run`."""

    warehouse: Path
    sandbox: RunningSandbox
    connection: Connection
    person: httpx.Client
    spec: SyncSpec = field(default_factory=make_spec)
    channels: tuple[Channel, ...] = (COLLECTIONS, BULK)
    lines: list[str] = field(default_factory=list)
    open: duckdb.DuckDBPyConnection | None = None

    def sql(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a statement on the warehouse."""
        if self.open is None:
            self.open = duckdb.connect(str(self.warehouse))  # kept: opening a file takes longer than most statements
        return self.open.execute(query, list(parameters)).fetchall()

    def leave(self) -> None:
        """Let another process have the warehouse."""
        if self.open is not None:
            self.open.close()
            self.open = None

    def map_field(self, column: str, target: str, mode: str = "always", **other: str) -> None:
        """Add a row to the field map."""
        row = ["salesforce__accounts", column, target, mode, other.get("direction", "push")]
        self.sql(
            "insert into seeds.field_map values (?, ?, ?, ?, ?, ?, '', '')", *row, other.get("authority", "marketmap")
        )

    def want(self, number: int, **values: object) -> None:
        """Put an account into the model."""
        row = {"salesforce_account_id": account_id(number), "prevent_override": False, **values}
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        self.sql(f"insert into activation.sync_salesforce__accounts ({columns}) values ({marks})", *row.values())

    def change(self, assignment: str, where: str = "true") -> None:
        """Update the model."""
        self.sql(f"update activation.sync_salesforce__accounts set {assignment} where {where}")

    def destination(self) -> SalesforceDestination:
        """The org as a destination; pauses are short."""
        made = SalesforceDestination(self.connection, channels=self.channels, sleep=lambda pause: time.sleep(pause / 4))
        made.limits = replace(made.limits, retry_seconds=0.01)
        return made

    def run(self, mode: Any = "live", destination: Destination | None = None, **other: Any) -> SyncReport:
        """Run the sync."""
        target = destination or self.destination()
        return run(
            self.spec, warehouse=self.warehouse, destination=target, mode=mode, progress=self.lines.append, **other
        )

    def held(self, number: int, *fields: str) -> list[Any]:
        """What the org holds in an account."""
        answer = self.person.get(f"/sobjects/Account/{account_id(number)}", params={"fields": ",".join(fields)})
        return [answer.raise_for_status().json()[name] for name in fields]

    def edit(self, number: int, **values: object) -> None:
        """Change an account as a person in the CRM."""
        self.person.patch(f"/sobjects/Account/{account_id(number)}", json=values).raise_for_status()

    def are_faults_over(self) -> bool:
        """Whether every fault that was switched on has struck."""
        return bool(self.sandbox.control.get("/faults").json() == [])

    def rule(self, condition: str, message: str) -> None:
        """Add a validation rule to the org."""
        body = {"object": "Account", "condition": condition, "message": message}
        self.sandbox.control.post("/validation-rules", json=body).raise_for_status()

    def writes(self) -> int:
        """How many records the integration user has written since the last reset."""
        return sum(write["actor"].startswith(INTEGRATION_USER) for write in self.sandbox.writes("salesforce"))


@contextmanager
def sign_in(env: dict[str, str]) -> Iterator[httpx.Client]:
    """The org as a person works in it; the authority's file is in SSL_CERT_FILE."""
    base = env["SALESFORCE_BASE_URL"]
    form = {
        "grant_type": "password",
        "username": env["SANDBOX_PERSON_USERNAME"],
        "password": env["SANDBOX_PERSON_PASSWORD"],
        "client_id": env["SALESFORCE_CLIENT_ID"],
        "client_secret": env["SALESFORCE_CLIENT_SECRET"],
    }
    with httpx.Client(base_url=f"{base}/services/data/v59.0", timeout=30) as client:
        token = client.post(f"{base}/services/oauth2/token", data=form).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def empty_desk(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose model and field map are empty."""
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute(MODEL)
    env = clean_sandbox.env
    credentials = SalesforceCredentials(
        env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
    )
    quick = RetryPolicy(attempts=4, base_seconds=0.01, cap_seconds=0.05)
    with open_salesforce(credentials, retry=quick) as connection, sign_in(env) as person:
        desk = Desk(warehouse, clean_sandbox, connection, person)
        yield desk
        desk.leave()


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    """A desk with four mapped fields and the first eleven accounts."""
    rows = ", ".join(f"('{column}', '{target}')" for column, target in FIELDS.items())
    empty_desk.sql(f"""
        insert into seeds.field_map
        select 'salesforce__accounts', name, target, 'always', 'push', 'marketmap', '', ''
        from (values {rows}) as fields(name, target)
    """)
    empty_desk.sql(f"""
        insert into activation.sync_salesforce__accounts by name
        select '{account_id(0)[:5]}' || lpad(n::varchar, 10, '0') || 'YAA' as salesforce_account_id,
            false as prevent_override, 'Tier ' || (1 + n % 3) as account_tier, n * 1.5 as icp_fit_score,
            n * 1000 as account_valuation, if(n % 4 = 0, null, 'Topic ' || n) as last_intent_topic,
            'fit ' || n as tier_reason,
        from range(1, 12) as numbers(n)
    """)
    return empty_desk
