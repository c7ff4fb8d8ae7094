"""Dun & Bradstreet Direct+: a record is first matched by name and address, then its data blocks are bought."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connections import Connection, open_dnb
from ingestion.vendors.contract import ACCOUNTS, Adapter, Answer, Offer, Question, flat

_INPUTS = {
    "company_name": "name", "street": "streetAddressLine1", "city": "addressLocality", "state": "addressRegion",
    "postal_code": "postalCode", "country_code": "countryISOAlpha2Code",
}  # fmt: skip
_BLOCKS = "companyinfo_L2_v1,hierarchyconnections_L1_v1"
_LOWEST_CONFIDENCE = 7  # of 10: D&B's own advice for matches that nobody looks at


def _companies(connection: Connection, questions: Sequence[Question], _fields: Sequence[str]) -> list[Answer]:
    return [_company(connection, question) for question in questions]


def _company(connection: Connection, question: Question) -> Answer:
    """GET /v1/match/cleanseMatch, then GET /v1/data/duns/{duns}; 404 means that there is no candidate."""
    asked = {_INPUTS[name]: value for name, value in question.inputs.items()}
    unknown = (httpx.codes.NOT_FOUND,)
    response = connection.request("GET", "/v1/match/cleanseMatch", params=asked, expect=unknown)
    candidates = [] if response.status_code in unknown else response.json().get("matchCandidates") or []
    if not candidates:
        return Answer(question.key)
    best = candidates[0]
    confidence = int(best["matchQualityInformation"]["confidenceCode"])
    if confidence < _LOWEST_CONFIDENCE:
        return Answer(question.key, status=f"LOW_CONFIDENCE_{confidence}")
    duns = best["organization"]["duns"]
    bought = connection.request("GET", f"/v1/data/duns/{duns}", params={"blockIDs": _BLOCKS}).json()["organization"]
    return Answer(question.key, flat(bought), 1.0, f"CONFIDENCE_{confidence}")


def _probe(connection: Connection) -> str:
    """Sign in and ask for a match of nobody, which costs nothing."""
    params = {"name": "marketmap connection test", "countryISOAlpha2Code": "US"}
    connection.request("GET", "/v1/match/cleanseMatch", params=params, expect=(httpx.codes.NOT_FOUND,))
    return "signed in"


DNB = Adapter("dnb", open_dnb, {ACCOUNTS: Offer(tuple(_INPUTS), ("company_name", "country_code"), _companies)}, _probe)
