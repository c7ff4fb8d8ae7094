"""A simulated ZoomInfo: sign-in for an hour's token, company enrichment for credits, usage.

Facts: reference of the legacy enterprise API (POST /enrich/company), 25 inputs per call, token of 60 minutes.
A company costs one credit the first time within 12 months; a miss costs none. Without credits: HTTP 402.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.zoominfo.matching import INPUTS, find

TOKEN_SECONDS, CREDITS, MAX_INPUTS = 3600, 200_000, 25
FREE_FOR = timedelta(days=365)


class ZoomInfo(Service):
    """The ZoomInfo service."""

    name = "zoominfo"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._credits = CREDITS
        self._requests = 0
        self._open_account()
        self.route("POST", "/authenticate", self._authenticate, sign_in=True)
        self.route("POST", "/enrich/company", self._enrich)
        self.route("GET", "/lookup/usage", self._usage)

    def _open_account(self) -> None:
        with self.store.define() as cursor:
            cursor.execute(
                "create table if not exists sandbox.credits (company_id bigint primary key, at_date timestamp)"
            )
            described = cursor.execute("describe zoominfo.companies").fetchall()
        self._fields = [str(row[0]) for row in described]

    # -- routes
    def _authenticate(self, call: Call) -> Reply:
        given = self._body(call)
        if (given.get("username"), given.get("password")) != (self._username, self._password):
            raise _refusal(401, "Invalid credentials")
        return Reply({"jwt": self._tokens.issue(self._username).value})

    def _enrich(self, call: Call) -> Reply:
        """POST /enrich/company {matchCompanyInput: [<=25], outputFields: []}."""
        given = self._body(call)
        inputs, fields = given.get("matchCompanyInput"), given.get("outputFields")
        if not isinstance(inputs, list) or not inputs or not all(isinstance(entry, dict) for entry in inputs):
            raise _refusal(400, "matchCompanyInput must hold at least one input")
        if len(inputs) > MAX_INPUTS:
            raise _refusal(400, f"matchCompanyInput holds {len(inputs)} inputs; at most {MAX_INPUTS} are allowed")
        if not isinstance(fields, list) or not fields:
            raise _refusal(400, "outputFields must name at least one field")
        for kind, names, known in (
            ("output field", fields, self._fields),
            ("match field", [name for entry in inputs for name in entry], INPUTS),
        ):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise _refusal(400, f"Invalid {kind} requested: {', '.join(map(str, unknown))}")
        with self.store.read() as cursor:
            found = find(cursor, inputs, self._fields)
        self._charge({row["id"] for row in found if row})
        results = [
            {
                "input": entry,
                "data": [{name: _json(row[name]) for name in dict.fromkeys(["id", *fields])}] if row else [],
                "matchStatus": "FULL_MATCH" if row else "NO_MATCH",
            }
            for entry, row in zip(inputs, found, strict=True)
        ]
        return Reply({"success": True, "data": {"outputFields": [fields], "result": results}})

    def _charge(self, companies: set[int]) -> None:
        """Take a credit for each company not bought within a year; refuse the call when they do not suffice."""
        now = self.clock.now()
        with self.store.write() as cursor:
            owned = "select company_id from sandbox.credits where at_date > ?"
            new = companies - {row[0] for row in cursor.execute(owned, [now - FREE_FOR]).fetchall()}
            if (
                self._spent(cursor.execute("select count(*) from sandbox.credits").fetchall()) + len(new)
                > self._credits
            ):
                raise _refusal(402, "Credit limit exceeded")
            if new:
                rows = "insert or replace into sandbox.credits select unnest(?::bigint[]), ?"
                cursor.execute(rows, [sorted(new), now])

    def _spent(self, counted: list[tuple[Any, ...]]) -> int:
        return int(counted[0][0])

    def _usage(self, call: Call) -> Reply:
        with self.store.read() as cursor:
            spent = self._spent(cursor.execute("select count(*) from sandbox.credits").fetchall())
        limits = (
            ("uniqueIdLimit", "Unique ID Limit", self._credits, spent),
            ("requestLimit", "Request Limit", 1_000_000, self._requests),
        )
        return Reply(
            {
                "usage": [
                    {"limitType": kind, "description": text, "totalLimit": limit, "currentUsage": used,
                     "usageRemaining": max(0, limit - used)}
                    for kind, text, limit, used in limits
                ]
            }
        )  # fmt: skip

    def _body(self, call: Call) -> dict[str, Any]:
        try:
            content = call.json()
        except ValueError:
            raise _refusal(400, "the body is not valid JSON") from None
        if not isinstance(content, dict):
            raise _refusal(400, "the body must be a JSON object")
        return content

    # -- hooks
    @property
    def _username(self) -> str:
        return "api@marketmap.sandbox"

    @property
    def _password(self) -> str:
        return f"sandbox-zoominfo-{self.surroundings.seed}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the token."""
        if route.sign_in:
            return
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        token = self._tokens.find(value) if scheme == "Bearer" else None
        if token is None or not self._tokens.is_live(token):
            raise _refusal(401, "Expired or invalid token")
        self._requests += 1

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 500, or 402 for used-up credits."""
        status, message = {
            "429": (429, "Rate limit exceeded"),
            "quota": (402, "Credit limit exceeded"),
        }.get(fault.kind, (500, "Internal server error"))
        return _refusal(status, message).reply

    def expire_tokens(self) -> None:
        """Let all tokens run out."""
        self._tokens.expire_all()

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `credits` or `token_seconds`."""
        for name, value in settings.items():
            if name == "credits":
                self._credits = int(value)
            elif name == "token_seconds":
                self._tokens.lifetime_seconds = int(value)
            else:
                raise ValueError(f"zoominfo has no quota {name!r}; use credits or token_seconds")
        return {"credits": self._credits, "token_seconds": self._tokens.lifetime_seconds}

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "ZOOMINFO_BASE_URL": self.base_url,
            "ZOOMINFO_USERNAME": self._username,
            "ZOOMINFO_PASSWORD": self._password,
        }

    def edited(self) -> None:
        """Look at the fields again."""
        self._open_account()

    def reset(self, store_changed: bool) -> None:
        """Forget use and limits."""
        self._credits, self._requests, self._tokens.lifetime_seconds = CREDITS, 0, TOKEN_SECONDS
        if store_changed:
            self._open_account()


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(Reply({"success": False, "statusCode": status, "error": message}, status))


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
