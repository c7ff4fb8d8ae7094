"""A simulated Salesforce org: OAuth, REST, SOQL, collections, composite, Bulk 2.0.

Facts: developer.salesforce.com (REST API, Bulk API 2.0), simple-salesforce 1.12.10, recorded org traffic.
"""

from typing import Any

from sandbox.framework.control import Verb
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.services.salesforce.composite import Composite
from sandbox.services.salesforce.describe import Describe
from sandbox.services.salesforce.errors import error_reply, refusal
from sandbox.services.salesforce.extract import Extract
from sandbox.services.salesforce.identity import Identity, limit_exceeded
from sandbox.services.salesforce.ingest import Ingest
from sandbox.services.salesforce.jobs import Jobs
from sandbox.services.salesforce.limits import Limits
from sandbox.services.salesforce.org import PERSON_USERNAME, Org
from sandbox.services.salesforce.queries import Queries
from sandbox.services.salesforce.records import Records
from sandbox.services.salesforce.replication import Replication
from sandbox.services.salesforce.soap import Soap
from sandbox.services.salesforce.streaming import Streaming
from sandbox.services.salesforce.tooling import Tooling

BASE = "/services/data/v{version}"
MAX_URI = 16_384


class Salesforce(Service):
    """The Salesforce service."""

    name = "salesforce"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.org = Org(surroundings)
        self._identity, self._limits, self._jobs = Identity(self.org), Limits(self.org), Jobs()
        self._queries = Queries(self.org)
        self._extract = Extract(self.org, self._jobs)
        self._replication = Replication(self.org)
        self.route("POST", "/services/oauth2/token", self._identity.token, sign_in=True)
        soap = Soap(self.org, lambda user: self.org.tokens.issue(user).value)
        for kind in ("u", "c"):
            self.route("POST", f"/services/Soap/{kind}/{{version}}", soap.login, sign_in=True)
        self._streaming = Streaming(self.org)
        self.route("POST", "/cometd/{version}", self._streaming.exchange)
        self._describe_routes()
        self._bulk_routes()
        records = Records(self.org)
        self._collection_routes(records)
        self._record_routes(records)

    def _describe_routes(self) -> None:
        describe, queries, limits = Describe(self.org), self._queries, self._limits
        self.route("GET", "/services/data", describe.versions, sign_in=True)
        self.route("GET", BASE, describe.resources)
        self.route("GET", f"{BASE}/limits", limits.limits)
        self.route("GET", f"{BASE}/limits/recordCount", limits.record_count)
        self.route("GET", f"{BASE}/query", queries.query)
        self.route("GET", f"{BASE}/queryAll", queries.query_all)
        self.route("GET", f"{BASE}/query/{{locator}}", queries.more)
        self.route("GET", f"{BASE}/queryAll/{{locator}}", queries.more)
        self.route("GET", f"{BASE}/tooling/query", Tooling(self.org).query)
        self.route("GET", f"{BASE}/sobjects", describe.everything)
        self.route("GET", f"{BASE}/sobjects/{{object}}", describe.basic)
        self.route("GET", f"{BASE}/sobjects/{{object}}/describe", describe.full)
        self.route("GET", f"{BASE}/sobjects/{{object}}/describe/layouts", describe.layouts)
        self.route("GET", f"{BASE}/sobjects/{{object}}/updated", self._replication.updated)
        self.route("GET", f"{BASE}/sobjects/{{object}}/deleted", self._replication.deleted)

    def _bulk_routes(self) -> None:
        ingest = Ingest(self.org, self._jobs)
        for kind, handlers in (("ingest", ingest), ("query", self._extract)):
            self.route("POST", f"{BASE}/jobs/{kind}", handlers.create)
            self.route("GET", f"{BASE}/jobs/{kind}", handlers.listed)
            self.route("GET", f"{BASE}/jobs/{kind}/{{job}}", handlers.show)
            self.route("PATCH", f"{BASE}/jobs/{kind}/{{job}}", handlers.change_state)
            self.route("DELETE", f"{BASE}/jobs/{kind}/{{job}}", handlers.remove)
        self.route("PUT", f"{BASE}/jobs/ingest/{{job}}/batches", ingest.upload, upload=True)
        self.route("GET", f"{BASE}/jobs/ingest/{{job}}/{{results}}", ingest.results)
        self.route("GET", f"{BASE}/jobs/query/{{job}}/results", self._extract.results)

    def _collection_routes(self, records: Records) -> None:
        base = f"{BASE}/composite"
        self.route("POST", base, Composite(self.store, self.find, records).run)
        self.route("POST", f"{base}/sobjects", records.create_many)
        self.route("PATCH", f"{base}/sobjects", records.update_many)
        self.route("DELETE", f"{base}/sobjects", records.delete_many)
        self.route("GET", f"{base}/sobjects/{{object}}", records.retrieve_many)
        self.route("POST", f"{base}/sobjects/{{object}}", records.retrieve_many)
        self.route("PATCH", f"{base}/sobjects/{{object}}/{{field}}", records.upsert_many)

    def _record_routes(self, records: Records) -> None:
        base = f"{BASE}/sobjects/{{object}}"
        self.route("POST", base, records.create)
        self.route("GET", f"{base}/{{id}}", records.read)
        self.route("PATCH", f"{base}/{{id}}", records.update)
        self.route("DELETE", f"{base}/{{id}}", records.delete)
        self.route("GET", f"{base}/{{field}}/{{value}}", records.read_by_key)
        self.route("PATCH", f"{base}/{{field}}/{{value}}", records.upsert)

    # -- what the sandbox's operator needs
    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "SALESFORCE_BASE_URL": self.base_url,
            "SALESFORCE_CLIENT_ID": self.org.client_id,
            "SALESFORCE_CLIENT_SECRET": self.org.client_secret,
            "SANDBOX_PERSON_USERNAME": PERSON_USERNAME,
            "SANDBOX_PERSON_PASSWORD": self.org.client_secret,
        }

    def verbs(self) -> dict[str, Verb]:
        """Return what this service adds to the control endpoint."""
        return {
            "/schema": self.org.schema.add_field,
            "/schema/remove": self.org.schema.remove_field,
            "/merge": self._replication.merge,
            "/validation-rules": self.org.add_rule,
            "/record-types": self.org.judging.add_record_type,
            "/duplicate-rules": self.org.judging.add_duplicate_rule,
            "/locks": self.org.judging.lock,
        }

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `daily_calls`, `bulk_batches` or `session_seconds`."""
        for name, value in settings.items():
            if name == "daily_calls":
                self.org.calls.limit = int(value)
            elif name == "bulk_batches":
                self.org.bulk_batches.limit = int(value)
            elif name == "session_seconds":
                self.org.tokens.lifetime_seconds = int(value)
            else:
                raise ValueError(f"salesforce has no quota {name!r}; use daily_calls, bulk_batches or session_seconds")
        return {"daily_calls": self.org.calls.limit, "used": self.org.calls.used}

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check length, session and budget."""
        if len(call.path) + sum(len(key) + len(value) + 2 for key, value in call.query) > MAX_URI:
            raise refusal("URI_TOO_LONG", f"The URI exceeds {MAX_URI} bytes")
        if not route.sign_in:
            self._identity.admit(call)

    def finish(self, call: Call, reply: Reply) -> None:
        """Tell the day's usage."""
        if "/oauth2/" not in call.path and "/Soap/" not in call.path:
            reply.headers["Sforce-Limit-Info"] = self._limits.header()

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer NOT_FOUND, or METHOD_NOT_ALLOWED."""
        if allowed:
            message = f"HTTP Method '{call.method}' not allowed. Allowed are {','.join(sorted(set(allowed)))}"
            return error_reply("METHOD_NOT_ALLOWED", message)
        return error_reply("NOT_FOUND", "The requested resource does not exist")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as an org in trouble does."""
        if fault.kind == "429":
            return error_reply(
                "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.", status=429
            )
        if fault.kind == "quota":
            return limit_exceeded().reply
        return error_reply("UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId: 1-1 (1)")

    def expire_tokens(self) -> None:
        """Let all sessions run out."""
        self.org.tokens.expire_all()

    def reset(self, store_changed: bool) -> None:
        """Forget jobs, results, rules and budgets."""
        self._jobs.reset()
        self._streaming.reset()
        self._queries.reset()
        self._extract.reset()
        self.org.reset(store_changed)
