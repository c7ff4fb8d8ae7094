"""A simulated Zoho CRM (API v8): named fields, page tokens, If-Modified-Since, lists of what was deleted.

Facts: zoho.com/crm/developer/docs/api/v8, "Get records", "Get deleted records", "OAuth", "API limits".
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.records import opened, records, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.world.derived import populate

MODULES = ("Accounts", "Contacts", "Leads", "Deals")
MOST, MOST_FIELDS, MOST_BY_NUMBER, TOKEN_SECONDS = 200, 50, 2000, 3600


class Zoho(Service):
    """The Zoho CRM service."""

    name = "zoho"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the organisation's tables from the world's."""
        populate(home, "zoho")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS, "1000.")
        seed = surroundings.seed
        self._login = ("1000.SANDBOX", f"sandbox-zoho-secret-{seed}", f"1000.sandbox-refresh-{seed}")
        self.route("POST", "/oauth/v2/token", self._token, sign_in=True)
        self.route("GET", "/crm/v8/org", lambda call: Reply({"org": [{"company_name": "Sandbox"}]}))
        self.route("GET", "/crm/v8/users", self._users)
        self.route("GET", "/crm/v8/settings/fields", self._fields)
        self.route("GET", "/crm/v8/{module}/deleted", self._deleted)
        self.route("GET", "/crm/v8/{module}", self._records)

    def _token(self, call: Call) -> Reply:
        """Answer with a token, or as Zoho does: an error inside 200."""
        form = call.form()
        if form.get("grant_type") != "refresh_token":
            return Reply({"error": "unsupported_grant_type"})
        if tuple(form.get(name) for name in ("client_id", "client_secret", "refresh_token")) != self._login:
            return Reply({"error": "invalid_client"})
        token = self._tokens.issue("self client")
        return Reply(
            {"access_token": token.value, "api_domain": self.base_url, "token_type": "Bearer", "expires_in": 3600}
        )

    def _users(self, call: Call) -> Reply:
        return self._numbered(call, "users", "select * from zoho.users order by id", {})

    def _fields(self, call: Call) -> Reply:
        module = self._module(call.value("module"))
        columns = [name for name in self._columns(module) if name not in ("id", "Id")]
        return Reply({"fields": [{"api_name": name, "field_label": name.replace("_", " ")} for name in columns]})

    def _deleted(self, call: Call) -> Reply:
        module, since = self._module(call.params["module"]), _since(call.headers)
        if call.value("type", "all") not in ("all", "recycle", "permanent"):
            raise _refusal(400, "INVALID_DATA", "type")
        sql = "select id, type, deleted_time from zoho.deleted where module = $module and deleted_time >= $since"
        sql += " order by id"
        return self._numbered(call, "data", sql, {"module": module, "since": since or datetime(1970, 1, 1)})  # noqa: DTZ001 (as stored)

    def _numbered(self, call: Call, name: str, sql: str, bound: dict[str, Any]) -> Reply:
        size, number = _whole(call, "per_page", MOST), _whole(call, "page", 1)
        found = records(self.store, f"{sql} limit {size + 1} offset {(number - 1) * size}", bound, _moment)
        if not found:
            return Reply(None, 204)
        info = {"per_page": size, "count": len(found[:size]), "page": number, "more_records": len(found) > size}
        return Reply({name: found[:size], "info": info})

    def _records(self, call: Call) -> Reply:
        module, wanted = self._module(call.params["module"]), call.values("fields")
        if not wanted:
            raise _refusal(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing: fields")
        if len(wanted) > MOST_FIELDS:
            raise _refusal(400, "LIMIT_EXCEEDED", f"maximum {MOST_FIELDS} fields are allowed")
        size, since = _whole(call, "per_page", MOST), _since(call.headers)
        if (_whole(call, "page", 1) - 1) * size >= MOST_BY_NUMBER:
            raise _refusal(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", "use page_token beyond 2000 records")
        place = {"key": ""}
        if token := call.value("page_token"):
            try:
                place = opened(token)
            except ValueError:
                raise _refusal(400, "INVALID_TOKEN", "the page_token is invalid") from None
        own = set(self._columns(module))
        columns = ", ".join(f'"{name}"' for name in ("id", *wanted) if name in own and (name != "id"))
        where = '"id" > $key' + (' and "Modified_Time" >= $since' if since else "")
        bound = {"key": place["key"]} | ({"since": since} if since else {})
        sql = f'select id, {columns} from zoho."{module}" where {where} order by id limit {size + 1}'
        found = records(self.store, sql, bound, _moment)
        if not found:
            return Reply(None, 304 if since else 204)
        shown, more = found[:size], len(found) > size
        info = {
            "per_page": size, "count": len(shown), "sort_by": "id", "sort_order": "asc", "more_records": more,
            "next_page_token": sealed({"key": shown[-1]["id"]}) if more else None,
        }  # fmt: skip
        return Reply({"data": [row | {"$editable": True} for row in shown], "info": info})

    def _module(self, name: str) -> str:
        if name not in MODULES:
            raise _refusal(400, "INVALID_MODULE", "The module name given seems to be invalid")
        return name

    def _columns(self, module: str) -> list[str]:
        with self.store.read() as cursor:
            return [column[0] for column in cursor.execute(f'select * from zoho."{module}" limit 0').description]

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check the token."""
        if route.sign_in:
            return
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        token = self._tokens.find(value)
        if scheme != "Zoho-oauthtoken" or token is None or not self._tokens.is_live(token):
            raise _refusal(401, "INVALID_TOKEN", "invalid oauth token")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an API in trouble does."""
        if fault.kind in ("429", "quota"):
            return _refusal(429, "TOO_MANY_REQUESTS", "You have reached the maximum number of API calls").reply
        return _refusal(500, "INTERNAL_ERROR", "Internal Server Error").reply

    def expire_tokens(self) -> None:
        """Let the tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        names = ("ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET", "ZOHO_REFRESH_TOKEN")
        addresses = {"ZOHO_BASE_URL": self.base_url, "ZOHO_LOGIN_URL": self.base_url}
        return addresses | dict(zip(names, self._login, strict=True))


def _refusal(status: int, code: str, message: str) -> Refusal:
    return Refusal(Reply({"code": code, "details": {}, "message": message, "status": "error"}, status))


def _whole(call: Call, name: str, default: int) -> int:
    text = call.value(name, str(default))
    if not text.isdigit() or int(text) < 1 or (name == "per_page" and int(text) > MOST):
        raise _refusal(400, "INVALID_DATA", name)
    return int(text)


def _since(headers: Mapping[str, str]) -> datetime | None:
    text = headers.get("If-Modified-Since", "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refusal(400, "INVALID_HEADER", "If-Modified-Since: an ISO 8601 time with its offset")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
