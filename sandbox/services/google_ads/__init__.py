"""A simulated Google Ads API, for reading reports: googleAds:search over campaigns by day.

Facts: developers.google.com/google-ads/api/rest (search, call structure: developer-token, pages of 10,000 rows whose
size cannot be chosen; int64 as text; google.rpc.Status errors with a GoogleAdsFailure).
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import DailyQuota
from sandbox.framework.records import opened, sealed
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.ad_reports import SCHEMA, campaign_days, day_of
from sandbox.services.audiences import object_body
from sandbox.world.derived import populate

TOKEN_SECONDS, DAILY_CALLS, PAGE = 3_599, 15_000, 10_000
VERSIONS = ("v24", "v25", "v26")
QUERY = re.compile(r"SELECT (.+) FROM campaign WHERE segments\.date BETWEEN '([\d-]+)' AND '([\d-]+)'")
COLUMNS = (
    "segments.date", "campaign.id", "campaign.name", "customer.currency_code", "metrics.impressions", "metrics.clicks",
    "metrics.conversions", "metrics.cost_micros",
)  # fmt: skip


class GoogleAds(Service):
    """The Google Ads service."""

    name = "google_ads"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the reports from the world's campaigns."""
        populate(home, SCHEMA)

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self._calls = DailyQuota(self.clock, DAILY_CALLS)
        seed = surroundings.seed
        self._customer, self._developer = str(1_234_567_000 + seed), f"sandbox-google-ads-developer-{seed}"
        self._login = tuple(f"sandbox-google-ads-{part}-{seed}" for part in ("client", "secret", "refresh"))
        self.route("POST", "/token", self._token, sign_in=True)
        self.route("GET", "/{version}/customers:listAccessibleCustomers", self._customers)
        self.route("POST", "/{version}/customers/{customer}/googleAds:search", self._search)

    def _token(self, call: Call) -> Reply:
        form = call.form()
        given = tuple(form.get(name) for name in ("client_id", "client_secret", "refresh_token"))
        if form.get("grant_type") != "refresh_token" or given != self._login:
            return Reply({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        token = self._tokens.issue("api").value
        return Reply({"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})

    def _customers(self, call: Call) -> Reply:
        return Reply({"resourceNames": [f"customers/{self._customer}"]})

    def _search(self, call: Call) -> Reply:
        """POST googleAds:search {query, pageToken}."""
        if call.params["customer"] != self._customer:
            raise _refusal(403, "PERMISSION_DENIED", "The caller does not have permission", "USER_PERMISSION_DENIED")
        body = object_body(call.body) or {}
        if unknown := set(body) - {"query", "pageToken"}:
            raise _refusal(400, "INVALID_ARGUMENT", f"Unknown name {sorted(unknown)[0]}", "PAGE_SIZE_NOT_SUPPORTED")
        names, since, until = _asked(str(body.get("query", "")))
        try:
            skipped = int(opened(body["pageToken"])["at"]) if body.get("pageToken") else 0
        except (ValueError, KeyError):
            raise _refusal(400, "INVALID_ARGUMENT", "Page token is invalid", "INVALID_PAGE_TOKEN") from None
        found = campaign_days(self.store, self.name, since, until, skipped, PAGE + 1)
        reply: dict[str, Any] = {"fieldMask": ",".join(names)}
        if found:
            reply["results"] = [_result(row, names, self._customer) for row in found[:PAGE]]
        if len(found) > PAGE:
            reply["nextPageToken"] = sealed({"at": skipped + PAGE})
        return Reply(reply)

    def admit(self, call: Call, route: Route) -> None:
        """Check token, developer token, version and the day's budget."""
        if route.sign_in:
            return
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or not self._tokens.is_live(token):
            raise _refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if call.headers.get("developer-token") != self._developer:
            words = "The developer token is not valid."
            raise _refusal(401, "UNAUTHENTICATED", words, "DEVELOPER_TOKEN_INVALID")
        if call.params["version"] not in VERSIONS:
            raise _refusal(404, "NOT_FOUND", f"Version {call.params['version']} is deprecated.", "UNSUPPORTED_VERSION")
        if not self._calls.spend():
            raise self._spent()

    @staticmethod
    def _spent() -> Refusal:
        words = "Quota exceeded for quota metric 'Operations' and limit 'Operations per day'"
        return _refusal(429, "RESOURCE_EXHAUSTED", words, "RESOURCE_EXHAUSTED")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429 for the second or the day, or 500."""
        if fault.kind == "quota":
            return self._spent().reply
        if fault.kind == "429":
            return _refusal(429, "RESOURCE_EXHAUSTED", "Too many requests.", "RESOURCE_TEMPORARILY_EXHAUSTED").reply
        return _refusal(500, "INTERNAL", "Internal error encountered.").reply

    def expire_tokens(self) -> None:
        """Let all access tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        names = ("GOOGLE_ADS_CLIENT_ID", "GOOGLE_ADS_CLIENT_SECRET", "GOOGLE_ADS_REFRESH_TOKEN")
        further = {"GOOGLE_ADS_DEVELOPER_TOKEN": self._developer, "GOOGLE_ADS_AD_ACCOUNT": self._customer}
        return {"GOOGLE_ADS_BASE_URL": self.base_url} | dict(zip(names, self._login, strict=True)) | further

    def reset(self, store_changed: bool) -> None:
        """Forget the calls."""
        self._calls.reset()


def _asked(query: str) -> tuple[list[str], date, date]:
    """Return the columns and the days of a query over campaigns."""
    match = QUERY.fullmatch(" ".join(query.split()))
    names = [name.strip() for name in match[1].split(",")] if match else []
    days = [day_of(text) for text in match.groups()[1:]] if match else []
    if not names or not days[0] or not days[1]:
        raise _refusal(400, "INVALID_ARGUMENT", "Error in query: unexpected input.", "UNEXPECTED_INPUT")
    if unknown := [name for name in names if name not in COLUMNS]:
        words = f"Unrecognized field in the query: '{unknown[0]}'."
        raise _refusal(400, "INVALID_ARGUMENT", words, "UNRECOGNIZED_FIELD")
    return names, days[0], days[1]


def _result(row: dict[str, Any], names: list[str], customer: str) -> dict[str, Any]:
    known = {
        "segments.date": row["day"],
        "campaign.id": str(row["campaign"]),
        "campaign.name": row["name"],
        "customer.currency_code": "GBP",
        "metrics.impressions": str(row["impressions"]),
        "metrics.clicks": str(row["clicks"]),
        "metrics.conversions": float(row["conversions"]),
        "metrics.cost_micros": str(round(row["cost"] * 1_000_000)),
    }
    found: dict[str, Any] = {"campaign": {"resourceName": f"customers/{customer}/campaigns/{row['campaign']}"}}
    for name in names:
        holder, _, field = name.partition(".")
        first, *rest = field.split("_")
        found.setdefault(holder, {})[first + "".join(part.title() for part in rest)] = known[name]
    return found


def _refusal(code: int, status: str, message: str, reason: str = "") -> Refusal:
    failure = {"@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure", "reason": reason}
    error = {"code": code, "message": message, "status": status} | ({"details": [failure]} if reason else {})
    return Refusal(Reply({"error": error}, code))
