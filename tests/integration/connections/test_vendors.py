"""Logins, token expiry, error bodies and quotas of each vendor."""

from __future__ import annotations

import base64

import pytest

from connections import (
    AuthenticationFailed,
    BomboraCredentials,
    HubSpotCredentials,
    MarketoCredentials,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRejected,
    SalesforceCredentials,
    Unreachable,
    ZoomInfoCredentials,
    open_bombora,
    open_hubspot,
    open_marketo,
    open_salesforce,
    open_zoominfo,
)
from connections.http import Connection
from connections.marketo import read_daily_usage
from connections.retry import RetryPolicy

from .scripted import Answer, Script, Seen

FAST = RetryPolicy(base_seconds=0.001)
SF_LOGIN = "/services/oauth2/token"
MK_LOGIN = "/identity/oauth/token"


def salesforce(server: Script, **changes: str) -> Connection:
    return open_salesforce(SalesforceCredentials(server.url, "key", "s3cret", **changes), retry=FAST)


def marketo(server: Script) -> Connection:
    return open_marketo(MarketoCredentials(server.url, "key", "s3cret", calls_per_20_seconds=1000), retry=FAST)


def error(code: str, message: str = "x") -> Answer:
    return Answer(200, {"requestId": "1", "success": False, "errors": [{"code": code, "message": message}]})


def test_salesforce_logs_in_once_and_again_when_the_session_ends(server: Script) -> None:
    tokens = iter(["one", "two"])
    server.on(SF_LOGIN, lambda _: Answer(200, {"access_token": next(tokens), "instance_url": server.url}))

    def describe(seen: Seen) -> Answer:
        if seen.headers["authorization"] == "Bearer one" and len(server.seen) > 2:
            return Answer(401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}])
        return Answer(200, {"ok": True})

    server.on("/services/data/v59.0/sobjects", describe)
    with salesforce(server) as org:
        for _ in range(3):
            assert org.request("GET", "sobjects").json() == {"ok": True}
    logins = server.calls(SF_LOGIN)
    assert len(logins) == 2
    assert logins[0].headers["authorization"] == "Basic " + base64.b64encode(b"key:s3cret").decode()
    assert logins[0].body == b"grant_type=client_credentials"


def test_salesforce_takes_requests_to_the_instance_that_the_login_names(server: Script) -> None:
    server.on(SF_LOGIN, Answer(200, {"access_token": "t", "instance_url": server.url}))
    server.on("/services/data/v60.0/limits", Answer(200, {}))
    domain = server.url.replace("127.0.0.1", "localhost")
    credentials = SalesforceCredentials(domain, "key", "s3cret", "u@x.example", "pw", api_version="60.0")
    with open_salesforce(credentials, retry=FAST) as org:
        org.request("GET", "limits")
    assert b"grant_type=password&username=u%40x.example&password=pw" in server.seen[0].body
    assert server.seen[1].headers["host"] == server.url.removeprefix("http://")


def test_salesforce_wrong_credentials_are_one_line(server: Script) -> None:
    server.on(SF_LOGIN, Answer(400, {"error": "invalid_client", "error_description": "invalid client credentials"}))
    with salesforce(server) as org, pytest.raises(AuthenticationFailed) as caught:
        org.request("GET", "limits")
    assert str(caught.value) == (
        "salesforce: login refused (invalid_client: invalid client credentials). "
        "Check SALESFORCE_BASE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET."
    )
    assert len(server.seen) == 1


def test_a_busy_login_is_retried_even_for_a_write(server: Script) -> None:
    server.on(SF_LOGIN, Answer(503), Answer(cut=0), Answer(200, {"access_token": "t"}))
    server.on("/services/data/v59.0/composite", Answer(200, {}))
    with salesforce(server) as org:
        assert org.request("POST", "composite", json={}).status_code == 200


def test_salesforce_error_codes(server: Script) -> None:
    server.on(SF_LOGIN, Answer(200, {"access_token": "t"}))
    wrong = [{"errorCode": "INVALID_FIELD", "message": "No such column 'Foo__c' on entity 'Account'"}]
    server.on("/services/data/v59.0/query", Answer(400, wrong))
    spent = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    server.on("/services/data/v59.0/a", Answer(403, spent))
    busy = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentPerOrgLongTxn Limit exceeded."}]
    server.on("/services/data/v59.0/b", Answer(403, busy), Answer(200, {}))
    with salesforce(server) as org:
        with pytest.raises(RequestRejected, match="INVALID_FIELD No such column 'Foo__c'") as caught:
            org.request("GET", "query", params={"q": "select Foo__c from Account"})
        assert caught.value.code == "INVALID_FIELD"
        with pytest.raises(QuotaExhausted):
            org.request("GET", "a")
        assert org.request("GET", "b").status_code == 200


def test_salesforce_budget_comes_from_the_limit_header(server: Script) -> None:
    server.on(SF_LOGIN, Answer(200, {"access_token": "t"}))
    header = {"Sforce-Limit-Info": "api-usage=4001/5000; per-app-api-usage=17/250(appName=x)"}
    server.on("/services/data/v59.0/limits", Answer(200, {}, header))
    with salesforce(server) as org:
        org.request("GET", "limits")
        assert (org.usage.daily_limit, org.usage.daily_remaining) == (5000, 999)
        with pytest.raises(QuotaExhausted, match="4001 of the day's 5000"):
            org.request("GET", "limits")


def test_marketo_errors_inside_a_success(server: Script) -> None:
    server.on(MK_LOGIN, Answer(200, {"access_token": "t", "expires_in": 3599}))
    fine = Answer(200, {"success": True, "result": []})
    server.on("/rest/v1/a.json", error("606"), error("615"), error("608"), error("604"), error("713"), fine)
    server.on("/rest/v1/write.json", error("606"), fine)
    server.on("/rest/v1/lost.json", error("604"))
    server.on("/rest/v1/wrong.json", error("1003", "filterValues: jo@x.example is wrong"))
    server.on("/rest/v1/spent.json", error("607"))
    with marketo(server) as instance:
        assert instance.request("GET", "v1/a.json").json()["success"]
        assert instance.request("POST", "v1/write.json").json()["success"]
        with pytest.raises(OutcomeUnknown):
            instance.request("POST", "v1/lost.json")
        with pytest.raises(RequestRejected, match="1003 filterValues: <e-mail> is wrong"):
            instance.request("GET", "v1/wrong.json")
        with pytest.raises(QuotaExhausted):
            instance.request("GET", "v1/spent.json")


@pytest.mark.parametrize("code", ["601", "602"])
def test_marketo_logs_in_again_when_the_token_ends(server: Script, code: str) -> None:
    server.on(MK_LOGIN, Answer(200, {"access_token": "t", "expires_in": 3599}))
    server.on("/rest/v1/a.json", error(code), Answer(200, {"success": True}))
    with marketo(server) as instance:
        assert instance.request("GET", "v1/a.json").json()["success"]
    assert len(server.calls(MK_LOGIN)) == 2


def test_marketo_a_token_that_stays_refused(server: Script) -> None:
    server.on(MK_LOGIN, Answer(200, {"access_token": "t", "expires_in": 3599}))
    server.on("/rest/v1/a.json", error("601"))
    with marketo(server) as instance, pytest.raises(AuthenticationFailed):
        instance.request("GET", "v1/a.json")
    assert len(server.calls(MK_LOGIN)) == 2


def test_marketo_wrong_credentials_and_budget(server: Script) -> None:
    server.on(MK_LOGIN, Answer(401, {"error": "unauthorized", "error_description": "Bad client s3cret"}))
    with marketo(server) as instance, pytest.raises(AuthenticationFailed) as caught:
        instance.request("GET", "v1/a.json")
    assert "s3cret" not in str(caught.value)
    server.on(MK_LOGIN, Answer(200, {"access_token": "t", "expires_in": 3599}))
    server.on("/rest/v1/stats/usage.json", Answer(200, {"success": True, "result": [{"total": 39_999}]}))
    server.on("/rest/v1/a.json", Answer(200, {"success": True}))
    with marketo(server) as instance:
        read_daily_usage(instance)
        instance.request("GET", "v1/a.json")
        with pytest.raises(QuotaExhausted):
            instance.request("GET", "v1/a.json")


def test_a_stream_is_not_read_for_its_errors(server: Script) -> None:
    server.on(MK_LOGIN, Answer(200, {"access_token": "t", "expires_in": 3599}))
    server.on("/bulk/v1/file.json", Answer(200, b"id,name\n" + b"1,x\n" * 100_000, {"content-type": "text/csv"}))
    server.on("/bulk/v1/none.json", error("602"), error("610"))
    with marketo(server) as instance:
        with instance.stream("/bulk/v1/file.json") as response:
            assert not response.is_stream_consumed
            assert sum(len(chunk) for chunk in response.iter_bytes()) == 400_008
        with pytest.raises(RequestRejected, match="610"), instance.stream("/bulk/v1/none.json"):
            pass


def test_zoominfo(server: Script) -> None:
    server.on("/authenticate", Answer(200, {"jwt": "t"}))
    server.on("/enrich/company", Answer(401), Answer(200, {"success": True}), Answer(402))
    credentials = ZoomInfoCredentials(server.url, "u", "pw-secret")
    with open_zoominfo(credentials, retry=FAST) as vendor:
        assert vendor.request("POST", "/enrich/company", json={}).json() == {"success": True}
        with pytest.raises(QuotaExhausted):
            vendor.request("POST", "/enrich/company", json={})
    server.on("/authenticate", Answer(401, {"error": "bad pw-secret"}))
    with open_zoominfo(credentials, retry=FAST) as vendor, pytest.raises(AuthenticationFailed) as caught:
        vendor.request("POST", "/enrich/company", json={})
    assert "pw-secret" not in str(caught.value)
    assert "ZOOMINFO_PASSWORD" in str(caught.value)


def test_bombora(server: Script) -> None:
    server.on("/surge/reports", Answer(200, {"reports": []}), Answer(403))
    with open_bombora(BomboraCredentials(server.url, "k3y"), retry=FAST) as vendor:
        assert vendor.request("GET", "/surge/reports").json() == {"reports": []}
        with pytest.raises(AuthenticationFailed, match="BOMBORA_ credentials"):
            vendor.request("GET", "/surge/reports")
    assert server.seen[0].headers["authorization"] == "Bearer k3y"


def test_credentials_do_not_print_their_secrets() -> None:
    printed = repr(
        (
            SalesforceCredentials("u", "i", "hidden", "n", "hidden"),
            MarketoCredentials("u", "i", "hidden"),
            ZoomInfoCredentials("u", "n", "hidden"),
            BomboraCredentials("u", "hidden"),
        )
    )
    assert "hidden" not in printed


def test_a_login_that_stays_down(server: Script) -> None:
    server.on(SF_LOGIN, Answer(503))
    with salesforce(server) as org, pytest.raises(Unreachable, match="the login answered 503"):
        org.request("GET", "limits")


def test_hubspot_refreshes_its_token_and_reads_limits(server: Script) -> None:
    tokens = iter(["one", "two"])
    server.on("/oauth/v1/token", lambda _: Answer(200, {"access_token": next(tokens), "expires_in": 1800}))

    def owners(seen: Seen) -> Answer:
        if seen.headers["authorization"] == "Bearer one":
            return Answer(401, {"status": "error", "category": "EXPIRED_AUTHENTICATION", "message": "expired"})
        headers = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "900"}
        return Answer(200, {"results": []}, headers)

    server.on("/crm/v3/owners", owners)
    credentials = HubSpotCredentials(server.url, client_id="id", client_secret="s3cret", refresh_token="r3fresh")
    with open_hubspot(credentials, retry=FAST) as portal:
        portal.request("GET", "/crm/v3/owners")
        assert (portal.usage.daily_limit, portal.usage.daily_remaining) == (1000, 900)
    assert len(server.calls("/oauth/v1/token")) == 2
    assert "s3cret" not in repr(credentials)
    assert "r3fresh" not in repr(credentials)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (429, {"policyName": "DAILY", "category": "RATE_LIMITS", "message": "daily"}, QuotaExhausted),
        (429, {"policyName": "SECONDLY", "category": "RATE_LIMITS", "message": "slow"}, Unreachable),
        (403, {"category": "MISSING_SCOPES", "message": "This app lacks a scope"}, RequestRejected),
        (401, {"category": "INVALID_AUTHENTICATION", "message": "none found"}, AuthenticationFailed),
    ],
)  # fmt: skip
def test_hubspot_errors(server: Script, status: int, body: dict[str, str], failure: type[Exception]) -> None:
    server.on("/crm/v3/objects/contacts", lambda _: Answer(status, {"status": "error", **body}))
    credentials = HubSpotCredentials(server.url, "pat-s3cret")
    with open_hubspot(credentials, retry=FAST) as portal, pytest.raises(failure) as caught:
        portal.request("GET", "/crm/v3/objects/contacts")
    assert "s3cret" not in str(caught.value)
