"""A simulated Account Engagement (Pardot, API v5): named fields, page tokens, business unit, recycle bin.

Facts: developer.salesforce.com/docs/marketing/pardot, "Version 5 Overview", "Prospect", "Visitor Activity".
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.records import after, opened, records, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.world.derived import populate

OBJECTS = {
    "prospects": "prospects", "visitor-activities": "visitor_activities", "custom-fields": "custom_fields",
    "lists": "lists", "list-memberships": "list_memberships",
}  # fmt: skip
MEMBERSHIPS = "/api/v5/objects/list-memberships"
MOST, TOKEN_SECONDS, UNIT = 1000, 7200, "0UvSANDBOX0000000A"
FILTERS = ("listId", "prospectId")
SINCE = {"updatedAtAfter": "updatedAt", "createdAtAfter": "createdAt"}


class Pardot(Service):
    """The Account Engagement service."""

    name = "pardot"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the business unit's tables from the world's."""
        populate(home, "pardot")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._secret = f"sandbox-pardot-secret-{surroundings.seed}"
        self.route("POST", "/services/oauth2/token", self._token, sign_in=True)
        self.route("GET", "/api/v5/objects/account", lambda call: Reply({"id": 1}))
        self.route("GET", "/api/v5/objects/{objects}", self._query)
        self.route("POST", MEMBERSHIPS, self._add)
        self.route("DELETE", f"{MEMBERSHIPS}/{{id}}", self._remove)

    def _token(self, call: Call) -> Reply:
        form = call.form()
        known = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"))
        if known != ("client_credentials", "sandbox-pardot", self._secret):
            return Reply({"error": "invalid_client", "error_description": "invalid client credentials"}, 401)
        return Reply({"access_token": self._tokens.issue("integration").value, "token_type": "Bearer"})

    def _query(self, call: Call) -> Reply:
        table = OBJECTS.get(call.params["objects"])
        if table is None:
            raise _refusal(404, 60, "Unknown object")
        limit = call.value("limit", "200")
        if not limit.isdigit() or not 1 <= int(limit) <= MOST:
            raise _refusal(400, 59, f"limit is between 1 and {MOST}")
        columns = self._columns(table)
        wanted = call.values("fields") or ["id"]
        if unknown := [name for name in wanted if name not in columns]:
            raise _refusal(400, 59, f"One or more invalid fields: {', '.join(unknown)}")
        order = call.value("orderBy", "id")
        if order not in ("id", "createdAt", "updatedAt"):
            raise _refusal(400, 59, "orderBy: id, createdAt or updatedAt")
        where, bound = _conditions(call, columns)
        if token := call.value("nextPageToken"):
            try:
                place = opened(token)
                bound |= {"order": place["order"], "key": place["key"]}
            except (ValueError, KeyError):
                raise _refusal(400, 189, "Invalid nextPageToken") from None
            where += " and " + after(order, "id")
        shown = ", ".join(f'"{name}"' for name in dict.fromkeys(wanted))
        sql = f"""select "{order}" as "@order", id as "@key", {shown} from pardot.{table} where {where}
            order by "{order}", id limit {int(limit) + 1}"""
        found = records(self.store, sql, bound, _moment)
        following = None
        if len(found) > int(limit):
            last = found[int(limit) - 1]
            following = sealed({"order": last["@order"], "key": last["@key"]})
        values = [{n: v for n, v in row.items() if not n.startswith("@")} for row in found[: int(limit)]]
        return Reply({"nextPageToken": following, "nextPageUrl": None, "values": values})

    def _add(self, call: Call) -> Reply:
        """POST list-memberships: one prospect, by numbers, to a list that is not dynamic, and once."""
        body, now = call.json(), self.clock.now()
        number, prospect = (body.get(name) for name in FILTERS)
        if unknown := set(body) - {*FILTERS, "optedOut"}:
            raise _refusal(400, 59, f"One or more invalid fields: {', '.join(sorted(unknown))}")
        for name, value in zip(FILTERS, (number, prospect), strict=True):
            if type(value) is not int:
                raise _refusal(400, 59, f"{name} is required and a number")
        with self.store.write() as cursor:
            lists = cursor.execute('select "isDynamic" from pardot.lists where id = ?', [number]).fetchone()
            if lists is None or lists[0]:
                raise _refusal(400, 59, "listId: no such list" if lists is None else "listId: the list is dynamic")
            known = 'select 1 from pardot.prospects where id = ? and not "isDeleted"'
            if not cursor.execute(known, [prospect]).fetchone():
                raise _refusal(400, 3, "Invalid prospect ID")
            same = 'select 1 from pardot.list_memberships where "listId" = ? and "prospectId" = ?'
            if cursor.execute(same, [number, prospect]).fetchone():
                raise _refusal(400, 59, "The prospect is a member of the list already")
            following = "select coalesce(max(id), 0) + 1 from pardot.list_memberships"
            made = cursor.execute(following).fetchall()[0][0]
            row = [made, number, prospect, bool(body.get("optedOut")), now, now]
            cursor.execute("insert into pardot.list_memberships values (?, ?, ?, ?, ?, ?)", row)
            self._log(cursor, made, "add", {"list": number, "prospect": prospect})
        return Reply({"id": made}, 201)

    def _remove(self, call: Call) -> Reply:
        """DELETE list-memberships/{id}."""
        text = call.params["id"]
        sql = 'delete from pardot.list_memberships where id = ? returning "listId", "prospectId"'
        with self.store.write() as cursor:
            gone = cursor.execute(sql, [int(text)]).fetchone() if text.isdecimal() else None
            if gone is None:
                raise _refusal(404, 60, "No such list membership")
            self._log(cursor, int(text), "remove", {"list": gone[0], "prospect": gone[1]})
        return Reply(None, 204)

    def _log(self, cursor: DuckDBPyConnection, number: int, verb: str, member: dict[str, Any]) -> None:
        sql = """insert into sandbox.writes ("at", service, object, record_id, operation, actor, after)
            values (?, 'pardot', 'ListMembership', ?, ?, 'api', ?)"""
        cursor.execute(sql, [self.clock.now(), str(number), verb, json.dumps(member)])

    def _columns(self, table: str) -> list[str]:
        with self.store.read() as cursor:
            return [column[0] for column in cursor.execute(f"select * from pardot.{table} limit 0").description]

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the business unit."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise _refusal(401, 184, "access_token is invalid, unknown, or malformed")
        if call.headers.get("Pardot-Business-Unit-Id") != UNIT:
            raise _refusal(400, 181, "Business Unit ID not found or inactive")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an API in trouble does; the day's calls have a code of their own."""
        if fault.kind == "quota":
            return _refusal(429, 122, "Daily API rate limit met").reply
        status, code = (429, 66) if fault.kind == "429" else (500, 98)
        return _refusal(status, code, "Too many concurrent calls" if status == 429 else "Internal error").reply

    def expire_tokens(self) -> None:
        """Let the tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "PARDOT_BASE_URL": self.base_url, "PARDOT_LOGIN_URL": self.base_url, "PARDOT_CLIENT_ID": "sandbox-pardot",
            "PARDOT_CLIENT_SECRET": self._secret, "PARDOT_BUSINESS_UNIT_ID": UNIT,
        }  # fmt: skip


def _conditions(call: Call, columns: list[str]) -> tuple[str, dict[str, Any]]:
    where, bound = "true", dict[str, Any]()
    for name in FILTERS:
        if (text := call.value(name)) and name in columns:
            if not text.isdecimal():
                raise _refusal(400, 59, f"{name} is not a number")
            bound[name] = int(text)
            where += f' and "{name}" = ${name}'
    if "isDeleted" in columns:
        where += ' and "isDeleted"' if call.value("deleted") == "true" else ' and not "isDeleted"'
    for name, column in SINCE.items():
        if text := call.value(name):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                raise _refusal(400, 59, f"{name} is not a time") from None
            bound[name] = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
            where += f' and "{column}" > ${name}'
    return where, bound


def _refusal(status: int, code: int, message: str) -> Refusal:
    return Refusal(Reply({"code": code, "message": message}, status))


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
