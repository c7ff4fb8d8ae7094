"""Access tokens for a refresh token: OAuth 2.0 (RFC 6749, section 6), as LinkedIn, Google and Zoho use it."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connections.tokens import Token, token_in


@dataclass(frozen=True)
class RefreshTokenLogin:
    """POST {token_url} with client id, client secret and refresh token; `system` names the settings in errors.

    `scheme` is the word before the token in the Authorization header.
    """

    system: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scheme: str = "Bearer"

    def request(self) -> httpx.Request:
        """The token request, as a form."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        return httpx.Request("POST", self.token_url, data=form)

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expires_in}, or {error, error_description}."""
        prefix = self.system.upper()
        return token_in(
            response,
            lambda answer: Token(
                str(answer["access_token"]), float(answer.get("expires_in", 3600)), scheme=self.scheme
            ),
            system=self.system,
            secrets=(self.client_secret, self.refresh_token, self.client_id),
            remedy=f"Check {prefix}_BASE_URL, {prefix}_CLIENT_ID, {prefix}_CLIENT_SECRET, {prefix}_REFRESH_TOKEN",
        )

    def is_expired(self, response: httpx.Response) -> bool:
        """401 for a token past its time."""
        return response.status_code == httpx.codes.UNAUTHORIZED
