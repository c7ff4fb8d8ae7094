"""A simulated LinkedIn Marketing API: DMP segments of hashed people or of companies, and ad reports.

Facts: learn.microsoft.com/linkedin/marketing/matched-audiences (dmpSegments, users, companies), API errors of Rest.li.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota, Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.ad_reports import SCHEMA
from sandbox.services.audiences import Audience, Audiences, object_body, struck
from sandbox.services.linkedin.elements import TOLD, company, user
from sandbox.services.linkedin.refusals import refusal
from sandbox.services.linkedin.reports import Reports
from sandbox.world.derived import populate

TOKEN_SECONDS, DAILY_CALLS = 60 * 86_400, 100_000
USERS_PER_MINUTE, COMPANIES_PER_MINUTE, MAX_ELEMENTS = 600, 300, 5_000
READY_AFTER = timedelta(seconds=5)
VERSION = re.compile(r"20\d{4}")
VERSIONS = ("202511", "202610")  # a version is switched off about a year after its month


class LinkedIn(Service):
    """The LinkedIn service."""

    name = "linkedin"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the reports from the world's campaigns."""
        populate(home, SCHEMA)

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._calls = DailyQuota(self.clock, DAILY_CALLS)
        self._rates = {"users": Rate(USERS_PER_MINUTE, 60, 50), "companies": Rate(COMPANIES_PER_MINUTE, 60, 50)}
        self._audiences = Audiences(self.store, self.clock, self.name)
        self.route("POST", "/oauth/v2/accessToken", self._token, sign_in=True)
        self.route("POST", "/rest/dmpSegments", self._create)
        self.route("GET", "/rest/dmpSegments", self._list)
        self.route("GET", "/rest/dmpSegments/{id}", self._show)
        self.route("POST", "/rest/dmpSegments/{id}/{kind}", self._stream)
        self._reports = Reports(self.store, self.clock, self._account)
        for path, handler in self._reports.routes().items():
            self.route("GET", path, handler)

    # -- routes
    def _token(self, call: Call) -> Reply:
        """Exchange the refresh token for an access token of 60 days."""
        form = call.form()
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self._refresh_token:
            return Reply({"error": "invalid_request", "error_description": "The refresh token is invalid"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self._client_id, self._client_secret):
            return Reply({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        return Reply({"access_token": self._tokens.issue("api").value, "expires_in": self._tokens.lifetime_seconds})

    def _create(self, call: Call) -> Reply:
        """POST dmpSegments {name, sourcePlatform, account, type, destinations}: the id comes in x-restli-id."""
        body = _body(call)
        for name in ("name", "sourcePlatform", "account", "type", "destinations"):
            if not body.get(name):
                raise refusal(400, "ILLEGAL_ARGUMENT", f"Field /{name} is required")
        if body["type"] not in ("USER", "COMPANY"):
            raise refusal(400, "ILLEGAL_ARGUMENT", f"Unknown DMP segment type {body['type']}")
        if body["account"] != self._account:
            raise refusal(403, "ACCESS_DENIED", f"No access to {body['account']}")
        made = self._audiences.create(str(body["name"]), str(body["type"]), str(body["account"]))
        return Reply(None, 201, {"x-restli-id": str(made.id), "x-linkedin-id": str(made.id)})

    def _list(self, call: Call) -> Reply:
        """GET dmpSegments?q=account&account=urn&start=&count=."""
        if call.value("q") != "account" or call.value("account") != self._account:
            raise refusal(400, "ILLEGAL_ARGUMENT", "The finder account needs parameter account")
        start, count = int(call.value("start", "0")), min(100, int(call.value("count", "10")))
        found = self._audiences.all()
        paging = {"start": start, "count": count, "total": len(found), "links": []}
        return Reply({"elements": [self._segment(a) for a in found[start : start + count]], "paging": paging})

    def _show(self, call: Call) -> Reply:
        return Reply(self._segment(self._ready(call)))

    def _segment(self, audience: Audience) -> dict[str, Any]:
        size = self._audiences.size(audience)
        state = {"destination": "LINKEDIN", "status": "READY" if size else "BUILDING", "audienceSize": size // 3 * 2}
        return {
            "id": audience.id, "name": audience.name, "type": audience.kind, "account": audience.account,
            "destinations": [state],
        }  # fmt: skip

    def _ready(self, call: Call) -> Audience:
        """A segment takes five seconds until it can be found."""
        found = self._audiences.find(call.params["id"])
        if found is None or self.clock.now() - found.created_at < READY_AFTER:
            raise refusal(404, "NOT_FOUND", f"DMP segment {call.params['id']} was not found")
        return found

    def _stream(self, call: Call) -> Reply:
        """POST dmpSegments/{id}/users|companies: BATCH_CREATE, one status per element, in order."""
        kind = call.params["kind"]
        if kind not in self._rates:
            return self.unknown_route(call, [])
        if call.headers.get("X-RestLi-Method", "").upper() != "BATCH_CREATE":
            raise refusal(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method must be BATCH_CREATE")
        if not self._rates[kind].admit():
            raise _throttled(kind)
        audience = self._ready(call)
        if (kind == "users") != (audience.kind == "USER"):
            raise refusal(400, "ILLEGAL_ARGUMENT", f"A segment of type {audience.kind} takes no {kind}")
        elements = _body(call).get("elements")
        if not isinstance(elements, list) or not 0 < len(elements) <= MAX_ELEMENTS:
            raise refusal(400, "ILLEGAL_ARGUMENT", f"elements must hold 1 to {MAX_ELEMENTS} entries")
        fault = self.faults.take(self.name, call.method, call.path, ("partial_failure",))
        add, remove, results = dict[str, Any](), list[str](), list[dict[str, Any]]()
        for element in elements:
            key, problem = user(element) if kind == "users" else company(element)
            if fault and not problem and struck(fault.share, key):
                problem = "Internal error, try again"
            if problem:
                status = 500 if problem.startswith("Internal") else 400
                results.append({"status": status, "error": {"status": status, "message": problem}})
                continue
            results.append({"status": 201})
            if element["action"] == "ADD":
                add[key] = {name: element[name] for name in TOLD[kind] if element.get(name)}
            else:
                remove.append(key)
        self._audiences.change(audience, add, remove)
        return Reply({"elements": results})

    # -- hooks
    @property
    def _client_id(self) -> str:
        return f"sandbox-linkedin-{self.surroundings.seed}"

    @property
    def _client_secret(self) -> str:
        return f"sandbox-linkedin-secret-{self.surroundings.seed}"

    @property
    def _refresh_token(self) -> str:
        return f"sandbox-linkedin-refresh-{self.surroundings.seed}"

    @property
    def _account(self) -> str:
        return f"urn:li:sponsoredAccount:{516_848_000 + self.surroundings.seed}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the token, the version headers and the day's budget."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            code = "INVALID_ACCESS_TOKEN" if token is None else "EXPIRED_ACCESS_TOKEN"
            raise refusal(401, code, "The token used in the request is not valid", 65601)
        if not VERSION.fullmatch(call.headers.get("LinkedIn-Version", "")):
            raise refusal(400, "VERSION_MISSING", "A version must be present. Please specify a version")
        version = call.headers["LinkedIn-Version"]
        if not VERSIONS[0] <= version <= VERSIONS[1]:
            raise refusal(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        if call.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            raise refusal(400, "ILLEGAL_ARGUMENT", "X-Restli-Protocol-Version must be 2.0.0")
        if not self._calls.spend():
            raise self._spent()

    @staticmethod
    def _spent() -> Refusal:
        return refusal(
            429, "TOO_MANY_REQUESTS", "Resource level throttle APPLICATION_AND_MEMBER DAY limit reached", 101
        )

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer 404, or 405 for a method the path does not take."""
        return refusal(
            405 if allowed else 404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {call.path}"
        ).reply

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429 for speed, 429 for the day, or 500."""
        if fault.kind == "quota":
            return self._spent().reply
        return (
            _throttled("users").reply if fault.kind == "429" else refusal(500, "SERVER_ERROR", "Internal error").reply
        )

    def expire_tokens(self) -> None:
        """Let all access tokens run out."""
        self._tokens.expire_all()

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `daily_calls`, and `ad_reports`: whether the app has the right to read them."""
        if unknown := settings.keys() - {"daily_calls", "ad_reports"}:
            raise ValueError(f"linkedin has no quota {', '.join(unknown)}; use daily_calls, ad_reports")
        self._calls.limit = int(settings.get("daily_calls", self._calls.limit))
        self._reports.may_be_read = bool(settings.get("ad_reports", self._reports.may_be_read))
        return settings

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "LINKEDIN_BASE_URL": self.base_url,
            "LINKEDIN_CLIENT_ID": self._client_id,
            "LINKEDIN_CLIENT_SECRET": self._client_secret,
            "LINKEDIN_REFRESH_TOKEN": self._refresh_token,
            "LINKEDIN_AD_ACCOUNT": self._account.rpartition(":")[2],
        }

    def reset(self, store_changed: bool) -> None:
        """Forget calls and limits."""
        self._calls.limit, self._reports.may_be_read = DAILY_CALLS, True
        self._calls.reset()
        for rate in self._rates.values():
            rate.clear()
        if store_changed:
            self._audiences.prepare()


def _body(call: Call) -> dict[str, Any]:
    body = object_body(call.body)
    if body is None:
        raise refusal(400, "ILLEGAL_ARGUMENT", "The body is not a JSON object")
    return body


def _throttled(kind: str) -> Refusal:
    refused = refusal(429, "TOO_MANY_REQUESTS", f"Resource level throttle for {kind} is reached", 101)
    refused.reply.headers["Retry-After"] = "1"
    return refused
