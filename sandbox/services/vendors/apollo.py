"""A simulated Apollo: bulk enrichment of ten a call; each match costs a credit, also the second time.

Facts: docs.apollo.io, Bulk Organization Enrichment, Bulk People Enrichment. Unknown records are null or left out.
"""

from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.framework.service import Surroundings
from sandbox.services.vendors.base import EnrichmentVendor, Row

MOST = 10


class Apollo(EnrichmentVendor):
    """The Apollo service."""

    name = "apollo"
    calls = 200

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.route("GET", "/api/v1/auth/health", lambda call: Reply({"healthy": True, "is_logged_in": True}))
        self.route("POST", "/api/v1/organizations/bulk_enrich", self._organizations)
        self.route("POST", "/api/v1/people/bulk_match", self._people)

    def key_of(self, call: Call) -> str:
        """Return the header x-api-key."""
        return call.headers.get("x-api-key", "")

    def _organizations(self, call: Call) -> Reply:
        domains = [value for name, value in call.query if name == "domains[]"]
        self._check(domains, "domains[]")
        if any("/" in domain or domain.startswith("www.") for domain in domains):
            raise self.refusal(422, "domains must not include www. or a path")
        found = self.known("companies", "domain", domains)
        self.charge([row["id"] for row in found.values()])
        organizations = [
            _organization(found[d.lower()]) if d.lower() in found else None for d in dict.fromkeys(domains)
        ]
        return Reply(
            {
                "status": "success",
                "total_requested_domains": len(domains),
                "unique_domains": len(set(domains)),
                "unique_enriched_records": len(found),
                "missing_records": len(set(domains)) - len(found),
                "organizations": organizations,
            }
        )

    def _people(self, call: Call) -> Reply:
        details = self.body(call).get("details")
        self._check(details, "details")
        emails = [str(detail.get("email") or "").lower() for detail in details or []]
        found = self.known("people", "email", emails)
        matches = [_person(found[email]) if email in found else None for email in emails]
        spent = self.charge([match["id"] for match in matches if match])
        return Reply(
            {
                "status": "success",
                "total_requested_enrichments": len(emails),
                "credits_consumed": spent,
                "missing_records": matches.count(None),
                "matches": matches,
            }
        )

    def _check(self, given: Any, name: str) -> None:
        if not isinstance(given, list) or not given:
            raise self.refusal(422, f"{name} must hold at least one entry")
        if len(given) > MOST:
            raise self.refusal(422, f"{name} holds {len(given)} entries; at most {MOST} are allowed")


def _organization(row: Row) -> Row:
    return {
        "id": row["id"], "name": row["name"], "website_url": f"http://www.{row['domain']}",
        "primary_domain": row["domain"], "primary_phone": {"number": row["phone"], "source": "Owler"},
        "industry": row["industry"], "estimated_num_employees": row["employees"],
        "annual_revenue": row["revenue"], "founded_year": row["founded"], "street_address": row["street"],
        "city": row["city"], "state": row["state"], "postal_code": row["postal_code"], "country": row["country"],
        "technology_names": row["technologies"], "linkedin_url": None, "languages": ["English"],
    }  # fmt: skip


def _person(row: Row) -> Row:
    phones = [{"raw_number": row["phone"], "sanitized_number": row["phone"], "type": "work_hq"}] if row["phone"] else []
    return {
        "id": row["id"], "first_name": row["first_name"], "last_name": row["last_name"],
        "name": f"{row['first_name']} {row['last_name']}", "email": row["email"], "email_status": "verified",
        "title": row["title"], "seniority": row["seniority"], "departments": [row["department"]],
        "phone_numbers": phones, "linkedin_url": row["linkedin_url"], "city": row["city"], "country": row["country"],
        "organization": {"name": row["company_name"], "primary_domain": row["domain"]},
    }  # fmt: skip
