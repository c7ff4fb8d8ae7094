"""A simulated Lusha: a hundred a call, answers by the caller's own numbers, people who objected are never shown.

Facts: docs.lusha.com, Company v2 and Person v2 bulk; a record revealed once is free afterwards; 402 without credits.
"""

from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.service import Surroundings
from sandbox.services.vendors.base import EnrichmentVendor, Row

MOST = 100
_BANDS = ((11, "1 - 10"), (51, "11 - 50"), (201, "51 - 200"), (501, "201 - 500"), (1_001, "501 - 1000"),
          (5_001, "1001 - 5000"), (10_001, "5001 - 10000"))  # fmt: skip


class Lusha(EnrichmentVendor):
    """The Lusha service."""

    name = "lusha"
    calls, seconds = 25, 1.0
    charges_again = False

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.route("POST", "/bulk/company/v2", self._companies)
        self.route("POST", "/v2/person", self._people)
        self.route("GET", "/account/usage", lambda call: Reply({"usage": {"remaining": self.remaining}}))

    def key_of(self, call: Call) -> str:
        """Return the header api_key."""
        return call.headers.get("api_key", "")

    def refusal(self, status: int, message: str) -> Refusal:
        """Return {"statusCode", "message"}."""
        return Refusal(Reply({"statusCode": status, "message": message}, status))

    def _companies(self, call: Call) -> Reply:
        asked = self._entries(call, "companies", "id")
        found = self.known("companies", "domain", [str(entry.get("domain") or "") for entry in asked])
        answer: dict[str, Any] = {}
        for entry in asked:
            row = found.get(str(entry.get("domain") or "").lower())
            if row is None:
                answer[str(entry["id"])] = {"errors": [{"code": 3, "message": "EMPTY_DATA"}]}
            else:
                answer[str(entry["id"])] = _company(row) | {"isCreditCharged": bool(self.charge([row["id"]]))}
        return Reply(answer)

    def _people(self, call: Call) -> Reply:
        asked = self._entries(call, "contacts", "contactId")
        found = self.known("people", "email", [str(entry.get("email") or "") for entry in asked])
        answer: dict[str, Any] = {}
        for entry in asked:
            row = found.get(str(entry.get("email") or "").lower())
            if row is None:
                reply: dict[str, Any] = {"error": {"code": 3, "name": "EMPTY_DATA"}, "isCreditCharged": False}
            elif row["has_objected"]:
                reply = {"error": {"code": 451, "name": "COMPLIANCE_CONTACT"}, "isCreditCharged": False}
            else:
                charged = bool(self.charge([f"person {row['id']}"]))
                reply = {"error": None, "isCreditCharged": charged, "data": _person(row)}
            answer[str(entry["contactId"])] = reply
        return Reply({"contacts": answer})

    def _entries(self, call: Call, name: str, key: str) -> list[dict[str, Any]]:
        entries = self.body(call).get(name)
        if not isinstance(entries, list) or not 0 < len(entries) <= MOST:
            raise self.refusal(400, f"{name} must hold 1 to {MOST} entries")
        if len({str(entry.get(key)) for entry in entries}) < len(entries):
            raise self.refusal(400, f"{key} must be unique in {name}")
        return entries


def _company(row: Row) -> Row:
    staff, revenue = row["employees"], row["revenue"]
    size = next((name for limit, name in _BANDS if staff < limit), "10001 - 100000") if staff else None
    money = None if revenue is None else [10 ** (len(str(int(revenue))) - 1), 10 ** len(str(int(revenue)))]
    return {
        "id": row["id"], "name": row["name"], "domain": row["domain"], "employees": size,
        "revenueRange": money, "mainIndustry": row["industry"], "subIndustry": None, "founded": row["founded"],
        "location": {"city": row["city"], "state": row["state"], "country": row["country"]},
    }  # fmt: skip


def _person(row: Row) -> Row:
    return {
        "personId": row["id"], "firstName": row["first_name"], "lastName": row["last_name"],
        "emailAddresses": [{"email": row["email"], "emailType": "work", "emailConfidence": "A+"}],
        "phoneNumbers": [{"number": row["phone"], "phoneType": "direct", "doNotCall": False}] if row["phone"] else [],
        "jobTitle": {"title": row["title"], "departments": [row["department"]], "seniority": row["seniority"]},
        "location": {"city": row["city"], "country": row["country"]},
        "socialLinks": {"linkedin": row["linkedin_url"]},
        "companyName": row["company_name"],
    }  # fmt: skip
