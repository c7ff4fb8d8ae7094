"""POST /enrich/company: up to 25 companies a call, answers as columns of the raw table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from connections import Connection, ConnectionFailure

_INPUTS_PER_CALL = 25
_PARALLEL_CALLS = 4
_OUTPUT_FIELDS = (
    "id", "name", "website", "domain", "phone", "street", "city", "state", "zipCode", "country", "primaryIndustry",
    "employeeCount", "revenue", "foundedYear", "ticker", "parentId", "parentName", "ultimateParentId",
    "ultimateParentName", "techAttributes",
)  # fmt: skip
_NAMES = {
    "id": "zoominfo_company_id",
    "zipCode": "zip_code",
    "employeeCount": "employee_count",
    "foundedYear": "founded_year",
    "parentId": "parent_id",
    "parentName": "parent_name",
    "ultimateParentId": "ultimate_parent_id",
    "ultimateParentName": "ultimate_parent_name",
    "techAttributes": "technologies",
}


@dataclass
class Answer:
    """What was bought: raw columns by question, and the failure that ended it early, if one did."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: ConnectionFailure | None = None

    @property
    def credits(self) -> int:
        """One for each company found."""
        return sum(int(row["credits"]) for row in self.values.values())


def enrich(connection: Connection, questions: Mapping[str, dict[str, Any]], extra_fields: Sequence[str] = ()) -> Answer:
    """Ask for all questions; answers that were paid for are kept when a later call fails."""
    answer = Answer()
    keys = list(questions)
    calls = [keys[start : start + _INPUTS_PER_CALL] for start in range(0, len(keys), _INPUTS_PER_CALL)]
    with ThreadPoolExecutor(_PARALLEL_CALLS) as pool:
        fields = [*_OUTPUT_FIELDS, *extra_fields]
        waiting = [pool.submit(_call, connection, {key: questions[key] for key in call}, fields) for call in calls]
        for future in waiting:
            try:
                answer.values |= future.result()
            except ConnectionFailure as failure:
                answer.failure = answer.failure or failure
    return answer


def _call(
    connection: Connection, questions: Mapping[str, dict[str, Any]], fields: Sequence[str]
) -> dict[str, dict[str, Any]]:
    body = {"matchCompanyInput": list(questions.values()), "outputFields": list(fields)}
    # Asking again is harmless: a company costs a credit once in twelve months.
    answer = connection.request("POST", "/enrich/company", json=body, idempotent=True).json()
    return {question: _columns(result) for question, result in zip(questions, answer["data"]["result"], strict=True)}


def _columns(result: Mapping[str, Any]) -> dict[str, Any]:
    data = result.get("data") or []
    found = data[0] if data else {}
    row: dict[str, Any] = {_NAMES.get(name, name): value for name, value in found.items()}
    for name in ("zoominfo_company_id", "parent_id", "ultimate_parent_id"):
        row[name] = None if row.get(name) is None else str(row[name])
    revenue = row.pop("revenue", None)  # in thousand US dollars
    industries = row.pop("primaryIndustry", None)
    row["revenue_usd"] = None if revenue is None else float(revenue) * 1000
    row["primary_industry"] = industries[0] if isinstance(industries, list) and industries else industries or None
    return row | {"match_status": result.get("matchStatus"), "credits": 1.0 if found else 0.0}
