"""A simulated Marketo subscription: identity, leads, lists, activities, programs, bulk extract.

Facts: AdobeDocs/marketo-developer.en (help/rest-api), AdobeDocs/marketo-apis (Swagger).
"""

from typing import Any
from urllib.parse import parse_qsl

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota, Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.marketo.activities import Activities
from sandbox.services.marketo.envelope import failure, success
from sandbox.services.marketo.exports import Exports
from sandbox.services.marketo.leads import Leads
from sandbox.services.marketo.lists import Lists
from sandbox.services.marketo.programs import Programs

TOKEN_SECONDS, DAILY_CALLS = 3599, 50_000
MAX_URI, MAX_BODY = 8_192, 1_000_000


class Marketo(Service):
    """The Marketo service."""

    name = "marketo"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._calls = DailyQuota(self.clock, DAILY_CALLS)
        self._rate = Rate(100, 20, 10)
        self._exports = Exports(self.store, self.clock)
        self._programs = Programs(self.store, self.clock)
        for method in ("GET", "POST"):
            self.route(method, "/identity/oauth/token", self._token, sign_in=True)
        self.route("GET", "/rest/v1/stats/usage.json", self._usage)
        leads = Leads(self.store, self.clock)
        self._lead_routes(leads, Lists(self.store, self.clock, leads))
        self._activity_routes(Activities(self.store, self.clock))

    def _lead_routes(self, leads: Leads, lists: Lists) -> None:
        self.route("GET", "/rest/v1/leads/describe.json", leads.describe)
        self.route("GET", "/rest/v1/lead/{id}.json", leads.by_id)
        self.route("GET", "/rest/v1/leads.json", leads.by_filter)
        self.route("POST", "/rest/v1/leads.json", leads.sync)
        self.route("POST", "/rest/v1/leads/delete.json", leads.delete)
        self.route("GET", "/rest/v1/lists.json", lists.all)
        self.route("GET", "/rest/v1/lists/{list}.json", lists.one)
        self.route("GET", "/rest/v1/lists/{list}/leads/ismember.json", lists.is_member)
        self.route("GET", "/rest/v1/lists/{list}/leads.json", lists.members)
        self.route("POST", "/rest/v1/lists/{list}/leads.json", lists.add)
        self.route("DELETE", "/rest/v1/lists/{list}/leads.json", lists.remove)
        self.route("GET", "/rest/v1/list/{list}/leads.json", lists.members)
        self.route("GET", "/rest/asset/v1/programs.json", lists.programs)
        base, programs = "/rest/v1/programs/{program}/members", self._programs
        self.route("GET", f"{base}.json", programs.members)
        self.route("POST", f"{base}/status.json", programs.change_status)
        self.route("POST", f"{base}/delete.json", programs.delete)
        self.route("GET", "/rest/v1/campaigns.json", programs.campaigns)
        self.route("POST", "/rest/v1/campaigns/{campaign}/trigger.json", programs.request)

    def _activity_routes(self, activities: Activities) -> None:
        self.route("GET", "/rest/v1/activities/types.json", activities.types)
        self.route("GET", "/rest/v1/activities/pagingtoken.json", activities.paging_token)
        self.route("GET", "/rest/v1/activities/deletedleads.json", activities.deleted)
        self.route("GET", "/rest/v1/activities/leadchanges.json", activities.changes)
        self.route("GET", "/rest/v1/activities.json", activities.page)
        base, exports = "/bulk/v1/{kind}/export", self._exports
        self.route("POST", f"{base}/create.json", exports.create)
        self.route("GET", f"{base}.json", exports.all)
        self.route("POST", f"{base}/{{id}}/enqueue.json", exports.enqueue)
        self.route("POST", f"{base}/{{id}}/cancel.json", exports.cancel)
        self.route("GET", f"{base}/{{id}}/status.json", exports.status)
        self.route("GET", f"{base}/{{id}}/file.json", exports.file)

    # -- sign-in
    @property
    def _client_id(self) -> str:
        return f"sandbox-marketo-{self.surroundings.seed}"

    @property
    def _client_secret(self) -> str:
        return f"sandbox-marketo-secret-{self.surroundings.seed}"

    def _token(self, call: Call) -> Reply:
        """Issue a token; asked again, the same one with what is left of its life."""
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            error = {"error": "unsupported_grant_type", "error_description": "Unsupported grant type"}
            return Reply(error, 401)
        if (form.get("client_id"), form.get("client_secret")) != (self._client_id, self._client_secret):
            return Reply({"error": "invalid_client", "error_description": "Bad client credentials"}, 401)
        token = self._tokens.issue("api@marketmap.sandbox", reuse=True)
        left = int((token.expires_at - self.clock.now()).total_seconds())
        return Reply({"access_token": token.value, "token_type": "bearer", "expires_in": left, "scope": token.actor})

    def _usage(self, call: Call) -> Reply:
        """GET stats/usage.json: the calls of today."""
        users = [{"userId": "api@marketmap.sandbox", "count": self._calls.used}]
        return success([{"date": self.clock.now().date().isoformat(), "total": self._calls.used, "users": users}])

    # -- hooks
    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], list[str]]:
        """Find a route; bulk extract knows leads and activities only."""
        route, params, allowed = super().find(method, path)
        if params.get("kind") not in (None, "leads", "activities"):
            return None, {}, []
        return route, params, allowed

    def answer(self, call: Call, route: Route | None, allowed: list[str], fault: Fault | None) -> Reply:
        """Answer within one of the ten places for concurrent calls."""
        with self._rate.slot() as free:
            if not free and not (route and route.sign_in):
                return failure("615").reply
            if route and call.method == "POST" and call.value("_method").upper() == "GET":
                call.query += parse_qsl(call.body.decode(), keep_blank_values=True)
                call.method, call.body = "GET", b""
                route, call.params, allowed = self.find("GET", call.path)
            reply = super().answer(call, route, allowed, fault)
            if call.actor and isinstance(reply.content, dict) and not reply.content["success"]:
                self._calls.refund()  # a refused call costs nothing
                self._rate.refund()
            return reply

    def admit(self, call: Call, route: Route) -> None:
        """Check sizes, token, rate and quota."""
        if len(call.path) + sum(len(key) + len(value) + 2 for key, value in call.query) > MAX_URI and not call.value(
            "_method"
        ):
            raise Refusal(Reply("Request-URI Too Long", 414, media_type="text/plain"))
        if len(call.body) > MAX_BODY:
            raise Refusal(Reply("Request Entity Too Large", 413, media_type="text/plain"))
        if route.sign_in:
            return
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not value:
            raise failure("600")
        token = self._tokens.find(value)
        if token is None:
            raise failure("601")
        if not self._tokens.is_live(token):
            raise failure("602")
        if not self._rate.admit():
            raise self._too_fast()
        if not self._calls.spend():
            self._rate.refund()
            raise failure("607")
        call.actor = token.actor

    def _too_fast(self) -> Refusal:
        return failure("606", f"Max rate limit '{self._rate.calls}' exceeded with in '{self._rate.seconds:g}' secs")

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer 610, or 605 for a method the path does not take."""
        return failure("605" if allowed else "610").reply

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as Marketo in trouble does: 606, 607, 611, inside HTTP 200."""
        if fault.kind == "429":
            return self._too_fast().reply
        return failure("607" if fault.kind == "quota" else "611").reply

    def expire_tokens(self) -> None:
        """Let the token run out."""
        self._tokens.expire_all()

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set daily_calls, rate_calls, rate_seconds, concurrent, token_seconds, export_bytes or export_seconds."""
        places: dict[str, tuple[Any, str]] = {
            "daily_calls": (self._calls, "limit"),
            "rate_calls": (self._rate, "calls"),
            "rate_seconds": (self._rate, "seconds"),
            "concurrent": (self._rate, "concurrent"),
            "token_seconds": (self._tokens, "lifetime_seconds"),
            "export_bytes": (self._exports.quota, "limit"),
            "export_seconds": (self._exports, "seconds"),
        }
        for name, value in settings.items():
            if name not in places:
                raise ValueError(f"marketo has no quota {name!r}; use one of {', '.join(places)}")
            setattr(*places[name], value)
        return {name: getattr(*place) for name, place in places.items()}

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "MARKETO_BASE_URL": self.base_url,
            "MARKETO_CLIENT_ID": self._client_id,
            "MARKETO_CLIENT_SECRET": self._client_secret,
        }

    def reset(self, store_changed: bool) -> None:
        """Forget calls, limits and jobs."""
        self._rate.calls, self._rate.seconds, self._rate.concurrent = 100, 20, 10
        self._rate.clear()
        self._calls.limit, self._tokens.lifetime_seconds = DAILY_CALLS, TOKEN_SECONDS
        self._calls.reset()
        self._exports.reset()
        if store_changed:
            self._programs.reset()
