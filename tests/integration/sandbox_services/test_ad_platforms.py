"""The simulated ad platforms refuse what the real ones refuse."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox

MARY = sha256(b"mary@example.com").hexdigest()
JOHN = sha256(b"john@example.com").hexdigest()


@pytest.fixture
def linkedin(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """LinkedIn with an access token and the headers of a version."""
    env = clean_sandbox.env
    with clean_sandbox.client(env["LINKEDIN_BASE_URL"]) as client:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": env["LINKEDIN_REFRESH_TOKEN"],
            "client_id": env["LINKEDIN_CLIENT_ID"],
            "client_secret": env["LINKEDIN_CLIENT_SECRET"],
        }
        token = client.post("/oauth/v2/accessToken", data=form).raise_for_status().json()["access_token"]
        client.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "LinkedIn-Version": "202610",
                "X-Restli-Protocol-Version": "2.0.0",
                "X-RestLi-Method": "BATCH_CREATE",
            }
        )
        yield client


@pytest.fixture
def segment(clean_sandbox: RunningSandbox, linkedin: httpx.Client) -> str:
    """A segment of people that is ready."""
    made = linkedin.post("/rest/dmpSegments", json=_segment(clean_sandbox, "USER"))
    assert made.status_code == 201
    clean_sandbox.advance(6)
    return str(made.headers["x-restli-id"])


def _segment(sandbox: RunningSandbox, kind: str) -> dict[str, Any]:
    account = f"urn:li:sponsoredAccount:{sandbox.env['LINKEDIN_AD_ACCOUNT']}"
    destinations = [{"destination": "LINKEDIN"}]
    return {"name": "T1", "sourcePlatform": "X", "account": account, "type": kind, "destinations": destinations}


def _person(value: str, action: str = "ADD", **more: str) -> dict[str, Any]:
    return {"action": action, "userIds": [{"idType": "SHA256_EMAIL", "idValue": value}], **more}


def test_linkedin_answers_for_each_element(clean_sandbox: RunningSandbox, linkedin: httpx.Client, segment: str) -> None:
    elements = [
        _person(MARY),
        _person("mary@example.com"),
        _person(JOHN.upper()),
        _person(JOHN, firstName="x" * 36),
        _person(JOHN, action="REPLACE"),
    ]
    answer = linkedin.post(f"/rest/dmpSegments/{segment}/users", json={"elements": elements}).json()
    assert [entry["status"] for entry in answer["elements"]] == [201, 400, 400, 400, 400]
    assert [write["record_id"] for write in clean_sandbox.writes("linkedin", object="AudienceMember")] == [MARY]


def test_linkedin_keeps_members_once_and_lets_them_go(
    clean_sandbox: RunningSandbox, linkedin: httpx.Client, segment: str
) -> None:
    for action in ("ADD", "ADD", "REMOVE", "REMOVE"):
        body = {"elements": [_person(MARY, action)]}
        assert linkedin.post(f"/rest/dmpSegments/{segment}/users", json=body).status_code == 200
    writes = clean_sandbox.writes("linkedin", object="AudienceMember")
    assert [write["operation"] for write in writes] == ["add", "remove"]


def test_a_fresh_linkedin_segment_is_not_found_for_five_seconds(
    clean_sandbox: RunningSandbox, linkedin: httpx.Client
) -> None:
    made = linkedin.post("/rest/dmpSegments", json=_segment(clean_sandbox, "COMPANY")).headers["x-restli-id"]
    company = {"elements": [{"action": "ADD", "companyWebsiteDomain": "acme.com"}]}
    assert linkedin.post(f"/rest/dmpSegments/{made}/companies", json=company).status_code == 404
    clean_sandbox.advance(6)
    assert linkedin.post(f"/rest/dmpSegments/{made}/companies", json=company).json()["elements"] == [{"status": 201}]
    assert linkedin.post(f"/rest/dmpSegments/{made}/users", json={"elements": [_person(MARY)]}).status_code == 400


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("LinkedIn-Version", "", 400),
        ("LinkedIn-Version", "202401", 426),
        ("X-Restli-Protocol-Version", "1.0.0", 400),
        ("X-RestLi-Method", "CREATE", 400),
        ("Authorization", "Bearer wrong", 401),
    ],
)
def test_linkedin_insists_on_its_headers(
    linkedin: httpx.Client, segment: str, header: str, value: str, status: int
) -> None:
    linkedin.headers[header] = value
    answer = linkedin.post(f"/rest/dmpSegments/{segment}/users", json={"elements": [_person(MARY)]})
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.fixture
def meta(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """Meta with its token."""
    env = clean_sandbox.env
    with clean_sandbox.client(f"{env['META_BASE_URL']}/v24.0") as client:
        client.headers["Authorization"] = f"Bearer {env['META_ACCESS_TOKEN']}"
        yield client


def _audience(meta: httpx.Client, sandbox: RunningSandbox) -> str:
    body = {"name": "T1", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
    answer = meta.post(f"/act_{sandbox.env['META_AD_ACCOUNT']}/customaudiences", json=body)
    return str(answer.raise_for_status().json()["id"])


def _users(rows: list[list[str]], **session: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"payload": {"schema": ["EMAIL"], "data": rows}}
    return body | ({"session": session} if session else {})


def test_meta_counts_what_is_not_hashed_and_does_not_say_which(
    clean_sandbox: RunningSandbox, meta: httpx.Client
) -> None:
    audience = _audience(meta, clean_sandbox)
    answer = meta.post(f"/{audience}/users", json=_users([[MARY], ["john@example.com"]])).json()
    assert (answer["num_received"], answer["num_invalid_entries"]) == (2, 1)
    assert [write["record_id"] for write in clean_sandbox.writes("meta", object="AudienceMember")] == [MARY]


def test_meta_holds_sessions_to_their_order(clean_sandbox: RunningSandbox, meta: httpx.Client) -> None:
    path = f"/{_audience(meta, clean_sandbox)}/users"

    def send(**session: Any) -> tuple[int, Any]:
        answer = meta.post(path, json=_users([[MARY]], session_id=7, **session))
        return answer.status_code, answer.json().get("error", {}).get("error_subcode")

    assert send(batch_seq=2, last_batch_flag=False) == (400, 1870147)
    assert send(batch_seq=1, last_batch_flag=False) == (200, None)
    assert send(batch_seq=2, last_batch_flag=True) == (200, None)
    assert send(batch_seq=3, last_batch_flag=True) == (400, 1870159)
    clean_sandbox.advance(91 * 60)
    assert send(batch_seq=2, last_batch_flag=True) == (400, 1870158)


@pytest.fixture
def google(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """Google with an access token."""
    env = clean_sandbox.env
    with clean_sandbox.client(env["GOOGLE_BASE_URL"]) as client:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": env["GOOGLE_REFRESH_TOKEN"],
            "client_id": env["GOOGLE_CLIENT_ID"],
            "client_secret": env["GOOGLE_CLIENT_SECRET"],
        }
        client.headers["Authorization"] = f"Bearer {client.post('/token', data=form).json()['access_token']}"
        yield client


def _ingest(sandbox: RunningSandbox, *values: str, **changes: Any) -> dict[str, Any]:
    account = {"accountType": "GOOGLE_ADS", "accountId": sandbox.env["GOOGLE_AD_ACCOUNT"]}
    return {
        "destinations": [{"operatingAccount": account, "productDestinationId": "7001"}],
        "audienceMembers": [{"userData": {"userIdentifiers": [{"emailAddress": value}]}} for value in values],
        "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
        "encoding": "HEX",
        "termsOfService": {"customerMatchTermsOfServiceStatus": "ACCEPTED"},
    } | changes


def test_google_tells_the_outcome_later_and_as_counts(clean_sandbox: RunningSandbox, google: httpx.Client) -> None:
    body = _ingest(clean_sandbox, MARY, JOHN)
    request = google.post("/v1/audienceMembers:ingest", json=body).json()["requestId"]
    clean_sandbox.advance(2)
    status = google.get("/v1/requestStatus:retrieve", params={"requestId": request}).json()
    assert status == {"requestStatusPerDestination": [{"requestStatus": "SUCCESS"}]}
    removal = google.post("/v1/audienceMembers:remove", json=_ingest(clean_sandbox, MARY))
    assert removal.status_code == 200
    writes = clean_sandbox.writes("google", object="AudienceMember")
    assert [(write["operation"], write["record_id"]) for write in writes] == [
        ("add", MARY),
        ("add", JOHN),
        ("remove", MARY),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consent": {}}, "REQUIRED_FIELD_MISSING"),
        ({"consent": {"adUserData": "CONSENT_DENIED", "adPersonalization": "CONSENT_GRANTED"}}, "CONSENT_NOT_GRANTED"),
        ({"encoding": "BASE64"}, "INVALID_ENCODING"),
        ({"termsOfService": {}}, "TERMS_AND_CONDITIONS_NOT_SIGNED"),
        ({"audienceMembers": [{"userData": {"userIdentifiers": [{"emailAddress": "a@b.com"}]}}]}, "INVALID_HASH"),
    ],
)
def test_google_takes_nothing_of_a_request_with_a_violation(
    clean_sandbox: RunningSandbox, google: httpx.Client, changes: dict[str, Any], reason: str
) -> None:
    answer = google.post("/v1/audienceMembers:ingest", json=_ingest(clean_sandbox, MARY, **changes))
    violations = answer.json()["error"]["details"][0]["fieldViolations"]
    assert (answer.status_code, violations[0]["reason"]) == (400, reason)
    assert clean_sandbox.writes("google", object="AudienceMember") == []
