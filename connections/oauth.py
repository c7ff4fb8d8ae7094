"""Systems that give a token for an app's id and secret (OAuth 2.0 client credentials) and answer by HTTP's rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import Token, TokenAuth, token_in
from connections.verdicts import Dialect


@dataclass(frozen=True)
class DynamicsCredentials:
    """An app registration of Microsoft Entra that is an application user of the environment."""

    base_url: str
    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    login_url: str = "https://login.microsoftonline.com"


class DynamicsLogin:
    """POST {login}/{tenant}/oauth2/v2.0/token for the scope of the environment."""

    def __init__(self, credentials: DynamicsCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request."""
        own = self._credentials
        form = {"grant_type": "client_credentials", "client_id": own.client_id, "client_secret": own.client_secret}
        url = f"{own.login_url.rstrip('/')}/{own.tenant_id}/oauth2/v2.0/token"
        return httpx.Request("POST", url, data=form | {"scope": f"{own.base_url.rstrip('/')}/.default"})

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expires_in}, or {error, error_description}."""
        return token_in(
            response,
            lambda answer: Token(str(answer["access_token"]), lives_seconds=float(answer.get("expires_in", 3599))),
            system="dynamics",
            secrets=(self._credentials.client_secret,),
            remedy="Check DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID, DYNAMICS_CLIENT_SECRET",
        )

    def is_expired(self, response: httpx.Response) -> bool:
        """401."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def open_dynamics(credentials: DynamicsCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to an environment: 6,000 requests in five minutes, 52 at once."""
    return Connection(
        Terms(
            system="dynamics",
            base_url=credentials.base_url,
            dialect=Dialect(headers={"Accept": "application/json", "OData-Version": "4.0"}),
            rate=Rate(calls=5_000, seconds=300.0, concurrent=5),
            secrets=(credentials.client_secret,),
            auth=TokenAuth(DynamicsLogin(credentials)),
            retry=retry or RetryPolicy(),
        )
    )
