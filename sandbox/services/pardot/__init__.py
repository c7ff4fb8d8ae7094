"""A simulated Account Engagement (Pardot, API v5): named fields, page tokens, business unit, recycle bin.

Facts: developer.salesforce.com/docs/marketing/pardot, "Version 5 Overview", "Prospect", "Visitor Activity".
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.records import after, opened, records, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.world.derived import populate

OBJECTS = {"prospects": "prospects", "visitor-activities": "visitor_activities", "custom-fields": "custom_fields"}
MOST, TOKEN_SECONDS, UNIT = 1000, 7200, "0UvSANDBOX0000000A"
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
        where, bound = _conditions(call, "isDeleted" in columns)
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


def _conditions(call: Call, has_bin: bool) -> tuple[str, dict[str, Any]]:
    where, bound = "true", dict[str, Any]()
    if has_bin:
        where = '"isDeleted"' if call.value("deleted") == "true" else 'not "isDeleted"'
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
