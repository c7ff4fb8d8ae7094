"""A simulated Clearbit: one record a call; 202 while a record is looked up, 404 for one nobody knows.

Facts: Clearbit's enrichment reference (v2 companies and people, error types, X-RateLimit headers).
"""

from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.service import Surroundings
from sandbox.services.vendors.base import EnrichmentVendor, Row

_BANDS = ((11, "1-10"), (51, "11-50"), (251, "51-250"), (1_001, "251-1K"), (5_001, "1K-5K"), (10_001, "5K-10K"))
_MONEY = ((1e6, "$0-$1M"), (1e7, "$1M-$10M"), (5e7, "$10M-$50M"), (1e8, "$50M-$100M"), (1e9, "$100M-$1B"))


class Clearbit(EnrichmentVendor):
    """The Clearbit service."""

    name = "clearbit"
    charges_again = False

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._looked_up: set[str] = set()
        self.route("GET", "/v2/companies/find", self._company)
        self.route("GET", "/v2/people/find", self._person)
        self.route("GET", "/v1/account", lambda call: Reply({"remaining": self.remaining}))

    def key_of(self, call: Call) -> str:
        """Return the bearer token."""
        return call.headers.get("Authorization", "").removeprefix("Bearer ")

    def refusal(self, status: int, message: str) -> Refusal:
        """Return {"error": {"type", "message"}}."""
        types = {
            401: "auth_invalid",
            402: "over_quota",
            404: "unknown_record",
            422: "params_invalid",
            429: "rate_limit",
        }
        return Refusal(Reply({"error": {"type": types.get(status, "api_error"), "message": message}}, status))

    def _company(self, call: Call) -> Reply:
        domain = call.value("domain").lower()
        if "." not in domain or "/" in domain:
            raise self.refusal(422, "Invalid domain.")
        row = self.known("companies", "domain", [domain]).get(domain)
        if row is None:
            raise self.refusal(404, "Unknown company.")
        if row["is_looked_up_first"] and domain not in self._looked_up:
            self._looked_up.add(domain)
            return Reply({"error": {"type": "queued", "message": "Your request is queued."}}, 202)
        self.charge([row["id"]])
        return Reply(_company(row))

    def _person(self, call: Call) -> Reply:
        email = call.value("email").lower()
        if "@" not in email:
            raise self.refusal(422, "Invalid email.")
        row = self.known("people", "email", [email]).get(email)
        if row is None:
            raise self.refusal(404, "Unknown person.")
        self.charge([row["id"]])
        return Reply(_person(row))

    def reset(self, store_changed: bool) -> None:
        """Forget what was looked up, too."""
        super().reset(store_changed)
        self._looked_up.clear()


def _band(value: Any, bands: tuple[tuple[float, str], ...], last: str) -> str | None:
    if value is None:
        return None
    return next((name for limit, name in bands if value < limit), last)


def _company(row: Row) -> Row:
    return {
        "id": row["id"], "name": row["name"], "legalName": row["legal_name"], "domain": row["domain"],
        "phone": row["phone"], "foundedYear": row["founded"], "tech": row["technologies"],
        "category": {"sector": None, "industryGroup": None, "industry": row["industry"], "subIndustry": None},
        "geo": {
            "streetAddress": row["street"], "city": row["city"], "state": row["state"], "country": row["country"],
            "postalCode": row["postal_code"], "countryCode": row["country_code"],
        },
        "metrics": {
            "employees": row["employees"], "employeesRange": _band(row["employees"], _BANDS, "10K+"),
            "annualRevenue": row["revenue"], "estimatedAnnualRevenue": _band(row["revenue"], _MONEY, "$1B+"),
        },
        "indexedAt": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip


def _person(row: Row) -> Row:
    return {
        "id": row["id"], "email": row["email"],
        "name": {"fullName": f"{row['first_name']} {row['last_name']}", "givenName": row["first_name"],
                 "familyName": row["last_name"]},
        "geo": {"city": row["city"], "countryCode": row["country_code"]},
        "employment": {"domain": row["domain"], "name": row["company_name"], "title": row["title"],
                       "role": row["department"], "seniority": row["seniority"]},
        "linkedin": {"handle": row["linkedin_url"]},
    }  # fmt: skip
