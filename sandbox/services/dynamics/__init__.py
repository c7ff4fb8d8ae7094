"""A simulated Dynamics 365 (Dataverse Web API v9.2): OAuth, OData pages, change tracking with deleted entities.

Facts: learn.microsoft.com, "Query data using the Web API", "Use change tracking", "Service protection API limits".
"""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.world.derived import populate

KEYS = {
    "systemusers": "systemuserid", "accounts": "accountid", "contacts": "contactid", "leads": "leadid",
    "opportunities": "opportunityid",
}  # fmt: skip
PAGE, TENANT, TOKEN_SECONDS, CALLS, SECONDS = 5000, "00000000-5b00-4000-8000-000000000001", 3599, 6000, 300


class Dynamics(Service):
    """The Dynamics service."""

    name = "dynamics"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the environment's tables from the world's."""
        populate(home, "dynamics")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._rate = Rate(CALLS, SECONDS, 52)
        self._secret = f"sandbox-dynamics-secret-{surroundings.seed}"
        self.route("POST", f"/{TENANT}/oauth2/v2.0/token", self._token, sign_in=True)
        self.route("GET", "/api/data/v9.2/WhoAmI", lambda call: Reply({"UserId": TENANT, "OrganizationId": TENANT}))
        self.route("GET", "/api/data/v9.2/{entity}", self._page)

    def _token(self, call: Call) -> Reply:
        form = call.form()
        known = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"))
        if known != ("client_credentials", "sandbox-dynamics", self._secret):
            return Reply({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}, 401)
        token = self._tokens.issue("application user")
        return Reply({"token_type": "Bearer", "expires_in": self._tokens.lifetime_seconds, "access_token": token.value})

    def _page(self, call: Call) -> Reply:
        """Answer a page of an entity set: all rows, or with a delta token what changed since."""
        entity = call.params["entity"]
        if entity not in KEYS:
            raise _refusal(404, "0x8006088a", f"Resource not found for the segment '{entity}'.")
        prefer = call.headers.get("Prefer", "")
        size = next((int(p.partition("=")[2]) for p in prefer.split(",") if "maxpagesize" in p), PAGE)
        token = call.value("$skiptoken") or call.value("$deltatoken")
        place = _opened(token) if token else {"since": None, "after": "", "track": "track-changes" in prefer}
        place.setdefault("now", self.clock.now().isoformat())
        rows = self._rows(entity, place, size + 1)
        if "include-annotations" not in prefer:
            rows = [{n: v for n, v in row.items() if "@OData.Community" not in n} for row in rows]
        shown = rows[:size]
        content: dict[str, Any] = {
            "@odata.context": f"{self.base_url}/api/data/v9.2/$metadata#{entity}",
            "value": shown,
        }
        base = f"{self.base_url}/api/data/v9.2/{entity}"
        if len(rows) > size:
            following = place | {"after": shown[-1].get(KEYS[entity]) or shown[-1]["id"]}
            content["@odata.nextLink"] = f"{base}?$skiptoken={_sealed(following)}"
        elif place["track"]:
            content["@odata.deltaLink"] = (
                f"{base}?$deltatoken={_sealed({'since': place['now'], 'after': '', 'track': True})}"
            )
        return Reply(content, headers={"OData-Version": "4.0"})

    def _rows(self, entity: str, place: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        key, since = KEYS[entity], place["since"]
        where = "true" if since is None else "modifiedon >= cast($since as timestamp)"
        bound = {"after": place["after"]} | ({} if since is None else {"since": since})
        with self.store.read() as cursor:
            found = cursor.execute(
                f"select * from dynamics.{entity} where {key} > $after and {where} order by {key} limit {limit}", bound
            )
            names = [column[0] for column in found.description]
            rows = [{name: _json(value) for name, value in zip(names, row, strict=True)} for row in found.fetchall()]
            if since is None or len(rows) == limit:
                return rows
            gone = "select id from dynamics.deleted where entity = ? and deletedon >= cast(? as timestamp) order by id"
            deleted = cursor.execute(gone, [entity, since]).fetchall()
        context = f"{self.base_url}/api/data/v9.2/$metadata#{entity}/$deletedEntity"
        return [*rows, *({"@odata.context": context, "id": one, "reason": "deleted"} for (one,) in deleted)]

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the service protection limit."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise Refusal(Reply(None, 401, {"WWW-Authenticate": "Bearer"}))
        if not self._rate.admit():
            raise _too_many()

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer 404."""
        return _refusal(404, "0x80060888", "Resource not found").reply

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an environment in trouble does."""
        if fault.kind in ("429", "quota"):
            return _too_many().reply
        return _refusal(500, "0x80040216", "An unexpected error occurred.").reply

    def expire_tokens(self) -> None:
        """Let the tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        own = {"BASE_URL": self.base_url, "LOGIN_URL": self.base_url, "TENANT_ID": TENANT}
        return {
            f"DYNAMICS_{k}": v
            for k, v in (own | {"CLIENT_ID": "sandbox-dynamics", "CLIENT_SECRET": self._secret}).items()
        }

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._rate.clear()


def _refusal(status: int, code: str, message: str) -> Refusal:
    return Refusal(Reply({"error": {"code": code, "message": message}}, status))


def _too_many() -> Refusal:
    refusal = _refusal(
        429, "0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
    )
    refusal.reply.headers["Retry-After"] = "1"
    return refusal


def _sealed(place: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _opened(token: str) -> dict[str, Any]:
    try:
        return dict(json.loads(base64.urlsafe_b64decode(token)))
    except ValueError:
        raise _refusal(400, "0x80060891", "The token is invalid.") from None


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value
