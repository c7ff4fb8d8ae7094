"""A simulated Pipedrive (API v2, v1 where v2 has nothing): cursors, updated_since, custom fields behind 40-digit keys.

Facts: pipedrive.readme.io, "Pagination", "API v2 overview", "Rate limiting"; developers.pipedrive.com/docs/api.
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import Rate
from sandbox.framework.records import after, opened, records, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.world.derived import populate

ENTITIES = {"organizations": "organizationFields", "persons": "personFields", "deals": "dealFields"}
MOST, CALLS, SECONDS = 500, 200, 2


class Pipedrive(Service):
    """The Pipedrive service."""

    name = "pipedrive"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the company's tables from the world's."""
        populate(home, "pipedrive")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._rate = Rate(CALLS, SECONDS, 20)
        self._key = f"sandbox-pipedrive-{surroundings.seed}"
        self.route("GET", "/v1/users/me", lambda call: Reply({"success": True, "data": {"id": 1, "name": "API user"}}))
        self.route("GET", "/v1/users", lambda call: self._whole("users"))
        self.route("GET", "/api/v2/stages", lambda call: self._whole("stages"))
        for entity, fields in ENTITIES.items():
            self.route("GET", f"/api/v2/{entity}", partial(self._page, entity))
            self.route("GET", f"/v1/{fields}", partial(self._fields, entity))

    def _whole(self, table: str) -> Reply:
        found = records(
            self.store, f"select * from pipedrive.{table} order by id", {}, _v1 if table == "users" else _v2
        )
        return Reply({"success": True, "data": found, "additional_data": {"next_cursor": None}})

    def _fields(self, entity: str, call: Call) -> Reply:
        sql = "select key, name, true as edit_flag from pipedrive.fields where entity = $entity order by key"
        found = records(self.store, sql, {"entity": entity}, _v1)
        return Reply(
            {"success": True, "data": found, "additional_data": {"pagination": {"more_items_in_collection": False}}}
        )

    def _page(self, entity: str, call: Call) -> Reply:
        limit = call.value("limit", "100")
        if not limit.isdigit() or not 1 <= int(limit) <= MOST:
            raise _refusal(400, f"limit must be between 1 and {MOST}")
        order = call.value("sort_by", "id")
        if order not in ("id", "add_time", "update_time") or call.value("sort_direction", "asc") != "asc":
            raise _refusal(400, "sort_by: id, add_time or update_time")
        where, bound = self._conditions(call, entity)
        if token := call.value("cursor"):
            try:
                place = opened(token)
                bound |= {"order": place["order"], "key": place["key"]}
            except (ValueError, KeyError):
                raise _refusal(400, "Cursor is invalid") from None
            where += " and " + after(order, "id")
        sql = f'select * from pipedrive.{entity} where {where} order by "{order}", id limit {int(limit) + 1}'
        found = records(self.store, sql, bound, _v2)
        shown, following = found[: int(limit)], None
        if len(found) > int(limit):
            following = sealed({"order": shown[-1][order], "key": shown[-1]["id"]})
        custom = {key for (key,) in self._custom(entity)}
        data = [
            {n: v for n, v in row.items() if n not in custom} | {"custom_fields": {k: row.get(k) for k in custom}}
            for row in shown
        ]
        return Reply({"success": True, "data": data, "additional_data": {"next_cursor": following}})

    def _conditions(self, call: Call, entity: str) -> tuple[str, dict[str, Any]]:
        where, bound = "not is_deleted", dict[str, Any]()
        if entity == "deals" and (wanted := call.values("status")):
            where, bound = "list_contains($status, status)", {"status": wanted}
        if since := call.value("updated_since"):
            try:
                bound["since"] = datetime.strptime(since, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 (the store's times are UTC)
            except ValueError:
                raise _refusal(400, "updated_since: RFC3339, such as 2025-01-01T10:20:00Z") from None
            where += " and update_time >= $since"
        return where, bound

    def _custom(self, entity: str) -> list[tuple[str]]:
        with self.store.read() as cursor:
            return cursor.execute("select key from pipedrive.fields where entity = ?", [entity]).fetchall()

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the burst limit."""
        if call.headers.get("x-api-token", call.value("api_token")) != self._key:
            raise _refusal(401, "unauthorized access")
        if not self._rate.admit():
            raise _refusal(429, "request over limit")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an API in trouble does; the day's tokens end in 429, too."""
        return _refusal({"429": 429, "quota": 429}.get(fault.kind, 500), "request over limit").reply

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {"PIPEDRIVE_BASE_URL": self.base_url, "PIPEDRIVE_API_KEY": self._key}

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._rate.clear()


def _refusal(status: int, message: str) -> Refusal:
    headers = {"Retry-After": "1"} if status == 429 else {}
    return Refusal(Reply({"success": False, "error": message, "code": f"ERR_{status}"}, status, headers))


def _v1(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _v2(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
