"""Webhooks into raw_changes: only what is signed, each event once, a lead as it was last told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from connections.local import LocalFolder
from ingestion import LoadReport, load
from ingestion.changes.events import Endpoint, read_endpoints
from ingestion.changes.receiver import ChangeReceiver
from ingestion.web_events import collector
from tests.integration.conftest import RunningSandbox

KEY = "secret-key"
FORM = Endpoint("form", key="contact.email", fields={"email": "contact.email", "company_name": "answers.0.value"})


class Site:
    """A receiver with its inbox, and a warehouse."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @contextmanager
    def client(self, **settings: Any) -> Iterator[httpx.Client]:
        """Serve the receiver and talk to it."""
        receiver = ChangeReceiver(self.home / "inbox", key=KEY, endpoints={"form": FORM}, **settings)
        server = collector.server(self.home / "web", host="127.0.0.1", port=0, others=[receiver])
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        server.should_exit = True
        thread.join()

    def load(self) -> LoadReport:
        inbox = LocalFolder(self.home / "inbox")
        return load("changes", inbox, warehouse=self.home / "w.duckdb", state_dir=self.home / "state")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "w.duckdb")) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def signed(
    client: httpx.Client, events: list[dict[str, Any]], *, age_seconds: float = 0, by: str = "s"
) -> httpx.Response:
    body, stamp = json.dumps(events).encode(), str(int((time.time() - age_seconds) * 1000))
    text = b"POST" + f"{client.base_url}/v1/hubspot".encode() + body + stamp.encode()
    mark = base64.b64encode(hmac.new(by.encode(), text, hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": mark, "X-HubSpot-Request-Timestamp": stamp}
    return client.post("/v1/hubspot", content=body, headers=headers)


def event(number: int, **more: Any) -> dict[str, Any]:
    own = {"eventId": number, "objectId": 7, "occurredAt": 1767225600000, "subscriptionType": "contact.propertyChange"}
    return own | {"propertyName": "hs_lead_status", "propertyValue": "OPEN", **more}


def test_only_what_hubspot_signed_lately_is_taken_and_each_event_once(site: Site) -> None:
    with site.client(hubspot_secret="s") as client:
        assert signed(client, [event(1), event(2)], by="guessed").status_code == 401
        assert signed(client, [event(1), event(2)], age_seconds=301).status_code == 401
        assert client.post("/v1/hubspot", json=[event(1)]).status_code == 401
        assert signed(client, [{"eventId": 1}]).json() == {"error": "subscriptionType is missing"}
        assert signed(client, [event(1), event(2)]).json() == {"accepted": 2}
        assert signed(client, [event(2), event(2, propertyValue="ÖFFEN", occurredAt=1767225601000)]).status_code == 200
    assert site.load().rows == {"record_changes": 3}
    assert site.load().rows == {}
    with site.client(hubspot_secret="s") as client:
        signed(client, [event(1)])  # HubSpot repeats what it thinks was not heard
    assert site.load().rows == {}
    found = site.rows("select object, record_id, change_type, new_value from raw_changes.record_changes order by 4")
    assert found[-1] == ("contact", "7", "propertyChange", "ÖFFEN")


def test_a_configured_webhook_creates_and_updates_a_lead(site: Site) -> None:
    body = {"contact": {"email": "Ann@Example.com"}, "answers": [{"value": "Ørsted A/S"}], "more": {"x": 1}}
    with site.client() as client:
        assert client.post("/v1/leads/form", json=body).status_code == 401
        assert client.post("/v1/leads/unheard", json=body).status_code == 404
        bearer = {"Authorization": f"Bearer {KEY}"}
        assert client.post("/v1/leads/form", json=body, headers=bearer).json() == {"accepted": 1}
        refused = client.post("/v1/leads/form", json={"contact": {}}, headers=bearer)
        assert (refused.status_code, refused.json()["error"][:13]) == (400, "contact.email")
        content = json.dumps(body | {"answers": [{"value": "Vestas"}]}).encode()
        mark = hmac.new(KEY.encode(), content, hashlib.sha256).hexdigest()
        assert client.post("/v1/leads/form", content=content, headers={"X-Signature": mark}).status_code == 200
    assert site.load().rows == {"inbound_leads": 1}
    leads = site.rows("select lead_key, email, company_name from raw_changes.inbound_leads")
    assert leads == [("ann@example.com", "Ann@Example.com", "Vestas")]


def test_hubspots_own_webhooks_pass(clean_sandbox: RunningSandbox, site: Site) -> None:
    env = clean_sandbox.env
    with site.client(hubspot_secret=env["SANDBOX_HUBSPOT_CLIENT_SECRET"]) as client:
        clean_sandbox.control.post("/hubspot/webhooks", json={"target": f"{client.base_url}/v1/hubspot"})
        with clean_sandbox.client(env["HUBSPOT_BASE_URL"]) as portal:
            portal.headers["Authorization"] = f"Bearer {env['HUBSPOT_ACCESS_TOKEN']}"
            number = portal.get("/crm/v3/objects/contacts").json()["results"][0]["id"]
            portal.patch(f"/crm/v3/objects/contacts/{number}", json={"properties": {"hs_lead_status": "OPEN"}})
            portal.delete(f"/crm/v3/objects/contacts/{number}")
        delivered = clean_sandbox.control.post("/hubspot/webhooks", json={"target": ""}).json()["delivered"]
    assert delivered == [200, 200]
    site.load()
    sql = "select change_type, record_id from raw_changes.record_changes order by change_type"
    assert site.rows(sql) == [("deletion", number), ("propertyChange", number)]


def test_a_wrong_endpoint_is_named_with_its_fault(tmp_path: Path) -> None:
    file = tmp_path / "webhooks.yml"
    file.write_text("zapier:\n  fields: {mail: a.b}\n", "utf-8")
    with pytest.raises(ValueError, match="zapier: no lead has mail") as caught:
        read_endpoints(file)
    assert "zapier: key is missing" in str(caught.value)
    file.write_text("zapier:\n  key: id\n  fields: {email: a.b}\n", "utf-8")
    assert read_endpoints(file)["zapier"] == Endpoint("zapier", "id", {"email": "a.b"})
