"""A simulated Google Analytics Data API (GA4): runReport over sessions of pages by day.

Facts: developers.google.com/analytics/devguides/reporting/data/v1 (runReport, date as YYYYMMDD, values as text, limit
up to 250,000 and 10,000 unless asked for, quota of tokens a day), google.rpc.Status errors.
"""

from datetime import date
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota
from sandbox.framework.records import records
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.ad_reports import day_of
from sandbox.services.audiences import object_body
from sandbox.world.derived import populate

TOKEN_SECONDS, DAILY_CALLS, MOST_ROWS, USUAL_ROWS = 3_599, 25_000, 250_000, 10_000
DIMENSIONS = ("date", "pagePath")
METRICS = {"sessions": "sessions", "screenPageViews": "page_views", "totalUsers": "users"}
KNOWN = {"dateRanges", "dimensions", "metrics", "limit", "offset", "keepEmptyRows"}


class GoogleAnalytics(Service):
    """The Google Analytics service."""

    name = "google_analytics"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the property's figures."""
        populate(home, cls.name)

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._calls = DailyQuota(self.clock, DAILY_CALLS)
        seed = surroundings.seed
        self._property = str(310_000_000 + seed)
        self._login = tuple(f"sandbox-google-analytics-{part}-{seed}" for part in ("client", "secret", "refresh"))
        self.route("POST", "/token", self._token, sign_in=True)
        self.route("GET", "/v1beta/properties/{property}/metadata", self._metadata)
        self.route("POST", "/v1beta/properties/{property}:runReport", self._report)

    def _token(self, call: Call) -> Reply:
        form = call.form()
        given = tuple(form.get(name) for name in ("client_id", "client_secret", "refresh_token"))
        if form.get("grant_type") != "refresh_token" or given != self._login:
            return Reply({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        token = self._tokens.issue("api").value
        return Reply({"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})

    def _metadata(self, call: Call) -> Reply:
        self._check_property(call)
        return Reply({"name": f"properties/{self._property}/metadata"})

    def _report(self, call: Call) -> Reply:
        """POST properties/{id}:runReport {dateRanges, dimensions, metrics, limit, offset}."""
        self._check_property(call)
        body = object_body(call.body) or {}
        if unknown := sorted(body.keys() - KNOWN):
            raise _refusal(400, "INVALID_ARGUMENT", f'Invalid JSON payload received. Unknown name "{unknown[0]}".')
        dimensions, metrics = _names(body, "dimensions", DIMENSIONS), _names(body, "metrics", METRICS)
        since, until = _range(body)
        limit, offset = str(body.get("limit", USUAL_ROWS)), str(body.get("offset", 0))
        if not limit.isdigit() or not 0 < int(limit) <= MOST_ROWS or not offset.isdigit():
            raise _refusal(400, "INVALID_ARGUMENT", f"limit must be 1 to {MOST_ROWS}")
        sql = """select strftime(day, '%Y%m%d') as date, path as "pagePath", sessions, page_views, users
            from google_analytics.page_days where day between $since and $until order by sessions desc, day, path"""
        found = records(self.store, sql, {"since": since, "until": until}, lambda moment: moment.isoformat())
        shown = found[int(offset) : int(offset) + int(limit)]
        reply: dict[str, Any] = {"rowCount": len(found), "kind": "analyticsData#runReport"}
        if shown:
            reply["rows"] = [
                {
                    "dimensionValues": [{"value": row[name]} for name in dimensions],
                    "metricValues": [{"value": str(row[METRICS[name]])} for name in metrics],
                }
                for row in shown
            ]
        return Reply(reply)

    def _check_property(self, call: Call) -> None:
        if call.params["property"] != self._property:
            raise _refusal(403, "PERMISSION_DENIED", "User does not have sufficient permissions for this property.")

    def admit(self, call: Call, route: Route) -> None:
        """Check the token and the day's tokens."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise _refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if not self._calls.spend():
            raise self._spent()

    @staticmethod
    def _spent() -> Refusal:
        words = "Exhausted property tokens per day. These quota tokens will return in under 24 hours."
        return _refusal(429, "RESOURCE_EXHAUSTED", words)

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429 for too many at once or for the day, or 500."""
        if fault.kind == "quota":
            return self._spent().reply
        if fault.kind == "429":
            return _refusal(429, "RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota.").reply
        return _refusal(500, "INTERNAL", "Internal error encountered.").reply

    def expire_tokens(self) -> None:
        """Let all access tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        parts = ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "PROPERTY_ID", "BASE_URL")
        values = (*self._login, self._property, self.base_url)
        return {f"GOOGLE_ANALYTICS_{part}": value for part, value in zip(parts, values, strict=True)}

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._calls.reset()


def _names(body: dict[str, Any], kind: str, known: Any) -> list[str]:
    names = [str(one.get("name")) for one in body.get(kind) or [] if isinstance(one, dict)]
    if not names or any(name not in known for name in names):
        raise _refusal(400, "INVALID_ARGUMENT", f"Field {', '.join(names) or kind} is not a valid {kind[:-1]}.")
    return names


def _range(body: dict[str, Any]) -> tuple[date, date]:
    ranges = body.get("dateRanges") or [{}]
    since, until = (day_of(str(ranges[0].get(name))) for name in ("startDate", "endDate"))
    if since is None or until is None or since > until:
        raise _refusal(400, "INVALID_ARGUMENT", "A dateRange needs a startDate that is not after its endDate.")
    return since, until


def _refusal(code: int, status: str, message: str) -> Refusal:
    return Refusal(Reply({"error": {"code": code, "message": message, "status": status}}, code))
