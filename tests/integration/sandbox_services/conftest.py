"""Clients of the sandbox's services for its own tests."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.conftest import RunningSandbox


@pytest.fixture
def org(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """The simulated Salesforce org, signed in as the integration user."""
    with clean_sandbox.salesforce() as client:
        yield client


@pytest.fixture
def marketo(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """The simulated Marketo, with a token."""
    env = clean_sandbox.env
    with clean_sandbox.client(env["MARKETO_BASE_URL"]) as client:
        token = client.get("/identity/oauth/token", params=marketo_credentials(env)).json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        yield client


def marketo_credentials(env: dict[str, str]) -> dict[str, str]:
    """Return the parameters of Marketo's token request."""
    return {
        "grant_type": "client_credentials",
        "client_id": env["MARKETO_CLIENT_ID"],
        "client_secret": env["MARKETO_CLIENT_SECRET"],
    }


def run_job(org: httpx.Client, settings: dict[str, str], content: str) -> dict[str, object]:
    """Run a Bulk 2.0 ingest job to its end and return its state."""
    created = org.post("/jobs/ingest", json={"contentType": "CSV", **settings}).raise_for_status().json()
    path = f"/jobs/ingest/{created['id']}"
    uploaded = org.put(f"{path}/batches", content=content.encode(), headers={"Content-Type": "text/csv"})
    assert uploaded.status_code == 201
    org.patch(path, json={"state": "UploadComplete"}).raise_for_status()
    return wait_for(org, path)


def wait_for(org: httpx.Client, path: str) -> dict[str, object]:
    """Poll a Bulk 2.0 job until it has ended."""
    for _ in range(500):
        job: dict[str, object] = org.get(path).json()
        if job["state"] in ("JobComplete", "Failed", "Aborted"):
            return job
        time.sleep(0.02)
    raise AssertionError(f"{path} does not end")
