"""A simulated Apollo: bulk enrichment of ten a call; each match costs a credit, also the second time.

Facts: docs.apollo.io, Bulk Organization Enrichment, Bulk People Enrichment, People API Search. Unknown records are
null or left out. A search is free, in pages of at most 100, without family names and addresses: these are bought by id.
"""

from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.framework.service import Surroundings
from sandbox.services.vendors.base import EnrichmentVendor, Row

MOST = 10
PAGE = 100
SENIORITIES = frozenset(
    {"owner", "founder", "c_suite", "partner", "vp", "head", "director", "manager", "senior", "entry", "intern"}
)


class Apollo(EnrichmentVendor):
    """The Apollo service."""

    name = "apollo"
    calls = 200

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.route("GET", "/api/v1/auth/health", lambda call: Reply({"healthy": True, "is_logged_in": True}))
        self.route("POST", "/api/v1/organizations/bulk_enrich", self._organizations)
        self.route("POST", "/api/v1/people/bulk_match", self._people)
        self.route("POST", "/api/v1/mixed_people/api_search", self._search)

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
        ids = [str(detail.get("id") or "").lower() for detail in details or []]
        found, named = self.known("people", "email", emails), self.known("people", "id", ids)
        rows = [named.get(one) or found.get(email) for one, email in zip(ids, emails, strict=True)]
        matches = [_person(row) if row else None for row in rows]
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

    def _search(self, call: Call) -> Reply:
        given: dict[str, list[str]] = {}
        for name, value in call.query:
            given.setdefault(name.removesuffix("[]"), []).append(value)
        if unknown := set(given.get("person_seniorities", [])) - SENIORITIES:
            raise self.refusal(422, f"person_seniorities knows no {', '.join(sorted(unknown))}")
        page, size = (int(given.get(name, [str(usual)])[0]) for name, usual in (("page", 1), ("per_page", 10)))
        if not (1 <= size <= PAGE and 1 <= page <= 500):
            raise self.refusal(422, f"per_page is 1 to {PAGE}, page 1 to 500")
        conditions, values = [], []
        for name, condition in (
            ("q_organization_domains_list", "lower(domain) in (select lower(unnest(?)))"),
            ("person_seniorities", "seniority in (select unnest(?))"),
            ("person_titles", "exists (select 1 from (select unnest(?) as word) where title ilike '%' || word || '%')"),
        ):
            if name in given:
                conditions.append(condition)
                values.append(given[name])
        with self.store.read() as cursor:
            cursor.execute(
                "select id, first_name, last_name, title, company_name, email is not null from apollo.people"
                f" where {' and '.join(conditions) or 'true'} order by id",
                values,
            )
            rows = cursor.fetchall()
        shown = rows[(page - 1) * size : page * size]
        return Reply({"total_entries": len(rows), "people": [_stranger(*row) for row in shown]})

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


def _stranger(key: str, given: str, family: str, title: str, company: str, has_email: bool) -> Row:
    return {
        "id": key, "first_name": given, "last_name_obfuscated": f"{family[:2]}***{family[-1:]}", "title": title,
        "has_email": has_email, "organization": {"name": company},
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
