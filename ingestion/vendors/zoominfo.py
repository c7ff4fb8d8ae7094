"""ZoomInfo (Enterprise API): 25 records a call, a credit for each one found; again within 12 months it is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connections import Connection, open_zoominfo
from ingestion.vendors.contract import ACCOUNTS, CONTACTS, Adapter, Answer, Offer, Question

_COMPANY_INPUTS = {"company_name": "companyName", "website": "companyWebsite", "country": "companyCountry"}
_PERSON_INPUTS = {
    "first_name": "firstName", "last_name": "lastName", "email": "emailAddress", "company_name": "companyName",
}  # fmt: skip
# The API's names for what lands; a landed column that is not listed has the API's own name.
_COMPANY_FIELDS = {
    "zoominfo_company_id": "id", "zip_code": "zipCode", "employee_count": "employeeCount", "revenue_usd": "revenue",
    "founded_year": "foundedYear", "parent_id": "parentId", "parent_name": "parentName",
    "ultimate_parent_id": "ultimateParentId", "ultimate_parent_name": "ultimateParentName",
    "technologies": "techAttributes", "primary_industry": "primaryIndustry",
}  # fmt: skip
_PERSON_FIELDS = {
    "first_name": "firstName", "last_name": "lastName", "job_title": "jobTitle", "management_level": "managementLevel",
    "job_function": "jobFunction",
}  # fmt: skip
_ALWAYS = ("zoominfo_company_id", "name", "website", "domain", "parent_name", "ultimate_parent_name", "ticker")
_IDS = ("zoominfo_company_id", "parent_id", "ultimate_parent_id")


def _companies(connection: Connection, questions: Sequence[Question], fields: Sequence[str]) -> list[Answer]:
    wanted = dict.fromkeys([*_ALWAYS, *fields])
    found = _enrich(connection, "company", "matchCompanyInput", questions, _COMPANY_INPUTS, _COMPANY_FIELDS, wanted)
    return [_answer(question, result, _company) for question, result in zip(questions, found, strict=True)]


def _people(connection: Connection, questions: Sequence[Question], fields: Sequence[str]) -> list[Answer]:
    wanted = dict.fromkeys(["id", *fields])
    found = _enrich(connection, "contact", "matchPersonInput", questions, _PERSON_INPUTS, _PERSON_FIELDS, wanted)
    return [_answer(question, result, _person) for question, result in zip(questions, found, strict=True)]


def _enrich(
    connection: Connection,
    entity: str,
    body_name: str,
    questions: Sequence[Question],
    inputs: Mapping[str, str],
    names: Mapping[str, str],
    fields: Mapping[str, None],
) -> Sequence[Mapping[str, Any]]:
    body = {
        body_name: [
            {inputs[name]: value for name, value in question.inputs.items() if name in inputs} for question in questions
        ],
        "outputFields": list(dict.fromkeys(names.get(field, field) for field in fields)),
    }
    # Asking again is harmless: a record costs a credit once in twelve months.
    answer = connection.request("POST", f"/enrich/{entity}", json=body, idempotent=True).json()
    found: Sequence[Mapping[str, Any]] = answer["data"]["result"]
    return found


def _answer(question: Question, result: Mapping[str, Any], read: Any) -> Answer:
    data = result.get("data") or []
    values = read(data[0]) if data else {}
    return Answer(question.key, values, 1.0 if data else 0.0, str(result.get("matchStatus") or ""))


def _company(found: Mapping[str, Any]) -> dict[str, Any]:
    landed = {name: column for column, name in _COMPANY_FIELDS.items()}
    row = {landed.get(name, name): value for name, value in found.items()}
    for name in _IDS:
        row[name] = None if row.get(name) is None else str(row[name])
    if row.get("revenue_usd") is not None:
        row["revenue_usd"] = float(row["revenue_usd"]) * 1000  # the vendor counts in thousand US dollars
    industries = row.get("primary_industry")
    row["primary_industry"] = industries[0] if isinstance(industries, list) and industries else industries or None
    return row


def _person(found: Mapping[str, Any]) -> dict[str, Any]:
    landed = {name: column for column, name in _PERSON_FIELDS.items()}
    return {landed.get(name, name): value for name, value in found.items()}


def _probe(connection: Connection) -> str:
    """Read the credit usage, which costs nothing."""
    usage = connection.request("GET", "/lookup/usage").json()["usage"]
    return "; ".join(f"{entry['description']}: {entry['usageRemaining']:,} left" for entry in usage)


ZOOMINFO = Adapter(
    "zoominfo",
    open_zoominfo,
    {
        ACCOUNTS: Offer(tuple(_COMPANY_INPUTS), ("company_name",), _companies, batch=25),
        CONTACTS: Offer(tuple(_PERSON_INPUTS), ("last_name",), _people, batch=25),
    },
    _probe,
)
