"""A simulated HubSpot portal: CRM objects v3, search, properties, associations v4, lists, owners, Marketing Hub.

Facts: HubSpot's OpenAPI descriptions (PublicApiSpecs) and developers.hubspot.com; activation_apis.md of the project.
"""

import secrets
from pathlib import Path
from typing import Any

from sandbox.framework.control import Verb
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota, Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.hubspot.associations import Associations
from sandbox.services.hubspot.directory import PORTAL_ID, Directory
from sandbox.services.hubspot.errors import error_body, refusal, too_fast
from sandbox.services.hubspot.lists import Lists
from sandbox.services.hubspot.marketing import Marketing
from sandbox.services.hubspot.objects import Objects
from sandbox.services.hubspot.saving import Saving
from sandbox.services.hubspot.schema import Schema
from sandbox.services.hubspot.searching import Searching
from sandbox.services.hubspot.webhooks import Webhooks
from sandbox.services.hubspot.writes import Writes
from sandbox.world.hubspot import populate_hubspot

DAILY_CALLS, BURST, BURST_SECONDS, SEARCHES = 650_000, 190, 10, 5  # Professional, private app
OAUTH_SECONDS, MAX_URI = 1800, 16_384


class HubSpot(Service):
    """The HubSpot service."""

    name = "hubspot"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the portal's tables from the world's."""
        populate_hubspot(home)

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        seed = surroundings.seed
        self.access_token = f"pat-na1-sandbox-{seed}"
        self._app = {"client_id": f"sandbox-hubspot-{seed}", "client_secret": f"sandbox-hubspot-secret-{seed}"}
        self._refresh_token = f"sandbox-hubspot-refresh-{seed}"
        self._tokens = Tokens(self.clock, OAUTH_SECONDS, prefix="CO")
        self._calls, self._rate, self._searches = (
            DailyQuota(self.clock, DAILY_CALLS),
            Rate(BURST, BURST_SECONDS, 50),
            Rate(SEARCHES, 1, 50),
        )
        self._schema = Schema(self.store, self.clock)
        self._objects = Objects(self.store, self.clock, self._schema)
        self._searching = Searching(self.store, self.clock, self._schema, self._objects)
        self._webhooks = Webhooks(self.clock, self._app["client_secret"])
        saving = Saving(self.store, self.clock, self._objects)
        saving.listeners.append(self._webhooks.take)
        self.route("POST", "/oauth/v1/token", self._token, sign_in=True)
        self._list_routes()
        self._association_routes()
        self._directory_routes()
        self._object_routes(Writes(self.clock, self.faults, self._schema, self._objects, saving))

    def _object_routes(self, writes: Writes) -> None:
        base = "/crm/v3/objects/{type}"
        self.route("POST", f"{base}/search", self._searching.search)
        self.route("POST", f"{base}/batch/read", self._objects.batch_read)
        self.route("POST", f"{base}/batch/create", writes.batch_create)
        self.route("POST", f"{base}/batch/update", writes.batch_update)
        self.route("POST", f"{base}/batch/upsert", writes.batch_upsert)
        self.route("POST", f"{base}/batch/archive", writes.batch_archive)
        self.route("POST", f"{base}/merge", writes.merge)
        self.route("POST", f"{base}/gdpr-delete", writes.erase)
        self.route("GET", base, self._objects.page)
        self.route("POST", base, writes.create)
        self.route("GET", f"{base}/{{id}}", self._objects.one)
        self.route("PATCH", f"{base}/{{id}}", writes.update)
        self.route("DELETE", f"{base}/{{id}}", writes.archive)

    def _association_routes(self) -> None:
        handlers, base = (
            Associations(self.store, self.clock, self._schema, self._objects),
            "/crm/v4/associations/{from}/{to}",
        )
        self.route("GET", f"{base}/labels", handlers.labels)
        self.route("POST", f"{base}/batch/read", handlers.batch_read)
        self.route("POST", f"{base}/batch/create", handlers.batch_create)
        self.route("POST", f"{base}/batch/associate/default", handlers.batch_create)
        self.route("POST", f"{base}/batch/archive", handlers.batch_archive)
        one = "/crm/v4/objects/{from}/{id}/associations/{to}"
        self.route("GET", one, handlers.of_one)
        self.route("PUT", f"{one}/{{other}}", handlers.put)
        self.route("DELETE", f"{one}/{{other}}", handlers.delete)

    def _list_routes(self) -> None:
        handlers, base = Lists(self.store, self.clock, self._schema, self._objects), "/crm/v3/lists"
        self.route("POST", f"{base}/search", handlers.search)
        self.route("POST", base, handlers.create)
        self.route("GET", f"{base}/object-type-id/{{type}}/name/{{name}}", handlers.by_name)
        self.route("GET", f"{base}/{{list}}", handlers.one)
        self.route("DELETE", f"{base}/{{list}}", handlers.delete)
        self.route("GET", f"{base}/{{list}}/memberships", handlers.members)
        self.route("DELETE", f"{base}/{{list}}/memberships", handlers.clear)
        self.route("PUT", f"{base}/{{list}}/memberships/add", handlers.add)
        self.route("PUT", f"{base}/{{list}}/memberships/remove", handlers.remove)
        self.route("PUT", f"{base}/{{list}}/memberships/add-and-remove", handlers.add_and_remove)

    def _directory_routes(self) -> None:
        own, base = (
            Directory(self.store, self.clock, self._schema, self._objects, self._calls),
            "/crm/v3/properties/{type}",
        )
        self.route("GET", "/account-info/v3/details", own.account)
        self.route("GET", "/account-info/v3/api-usage/daily/private-apps", own.usage)
        self.route("GET", "/crm/v3/owners", own.owners)
        self.route("GET", "/crm/v3/owners/{id}", own.owner)
        self.route("GET", "/crm/v3/pipelines/{type}", own.pipelines)
        self.route("GET", f"{base}/groups", own.groups)
        self.route("POST", f"{base}/batch/create", own.add_properties)
        self.route("GET", base, own.properties)
        self.route("POST", base, own.add_property)
        self.route("GET", f"{base}/{{name}}", own.property)
        self.route("PATCH", f"{base}/{{name}}", own.change_property)
        self.route("DELETE", f"{base}/{{name}}", own.archive_property)
        marketing = Marketing(self.store, self._objects)
        self.route("GET", "/email/public/v1/events", marketing.email_events)
        self.route("GET", "/email/public/v1/campaigns/by-id", marketing.campaigns)
        self.route("GET", "/email/public/v1/campaigns/{id}", marketing.campaign)
        self.route("GET", "/marketing/v3/forms", marketing.forms)
        self.route("GET", "/form-integrations/v1/submissions/forms/{form}", marketing.submissions)
        self.route("GET", "/events/v3/events", marketing.events)

    # -- sign-in
    def _token(self, call: Call) -> Reply:
        """POST oauth/v1/token with grant_type=refresh_token: a token of 30 minutes."""
        form = call.form()
        if any(form.get(key) != value for key, value in self._app.items()):
            return Reply(
                error_body("VALIDATION_ERROR", "missing or unknown client id") | {"status": "BAD_CLIENT_ID"}, 400
            )
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self._refresh_token:
            body = error_body("VALIDATION_ERROR", "missing or invalid refresh token") | {"status": "BAD_REFRESH_TOKEN"}
            return Reply(body, 400)
        token = self._tokens.issue("oauth app")
        own = {"access_token": token.value, "refresh_token": self._refresh_token, "token_type": "bearer"}
        return Reply(own | {"expires_in": self._tokens.lifetime_seconds, "hub_id": PORTAL_ID})

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check length, token, daily quota and rate; search has a rate of its own and spends no burst."""
        if len(call.path) + sum(len(key) + len(value) + 2 for key, value in call.query) > MAX_URI:
            raise refusal("VALIDATION_ERROR", "URI Too Long")
        if route.sign_in:
            return
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        token = self._tokens.find(value)
        if scheme.lower() != "bearer" or not (
            token or secrets.compare_digest(value.encode(), self.access_token.encode())
        ):
            raise refusal(
                "INVALID_AUTHENTICATION",
                "Authentication credentials not found. This API supports OAuth 2.0 authentication",
            )
        if token and not self._tokens.is_live(token):
            raise refusal("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 1 second(s) ago.")
        if not (self._searches if route.template.endswith("objects/{type}/search") else self._rate).admit():
            raise too_fast("SECONDLY" if route.template.endswith("objects/{type}/search") else "TEN_SECONDLY_ROLLING")
        if not self._calls.spend():
            raise too_fast("DAILY")
        call.actor = token.actor if token else "private app"
        self._objects.base_url = self.base_url

    def finish(self, call: Call, reply: Reply) -> None:
        """Tell the limits, except on search."""
        if call.actor and not (call.path.endswith("/search") and "/objects/" in call.path):
            reply.headers |= {
                "X-HubSpot-RateLimit-Max": str(self._rate.calls),
                "X-HubSpot-RateLimit-Remaining": str(self._rate.left),
                "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(self._rate.seconds * 1000)),
                "X-HubSpot-RateLimit-Daily": str(self._calls.limit),
                "X-HubSpot-RateLimit-Daily-Remaining": str(self._calls.remaining),
            }

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer 404, or 405."""
        if allowed:
            return Reply(error_body("METHOD_NOT_ALLOWED", "Method not allowed"), 405)
        return Reply(error_body("OBJECT_NOT_FOUND", "Unable to find the requested resource"), 404)

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as HubSpot in trouble does."""
        if fault.kind in ("429", "quota"):
            return too_fast("TEN_SECONDLY_ROLLING" if fault.kind == "429" else "DAILY").reply
        return Reply(error_body("INTERNAL_ERROR", "internal error"), 500)

    def expire_tokens(self) -> None:
        """Let OAuth tokens run out; a private app's token has no end."""
        self._tokens.expire_all()

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set daily_calls, rate_calls, rate_seconds, searches (per second), search_delay_seconds, token_seconds."""
        places: dict[str, tuple[Any, str]] = {
            "daily_calls": (self._calls, "limit"), "rate_calls": (self._rate, "calls"),
            "rate_seconds": (self._rate, "seconds"),
            "searches": (self._searches, "calls"), "search_delay_seconds": (self._searching, "delay_seconds"),
            "token_seconds": (self._tokens, "lifetime_seconds"),
        }  # fmt: skip
        for name, value in settings.items():
            if name not in places:
                raise ValueError(f"hubspot has no quota {name!r}; use one of {', '.join(places)}")
            setattr(*places[name], value)
        return {name: getattr(*place) for name, place in places.items()}

    def verbs(self) -> dict[str, Verb]:
        """Return what this service adds to the control endpoint."""
        return {"/hubspot/webhooks": self._webhooks.configure}

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "HUBSPOT_BASE_URL": self.base_url,
            "HUBSPOT_ACCESS_TOKEN": self.access_token,
            "SANDBOX_HUBSPOT_CLIENT_ID": self._app["client_id"],
            "SANDBOX_HUBSPOT_CLIENT_SECRET": self._app["client_secret"],
            "SANDBOX_HUBSPOT_REFRESH_TOKEN": self._refresh_token,
        }

    def edited(self) -> None:
        """Read the properties again: the data was changed behind our back."""
        self._schema.load()

    def reset(self, store_changed: bool) -> None:
        """Forget calls, limits, webhooks, and what was added to the portal."""
        defaults = {
            "daily_calls": DAILY_CALLS,
            "rate_calls": BURST,
            "rate_seconds": BURST_SECONDS,
            "searches": SEARCHES,
        }
        self.configure(defaults | {"search_delay_seconds": 0.0, "token_seconds": OAUTH_SECONDS})
        self._calls.reset()
        for rate in (self._rate, self._searches):
            rate.clear()
        self._webhooks.configure({"target": ""})
        if store_changed:
            self._schema.restore()
