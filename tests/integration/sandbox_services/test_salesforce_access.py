"""Signing in, sessions that run out, budgets, faults."""

import time

import httpx
import pytest

from tests.integration.conftest import RunningSandbox

ACCOUNT = "001TW0000000004YAA"


def test_wrong_credentials_are_refused_in_the_vendors_words(sandbox: RunningSandbox) -> None:
    url = "/services/oauth2/token"
    form = {"grant_type": "client_credentials", "client_id": "nope", "client_secret": "nope"}
    with sandbox.client(sandbox.env["SALESFORCE_BASE_URL"]) as client:
        answer = client.post(url, data=form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_id")
        form["client_id"] = sandbox.env["SALESFORCE_CLIENT_ID"]
        assert client.post(url, data=form).json()["error"] == "invalid_client"
        form |= {"grant_type": "password", "username": "user5@tiny.example"}  # an inactive user
        form["client_secret"] = form["password"] = sandbox.env["SALESFORCE_CLIENT_SECRET"]
        assert client.post(url, data=form).json()["error"] == "invalid_grant"


def test_a_session_runs_out(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    assert org.get("/limits").status_code == 200
    clean_sandbox.advance(7201)
    answer = org.get("/limits")
    assert answer.status_code == 401
    assert answer.json()[0]["errorCode"] == "INVALID_SESSION_ID"


def test_the_daily_budget_is_told_and_enforced(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("salesforce", daily_calls=3)
    answers = [org.get("/sobjects/Account") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 403]
    assert answers[1].headers["Sforce-Limit-Info"] == "api-usage=2/3"
    assert answers[3].json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("429", 429, "REQUEST_LIMIT_EXCEEDED"),
        ("500", 500, "UNKNOWN_EXCEPTION"),
        ("quota", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("expire_token", 401, "INVALID_SESSION_ID"),
    ],
)
def test_faults_strike_once(
    org: httpx.Client, clean_sandbox: RunningSandbox, kind: str, status: int, code: str
) -> None:
    clean_sandbox.fault("salesforce", kind, path="/query", retry_after=2)
    assert org.get("/limits").status_code == 200
    answer = org.get("/query", params={"q": "select count() from Account"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("2" if kind == "429" else None)
    if kind != "expire_token":
        assert org.get("/query", params={"q": "select count() from Account"}).status_code == 200


def test_a_dropped_connection_before_and_after_the_commit(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.fault("salesforce", "drop_before", path="/sobjects/Account")
    with pytest.raises(httpx.TransportError):
        org.patch(f"/sobjects/Account/{ACCOUNT}", json={"Industry": "Before"})
    clean_sandbox.fault("salesforce", "drop_after_commit", path="/sobjects/Account")
    with pytest.raises(httpx.TransportError):
        org.patch(f"/sobjects/Account/{ACCOUNT}", json={"Industry": "After"})
    assert org.get(f"/sobjects/Account/{ACCOUNT}").json()["Industry"] == "After"
    written = clean_sandbox.writes("salesforce")
    assert [(row["before"], row["after"]) for row in written] == [({"Industry": "Technology"}, {"Industry": "After"})]


def test_slow_is_slow(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.fault("salesforce", "slow", seconds=0.3)
    begun = time.monotonic()
    assert org.get("/limits").status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_an_unknown_fault_is_refused(sandbox: RunningSandbox) -> None:
    answer = sandbox.control.post("/faults", json={"service": "salesforce", "kind": "meteor"})
    assert answer.status_code == 400
    assert "'meteor' is unknown" in answer.json()["error"]


def test_calls_are_counted_by_route(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    org.get(f"/sobjects/Account/{ACCOUNT}")
    org.get("/sobjects/Account/001TW0000000005YAA")
    assert clean_sandbox.calls("salesforce")["GET /services/data/v{version}/sobjects/{object}/{id}"] == 2


def test_unknown_paths_and_methods(org: httpx.Client) -> None:
    assert org.get("/nonsense").json()[0]["errorCode"] == "NOT_FOUND"
    assert org.delete("/limits").status_code == 405
    assert org.get("/query", params={"q": "x" * 17000}).status_code == 414
