"""Systems that give a token for an app's id and secret (OAuth 2.0) and answer by HTTP's rules with JSON errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.http import Connection
from connections.refresh import RefreshTokenLogin
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import LoginFlow, Token, TokenAuth, token_in
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

# Error codes that say that the day's calls are used up: Account Engagement's 122.
_SPENT_CODES = frozenset({"122"})


@dataclass(frozen=True)
class DynamicsCredentials:
    """An app registration of Microsoft Entra that is an application user of the environment."""

    base_url: str
    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    login_url: str = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class ZohoCredentials:
    """A self client of the API console, and a refresh token for its scopes; `login_url` is the data centre's."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    login_url: str = "https://accounts.zoho.com"


@dataclass(frozen=True)
class PardotCredentials:
    """A connected app of the Salesforce org (`login_url`: its My Domain) and the business unit's id (0Uv...)."""

    base_url: str
    login_url: str
    client_id: str
    business_unit_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class OutreachCredentials:
    """An app of Outreach's developer portal, and a refresh token of its user."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class ClientCredentialsLogin:
    """POST {token_url} with an app's id and secret; `remedy` names the settings in errors."""

    system: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    remedy: str = ""
    further: Mapping[str, str] = field(default_factory=dict)

    def request(self) -> httpx.Request:
        """The token request."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        return httpx.Request("POST", self.token_url, data=form | dict(self.further))

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expires_in}, or {error, error_description}."""
        return token_in(
            response,
            lambda answer: Token(str(answer["access_token"]), lives_seconds=float(answer.get("expires_in", 3599))),
            system=self.system,
            secrets=(self.client_secret,),
            remedy=self.remedy,
        )

    def is_expired(self, response: httpx.Response) -> bool:
        """401."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def judge(response: httpx.Response) -> Verdict:
    """HTTP's rules, with the code and the words that the system gives in its JSON; some codes say more than HTTP."""
    verdict = judge_status(response)
    if verdict.meaning is Meaning.ACCEPTED:
        return verdict
    try:
        answer: Any = response.json()
    except ValueError:
        return verdict
    error = answer.get("error", answer) if isinstance(answer, dict) else {}
    error = error if isinstance(error, dict) else answer
    code, words = str(error.get("code") or verdict.code), str(error.get("message") or verdict.message)
    return Verdict(Meaning.SPENT if code in _SPENT_CODES else verdict.meaning, code, words)


def open_dynamics(credentials: DynamicsCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to an environment: 6,000 requests in five minutes, 52 at once."""
    login = ClientCredentialsLogin(
        "dynamics",
        f"{credentials.login_url.rstrip('/')}/{credentials.tenant_id}/oauth2/v2.0/token",
        credentials.client_id,
        credentials.client_secret,
        "Check DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID, DYNAMICS_CLIENT_SECRET",
        {"scope": f"{credentials.base_url.rstrip('/')}/.default"},
    )
    rate = Rate(calls=5_000, seconds=300.0, concurrent=5)
    return _opened("dynamics", credentials.base_url, login, rate, {"OData-Version": "4.0"}, retry)


def open_zoho(credentials: ZohoCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to a CRM of Zoho: ten calls at once in the smallest edition, credits by the day."""
    token_url = f"{credentials.login_url.rstrip('/')}/oauth/v2/token"
    own = (credentials.client_id, credentials.client_secret, credentials.refresh_token)
    login = RefreshTokenLogin("zoho", token_url, *own, scheme="Zoho-oauthtoken")
    return _opened("zoho", credentials.base_url, login, Rate(concurrent=5), {}, retry, own[1:])


def open_outreach(credentials: OutreachCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to Outreach: 10,000 requests an hour for a user."""
    own = (credentials.client_id, credentials.client_secret, credentials.refresh_token)
    login = RefreshTokenLogin("outreach", f"{credentials.base_url.rstrip('/')}/oauth/token", *own)
    return _opened("outreach", credentials.base_url, login, Rate(concurrent=4), {}, retry, own[1:])


def open_pardot(credentials: PardotCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to a business unit of Account Engagement: five calls at once, 25,000 a day and more by edition."""
    login = ClientCredentialsLogin(
        "pardot",
        f"{credentials.login_url.rstrip('/')}/services/oauth2/token",
        credentials.client_id,
        credentials.client_secret,
        "Check PARDOT_LOGIN_URL, PARDOT_CLIENT_ID, PARDOT_CLIENT_SECRET",
    )
    headers = {"Pardot-Business-Unit-Id": credentials.business_unit_id}
    return _opened("pardot", credentials.base_url, login, Rate(concurrent=4), headers, retry)


def _opened(
    system: str,
    base_url: str,
    login: LoginFlow,
    rate: Rate,
    headers: dict[str, str],
    retry: RetryPolicy | None,
    secrets: tuple[str, ...] = (),
) -> Connection:
    secret = (login.client_secret,) if isinstance(login, ClientCredentialsLogin) else ()
    return Connection(
        Terms(
            system=system,
            base_url=base_url,
            dialect=Dialect(judge=judge, headers={"Accept": "application/json", **headers}),
            rate=rate,
            secrets=(*secret, *secrets),
            auth=TokenAuth(login),
            retry=retry or RetryPolicy(),
        )
    )
