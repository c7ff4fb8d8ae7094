"""Sign-in and admission: POST /services/oauth2/token, session ids, the daily budget."""

import base64
import binascii
import hmac

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.org import INTEGRATION_ID, Org


class Identity:
    """Issues sessions and checks them."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def token(self, call: Call) -> Reply:
        """Grant client_credentials (the integration user) or password (any active user of the org)."""
        form = call.form()
        client_id, client_secret = form.get("client_id", ""), form.get("client_secret", "")
        if basic := call.headers.get("Authorization", ""):
            client_id, client_secret = _basic(basic)
        if client_id != self._org.client_id:
            raise _denied("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(client_secret, self._org.client_secret):
            raise _denied("invalid_client", "invalid client credentials")
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            return self._session(call, INTEGRATION_ID)
        if grant != "password":
            raise _denied("unsupported_grant_type", "grant type not supported")
        user_id = self._org.user_id(form.get("username", ""))
        # A real password may carry the security token behind it.
        if user_id is None or not form.get("password", "").startswith(self._org.client_secret):
            raise _denied("invalid_grant", "authentication failure")
        return self._session(call, user_id)

    def _session(self, call: Call, user_id: str) -> Reply:
        token = self._org.tokens.issue(user_id)
        host = f"https://{call.headers.get('host', '127.0.0.1')}"
        issued = int(self._org.clock.now().timestamp() * 1000)
        return Reply(
            {
                "access_token": token.value,
                "instance_url": host,
                "id": f"{host}/id/00DSB0000000001EAA/{user_id}",
                "token_type": "Bearer",
                "issued_at": str(issued),
                "scope": "api",
                "signature": base64.b64encode(token.value[-24:].encode()).decode(),
            }
        )

    def admit(self, call: Call) -> None:
        """Recognise the caller by the session id and take one call from the day's budget."""
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        token = self._org.tokens.find(value) if scheme in ("Bearer", "OAuth") else None
        if token is None or not self._org.tokens.is_live(token):
            raise refusal("INVALID_SESSION_ID", "Session expired or invalid")
        if not self._org.calls.spend():
            raise limit_exceeded()
        call.actor = token.actor


def limit_exceeded() -> Refusal:
    """Return the refusal of a call beyond the day's budget."""
    return refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def _basic(header: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(header.partition(" ")[2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _denied("invalid_client", "invalid client credentials") from None
    client_id, _, client_secret = decoded.partition(":")
    return client_id, client_secret


def _denied(error: str, description: str) -> Refusal:
    return Refusal(Reply({"error": error, "error_description": description}, 400))
