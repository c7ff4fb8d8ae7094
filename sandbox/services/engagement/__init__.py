"""Simulated sales-engagement tools: Outreach (JSON:API, links) and Salesloft (page numbers), for reading.

Facts: developers.outreach.io/api ("Making requests", "Pagination", filters by range), developers.salesloft.com
("Request and response format", "Filtering, paging, and sorting", "Rate limits").
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import Rate
from sandbox.framework.records import after, opened, records, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.world.derived import populate

TOKEN_SECONDS = 7_200
RELATED = ("prospect", "sequence", "owner")
TYPES = {"prospect": "prospect", "sequence": "sequence", "owner": "user"}
LISTS = {
    "/v2/people": "people",
    "/v2/cadences": "cadences",
    "/v2/cadence_memberships": "cadence_memberships",
    "/v2/activities/emails": "emails",
    "/v2/activities/calls": "calls",
}


class Outreach(Service):
    """The Outreach service."""

    name = "outreach"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the tool's tables from the world's."""
        populate(home, "outreach")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._rate = Rate(10_000, 3600, 100)
        seed = surroundings.seed
        self._login = (
            f"sandbox-outreach-{seed}",
            f"sandbox-outreach-secret-{seed}",
            f"sandbox-outreach-refresh-{seed}",
        )
        self.route("POST", "/oauth/token", self._token, sign_in=True)
        for kind in ("prospects", "sequences", "sequenceStates", "mailings", "calls"):
            self.route("GET", f"/api/v2/{kind}", partial(self._page, kind))

    def _token(self, call: Call) -> Reply:
        form = call.form()
        given = tuple(form.get(name) for name in ("client_id", "client_secret", "refresh_token"))
        if form.get("grant_type") != "refresh_token" or given != self._login:
            return Reply({"error": "invalid_grant", "error_description": "The provided grant is invalid"}, 401)
        return Reply(
            {"access_token": self._tokens.issue("api").value, "token_type": "bearer", "expires_in": TOKEN_SECONDS}
        )

    def _page(self, kind: str, call: Call) -> Reply:
        """GET /{kind}?page[size]=&sort=updatedAt&filter[updatedAt]=from..to: `links.next` leads on."""
        size, bound, where = call.value("page[size]", "50"), dict[str, Any](), "true"
        if not size.isdigit() or not 1 <= int(size) <= 1_000:
            raise _jsonapi(400, "invalidPageSize", "page[size] is 1 to 1000")
        if call.value("sort", "updatedAt") != "updatedAt":
            raise _jsonapi(400, "invalidSort", "sort by updatedAt")
        if wanted := call.value("filter[updatedAt]"):
            begin, dots, _ = wanted.partition("..")
            moment = _time(begin)
            if not dots or moment is None:
                raise _jsonapi(422, "invalidFilter", "a range of times: 2024-01-01T00:00:00Z..inf")
            bound["since"], where = moment, '"updatedAt" >= $since'
        if token := call.value("page[after]"):
            try:
                place = opened(token)
            except ValueError:
                raise _jsonapi(400, "invalidPageAfter", "page[after] is none of ours") from None
            bound |= {"order": place["order"], "key": place["key"]}
            where += " and " + after("updatedAt", "id")
        living = "" if kind == "sequences" else " and not is_deleted"
        sql = f'select * from outreach."{kind}" where {where}{living} order by "updatedAt", id limit {int(size) + 1}'
        found = records(self.store, sql, bound, _iso)
        shown, links = found[: int(size)], dict[str, str]()
        if len(found) > int(size):
            query = {name: value for name, value in call.query if name != "page[after]"}
            query["page[after]"] = sealed({"order": shown[-1]["updatedAt"], "key": shown[-1]["id"]})
            links["next"] = f"{self.base_url}/api/v2/{kind}?{urlencode(query)}"
        return Reply({"data": [_resource(kind, row) for row in shown], "links": links})

    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the hour's limit."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise _jsonapi(401, "unauthorizedOauthToken", "The access token is invalid or has expired")
        if not self._rate.admit():
            raise _jsonapi(429, "rateLimitExceeded", "10,000 requests an hour")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an API in trouble does."""
        return _jsonapi({"429": 429, "quota": 429}.get(fault.kind, 500), "rateLimitExceeded", "try again").reply

    def expire_tokens(self) -> None:
        """Let the tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        names = ("OUTREACH_CLIENT_ID", "OUTREACH_CLIENT_SECRET", "OUTREACH_REFRESH_TOKEN")
        return {"OUTREACH_BASE_URL": self.base_url} | dict(zip(names, self._login, strict=True))

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._rate.clear()


class Salesloft(Service):
    """The Salesloft service."""

    name = "salesloft"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the tool's tables from the world's."""
        populate(home, "salesloft")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._rate = Rate(600, 60, 60)
        self._key = f"sandbox-salesloft-{surroundings.seed}"
        self.route("GET", "/v2/me", lambda call: Reply({"data": {"id": 1, "name": "API user"}}))
        for path, table in LISTS.items():
            self.route("GET", path, partial(self._page, table))

    def _page(self, table: str, call: Call) -> Reply:
        """GET a list with page, per_page, sort_by, sort_direction and updated_at[gte]."""
        size, number = call.value("per_page", "25"), call.value("page", "1")
        if not size.isdigit() or not 1 <= int(size) <= 100 or not number.isdigit() or not int(number):
            raise _told(422, "per_page is 1 to 100, page starts at 1")
        if (order := call.value("sort_by", "updated_at")) not in ("created_at", "updated_at") or call.value(
            "sort_direction", "DESC"
        ) not in ("ASC", "DESC"):
            raise _told(422, "sort_by created_at or updated_at, sort_direction ASC or DESC")
        since = _time(call.value("updated_at[gte]", "1970-01-01T00:00:00Z"))
        if since is None:
            raise _told(422, "updated_at[gte] is a time in ISO 8601")
        skipped, direction = (int(number) - 1) * int(size), call.value("sort_direction", "DESC")
        sql = f"""select * exclude (is_deleted) from salesloft.{table} where not is_deleted and updated_at >= $since
            order by {order} {direction}, id limit {int(size) + 1} offset {skipped}"""
        found = records(self.store, sql, {"since": since}, _iso)
        following = int(number) + 1 if len(found) > int(size) else None
        paging = {"per_page": int(size), "current_page": int(number), "next_page": following}
        return Reply({"metadata": {"paging": paging}, "data": found[: int(size)]})

    def admit(self, call: Call, route: Route) -> None:
        """Check the key and the minute's limit."""
        if call.headers.get("Authorization") != f"Bearer {self._key}":
            raise _told(401, "Not authorized")
        if not self._rate.admit():
            raise _told(429, "Rate limit exceeded")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an API in trouble does."""
        return _told({"429": 429, "quota": 429}.get(fault.kind, 500), "try again").reply

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {"SALESLOFT_BASE_URL": self.base_url, "SALESLOFT_API_KEY": self._key}

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._rate.clear()


def _resource(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON:API shows it: attributes, and relations to other resources."""
    relations = {
        name: {"data": {"type": TYPES[name], "id": row[name]} if row[name] is not None else None}
        for name in RELATED
        if name in row
    }
    hidden = {"id", "is_deleted", *relations}
    attributes = {name: value for name, value in row.items() if name not in hidden}
    return {"type": kind.removesuffix("s"), "id": row["id"], "attributes": attributes, "relationships": relations}


def _jsonapi(status: int, code: str, detail: str) -> Refusal:
    headers = {"Retry-After": "1"} if status == 429 else {}
    return Refusal(Reply({"errors": [{"id": code, "title": code, "detail": detail}]}, status, headers))


def _told(status: int, message: str) -> Refusal:
    return Refusal(Reply({"error": message}, status, {"Retry-After": "1"} if status == 429 else {}))


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else None


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
