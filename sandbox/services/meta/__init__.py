"""A simulated Meta Marketing API: custom audiences of hashed people, filled in sessions; campaigns' insights by day.

Facts: developers.facebook.com, Marketing API, Custom Audiences (users edge, sessions, error codes, normalisation).
"""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.services.ad_reports import SCHEMA
from sandbox.services.audiences import SHA256, Audience, Audiences, object_body, struck
from sandbox.services.meta.insights import WrongParameter, insights
from sandbox.world.derived import populate

MAX_ROWS, MAX_AUDIENCES, SAMPLES = 10_000, 500, 100
SESSION = timedelta(minutes=90)
SOURCES = ("USER_PROVIDED_ONLY", "PARTNER_PROVIDED_ONLY", "BOTH_USER_AND_PARTNER_PROVIDED")
HASHED = ("EMAIL", "PHONE", "GEN", "DOBY", "DOBM", "DOBD", "FN", "LN", "FI", "ST", "CT", "ZIP", "COUNTRY")
PLAIN = ("MADID", "EXTERN_ID")
HOURLY_CALLS = 10_000


class Meta(Service):
    """The Meta service."""

    name = "meta"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the reports from the world's campaigns."""
        populate(home, SCHEMA)

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._audiences = Audiences(self.store, self.clock, self.name)
        self._sessions: dict[tuple[int, str], tuple[datetime, int, bool]] = {}
        self._calls, self._limit, self._expired = 0, HOURLY_CALLS, False
        self.route("GET", "/{version}/{account}/customaudiences", self._list)
        self.route("POST", "/{version}/{account}/customaudiences", self._create)
        self.route("GET", "/{version}/{account}/insights", self._insights)
        self.route("GET", "/{version}/{id}", self._show)
        self.route("POST", "/{version}/{id}/users", self._add)
        self.route("DELETE", "/{version}/{id}/users", self._remove)

    # -- routes
    def _list(self, call: Call) -> Reply:
        """GET act_<id>/customaudiences?fields=&limit=&after=: 25 a page."""
        self._check_account(call)
        start, size = int(call.value("after", "0")), min(100, int(call.value("limit", "25")))
        found = self._audiences.all()
        page: dict[str, Any] = {"data": [self._told(audience) for audience in found[start : start + size]]}
        if start + size < len(found):
            page["paging"] = {"cursors": {"before": str(start), "after": str(start + size)}, "next": "..."}
        return Reply(page)

    def _create(self, call: Call) -> Reply:
        """POST act_<id>/customaudiences {name, subtype CUSTOM, customer_file_source}."""
        self._check_account(call)
        body = _body(call)
        if not body.get("name") or body.get("subtype") != "CUSTOM":
            raise _refusal(100, "(#100) The parameters name and subtype are required")
        if body.get("customer_file_source") not in SOURCES:
            raise _refusal(100, "Invalid parameter: customer_file_source", 1870053)
        if len(self._audiences.all()) >= MAX_AUDIENCES:
            raise _refusal(2654, "You have reached the limit of custom audiences", 1713125)
        return Reply({"id": str(self._audiences.create(str(body["name"]), "CUSTOM", self._account).id)})

    def _insights(self, call: Call) -> Reply:
        self._check_account(call)
        try:
            return insights(call, self.store, self.clock.now().date(), self.base_url)
        except WrongParameter as wrong:
            raise _refusal(100, f"(#100) {wrong}") from wrong

    def _show(self, call: Call) -> Reply:
        return Reply(self._told(self._audience(call)))

    def _told(self, audience: Audience) -> dict[str, Any]:
        matched = self._audiences.size(audience) * 2 // 3
        low = max(1000, matched // 100 * 100) if matched else -1  # sizes are told in steps, never below 1,000
        return {
            "id": str(audience.id), "name": audience.name, "subtype": "CUSTOM",
            "approximate_count_lower_bound": low, "approximate_count_upper_bound": low + 100 if matched else -1,
            "operation_status": {"code": 200, "description": "Normal"},
        }  # fmt: skip

    def _add(self, call: Call) -> Reply:
        return self._users(call, add=True)

    def _remove(self, call: Call) -> Reply:
        return self._users(call, add=False)

    def _users(self, call: Call, *, add: bool) -> Reply:
        """POST or DELETE <audience>/users {session, payload{schema, data}}: counts, never which row."""
        audience, body = self._audience(call), _body(call)
        payload = body.get("payload")
        if not isinstance(payload, dict):
            raise _refusal(100, "(#100) The parameter payload is required")
        schema, rows = payload.get("schema"), payload.get("data")
        names = [schema] if isinstance(schema, str) else schema
        if not isinstance(names, list) or not names or not all(name in (*HASHED, *PLAIN) for name in names):
            raise _refusal(100, f"Invalid schema {schema}", 1870090)
        if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS:
            raise _refusal(100, f"data must hold 1 to {MAX_ROWS} rows", 1870144)
        session = self._session(audience, body.get("session"))
        fault = self.faults.take(self.name, call.method, call.path, ("partial_failure",))
        members, invalid = dict[str, Any](), dict[str, str]()
        for number, row in enumerate(rows):
            values = row if isinstance(row, list) else [row]
            problem = _problem(names, values)
            if fault and not problem and struck(fault.share, str(values[0])):
                problem = "Could not be processed"
            if problem:
                invalid[str(values[0] if values else number)] = problem
                continue
            key = next(str(value) for value in values if value)
            members[key] = {name: value for name, value in zip(names, values, strict=True) if value}
        self._audiences.change(audience, members if add else {}, [] if add else list(members))
        return Reply(
            {
                "audience_id": str(audience.id), "session_id": session, "num_received": len(rows),
                "num_invalid_entries": len(invalid), "invalid_entry_samples": dict(list(invalid.items())[:SAMPLES]),
            }
        )  # fmt: skip

    def _session(self, audience: Audience, given: Any) -> str:
        """Sessions are open for 90 minutes; batches are numbered from 1, and none follows the last one."""
        if given is None:
            return str(uuid4().int >> 66)
        if not isinstance(given, dict) or not isinstance(given.get("session_id"), int):
            raise _refusal(100, "(#100) session must hold a numeric session_id")
        batch, key, now = given.get("batch_seq"), (audience.id, str(given["session_id"])), self.clock.now()
        opened, last, closed = self._sessions.get(key, (now, 0, False))
        if batch == 1 and key not in self._sessions:
            opened = now
        elif key not in self._sessions:
            raise _refusal(2650, "The first batch of the session is missing", 1870147)
        if closed and batch != last:
            raise _refusal(2650, "The session has already finished", 1870159)
        if now - opened > SESSION:
            raise _refusal(2650, "The session has timed out", 1870158)
        if not isinstance(batch, int) or batch < 1:
            raise _refusal(100, "(#100) batch_seq must be a number from 1")
        self._sessions[key] = (opened, max(last, batch), bool(given.get("last_batch_flag")))
        return key[1]

    def _audience(self, call: Call) -> Audience:
        found = self._audiences.find(call.params["id"])
        if found is None:
            words = f"Unsupported request. Object with ID '{call.params['id']}' does not exist"
            raise _refusal(100, words, 33)
        return found

    def _check_account(self, call: Call) -> None:
        if call.params["account"] != f"act_{self._account}":
            raise _refusal(200, "(#200) Ad account owner has NOT granted permission", 1870050, 403)

    # -- hooks
    @property
    def _token(self) -> str:
        return f"sandbox-meta-token-{self.surroundings.seed}"

    @property
    def _account(self) -> str:
        return str(10_150_000_000 + self.surroundings.seed)

    def admit(self, call: Call, route: Route) -> None:
        """Check version, token and the hour's calls."""
        if not re.fullmatch(r"v\d+\.0", call.params["version"]):
            raise _refusal(2635, "You are calling an unknown version of the API", status=400)
        given = call.headers.get("Authorization", "").removeprefix("Bearer ") or call.value("access_token")
        if given != self._token or self._expired:
            self._expired = False  # a fault: the owner of the token renews it
            words = "Error validating access token: Session has expired"
            raise _refusal(190, words, 463, 401, "OAuthException")
        self._calls += 1
        if self._calls > self._limit:
            raise self._spent()

    @staticmethod
    def _spent() -> Refusal:
        return _refusal(80003, "There have been too many calls to this ad-account. Wait a bit and try again", 2446079)

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer code 100, or 2500 for a path nobody knows."""
        return _refusal(100 if allowed else 2500, f"Unknown path components: {call.path}").reply

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer code 17 for speed, 80003 for the hour, 2 for trouble."""
        if fault.kind == "quota":
            return self._spent().reply
        if fault.kind == "429":
            return _refusal(17, "(#17) User request limit reached", 2446079).reply
        return _refusal(2, "An unexpected error has occurred. Please retry your request later", 0, 500).reply

    def expire_tokens(self) -> None:
        """Refuse the token once."""
        self._expired = True

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `hourly_calls`."""
        if set(settings) != {"hourly_calls"}:
            raise ValueError(f"meta has no quota {', '.join(settings)}; use hourly_calls")
        self._limit = int(settings["hourly_calls"])
        return settings

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "META_BASE_URL": self.base_url,
            "META_ACCESS_TOKEN": self._token,
            "META_AD_ACCOUNT": self._account,
        }

    def reset(self, store_changed: bool) -> None:
        """Forget calls, sessions and limits."""
        self._calls, self._limit, self._expired = 0, HOURLY_CALLS, False
        self._sessions.clear()
        if store_changed:
            self._audiences.prepare()


def _problem(names: list[str], values: list[Any]) -> str:
    """Return why a row is invalid."""
    if len(values) != len(names) or not any(values):
        return "The row does not fit the schema"
    for name, value in zip(names, values, strict=True):
        if value and name in HASHED and not SHA256.fullmatch(str(value)):
            return f"{name} is not hashed with SHA-256"
    return ""


def _body(call: Call) -> dict[str, Any]:
    body = object_body(call.body)
    if body is None:
        raise _refusal(100, "(#100) The body is not a JSON object")
    return body


def _refusal(code: int, message: str, subcode: int = 0, status: int = 400, kind: str = "OAuthException") -> Refusal:
    error: dict[str, Any] = {"message": message, "type": kind, "code": code, "fbtrace_id": uuid4().hex[:11]}
    if subcode:
        error["error_subcode"] = subcode
    return Refusal(Reply({"error": error}, status))
