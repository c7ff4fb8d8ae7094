"""What no sandbox does: a record that is purged unseen, a user without rights to most objects, a job that is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connections import SalesforceCredentials, Unreachable
from ingestion import LoadReport, load
from ingestion.salesforce.bulk import JobLost
from ingestion.salesforce.objects import SalesforceOptions
from tests.integration.connections.scripted import Answer, Script, Seen, serve

DATA = "/services/data/v59.0"
TYPES = {"Id": "id", "IsDeleted": "boolean", "Name": "string", "SystemModstamp": "datetime"}


@dataclass
class Org:
    """An org of accounts alone, whose answers a test changes between loads."""

    script: Script
    warehouse: Path
    state_dir: Path
    accounts: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[dict[str, str]] = field(default_factory=list)

    def load(self, **settings: Any) -> LoadReport:
        credentials = SalesforceCredentials(self.script.url, "key", "secret")
        return load("salesforce", credentials, warehouse=self.warehouse, state_dir=self.state_dir, **settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse)) as connection:
            return connection.execute(sql).fetchall()

    def composite(self, seen: Seen) -> Answer:
        answers = [self._part(request["referenceId"]) for request in json.loads(seen.body)["compositeRequest"]]
        return Answer(200, {"compositeResponse": answers})

    def _part(self, name: str) -> dict[str, Any]:
        if name == "describe_Account":
            fields = [{"name": field, "type": kind, "filterable": True} for field, kind in TYPES.items()]
            return {"httpStatusCode": 200, "referenceId": name, "body": {"fields": fields}}
        if name == "deleted_Account":
            body = {"deletedRecords": self.deleted, "latestDateCovered": "2026-11-20T12:00:00.000+0000"}
            return {"httpStatusCode": 200, "referenceId": name, "body": body}
        error = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        return {"httpStatusCode": 404, "referenceId": name, "body": error}

    def query(self, _seen: Seen) -> Answer:
        return Answer(200, {"totalSize": len(self.accounts), "done": True, "records": self.accounts})


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    with serve(Script()) as script:
        org = Org(script, tmp_path / "warehouse.duckdb", tmp_path / "state")
        script.on("/services/oauth2/token", Answer(200, {"access_token": "t"}))
        script.on(f"{DATA}/composite", org.composite)
        script.on(f"{DATA}/limits/recordCount", lambda _: Answer(200, {"sObjects": [{"name": "Account", "count": 2}]}))
        script.on(f"{DATA}/queryAll", org.query)
        yield org


def account(number: int, name: str) -> dict[str, Any]:
    stamp = f"2026-11-0{number}T12:00:00.000+0000"
    return {
        "attributes": {},
        "Id": f"00100000000000{number}AAA",
        "IsDeleted": False,
        "Name": name,
        "SystemModstamp": stamp,
    }


def test_a_record_purged_unseen_stays_as_a_fact(org: Org) -> None:
    org.accounts = [account(1, "Stays"), account(2, "Goes")]
    first = org.load()
    assert first.rows == {"accounts": 2}
    assert "Contact cannot be read (NOT_FOUND" in first.notes["contacts"]
    assert ("contacts", "skipped") in org.rows("select resource, status from ops.ingestion_runs")

    org.accounts = []
    org.deleted = [{"id": "001000000000002AAA", "deletedDate": "2026-11-19T10:00:00.000+0000"}]
    report = org.load()
    assert (report.rows, report.deleted) == ({"accounts": 1, "deleted_records": 1}, 1)
    assert org.rows("select name, is_deleted from raw_salesforce.accounts order by name") == [
        ("Goes", True),
        ("Stays", False),
    ]
    assert org.load().rows == {}


def test_a_lost_job_is_started_anew_by_the_next_load(org: Org) -> None:
    options = SalesforceOptions(bulk_above=1, patience_seconds=0.5)
    job = {"id": "750A", "state": "InProgress", "createdDate": "2026-11-20T12:00:00.000+0000"}
    org.script.on(f"{DATA}/jobs/query", Answer(200, job))
    org.script.on(f"{DATA}/jobs/query/750A", Answer(200, job))
    with pytest.raises(Unreachable, match=r"still InProgress .* picked up then"):
        org.load(options=options)
    org.script.on(f"{DATA}/jobs/query/750A", Answer(200, job | {"state": "Failed", "errorMessage": "Broken"}))
    with pytest.raises(JobLost, match="Failed Broken"):
        org.load(options=options)
    assert len(org.script.calls(f"{DATA}/jobs/query")) == 1  # the job was picked up, not started again

    org.script.on(f"{DATA}/jobs/query/750A", Answer(200, job | {"state": "JobComplete"}))
    body = b'"Id","IsDeleted","Name","SystemModstamp"\n"001A","false","","2026-11-01T12:00:00.000Z"\n'
    last = {"content-type": "text/csv", "Sforce-Locator": "null"}
    org.script.on(
        f"{DATA}/jobs/query/750A/results",
        Answer(200, body, {"content-type": "text/csv", "Sforce-Locator": "MA1"}),
        Answer(200, body.replace(b"001A", b"001B"), last, cut=50),
        Answer(200, body.replace(b"001A", b"001B"), last),
    )
    assert org.load(options=options).rows == {"accounts": 2}
    assert org.rows("select id, name from raw_salesforce.accounts order by id") == [("001A", None), ("001B", None)]
