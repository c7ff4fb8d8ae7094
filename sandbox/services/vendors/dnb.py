"""A simulated D&B Direct+: match by name and address first, then data blocks by DUNS number, a credit each.

Facts: directplus.documentation.dnb.com (token v3, cleanseMatch, data blocks, error codes 00041, 20505, 10001).
"""

import base64
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.service import Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.vendors.base import EnrichmentVendor, Row

TOKEN_SECONDS = 86_400
BLOCKS = {"companyinfo_L2_v1", "hierarchyconnections_L1_v1"}


class DunAndBradstreet(EnrichmentVendor):
    """The D&B service."""

    name = "dnb"
    calls, seconds = 10, 1.0

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._tokens = Tokens(self.clock, TOKEN_SECONDS)
        self.route("POST", "/v3/token", self._token, sign_in=True)
        self.route("GET", "/v1/match/cleanseMatch", self._match)
        self.route("GET", "/v1/data/duns/{duns}", self._blocks)

    def refusal(self, status: int, message: str) -> Refusal:
        """Return {"error": {"errorCode", "errorMessage"}}."""
        codes = {401: "00041", 404: "20505", 400: "10001", 429: "00047", 402: "00052"}
        return Refusal(Reply({"error": {"errorCode": codes.get(status, "00003"), "errorMessage": message}}, status))

    def _token(self, call: Call) -> Reply:
        pair = base64.b64encode(f"{self.name}:{self.key}".encode()).decode("ascii")
        if call.headers.get("Authorization") != f"Basic {pair}":
            raise self.refusal(401, "You are not currently authorized to access this product")
        if call.form().get("grant_type") != "client_credentials":
            raise self.refusal(400, "grant_type must be client_credentials")
        return Reply({"access_token": self._tokens.issue(self.name).value, "expiresIn": TOKEN_SECONDS})

    def key_of(self, call: Call) -> str:
        """Return the key when the bearer token is good."""
        token = self._tokens.find(call.headers.get("Authorization", "").removeprefix("Bearer "))
        return self.key if token is not None and self._tokens.is_live(token) else ""

    def _match(self, call: Call) -> Reply:
        name, country = call.value("name").strip(), call.value("countryISOAlpha2Code").upper()
        if not name or not country:
            raise self.refusal(400, "Missing criteria: name and countryISOAlpha2Code are required")
        with self.store.read() as cursor:
            rows = cursor.execute(
                """
                select duns, name, jaro_winkler_similarity(lower(name), lower(?)) as likeness,
                    lower(city) is not distinct from lower(nullif(?, '')) as same_city
                from dnb.companies where country_code = ? and likeness > 0.8
                order by likeness desc, same_city desc, duns limit 5
                """,
                [name, call.value("addressLocality"), country],
            ).fetchall()
        if not rows:
            raise self.refusal(404, "No Match found for the given input criteria")
        return Reply({"matchCandidates": [_candidate(*row) for row in rows]})

    def _blocks(self, call: Call) -> Reply:
        wanted = set(call.values("blockIDs"))
        if not wanted or wanted - BLOCKS:
            raise self.refusal(400, f"Invalid blockIDs: {', '.join(sorted(wanted - BLOCKS)) or 'none'}")
        row = self.known("companies", "duns", [call.params["duns"]]).get(call.params["duns"])
        if row is None:
            raise self.refusal(404, "Requested product not available - insufficient data")
        self.charge([row["duns"]])
        return Reply({"organization": _organization(row, linked="hierarchyconnections_L1_v1" in wanted)})

    def expire_tokens(self) -> None:
        """Let all tokens run out."""
        self._tokens.expire_all()

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {"DNB_BASE_URL": self.base_url, "DNB_CONSUMER_KEY": self.name, "DNB_CONSUMER_SECRET": self.key}


def _candidate(duns: str, name: str, likeness: float, same_city: bool) -> Row:
    confidence = max(1, min(10, round(likeness * 10) - (0 if same_city else 1)))
    return {
        "organization": {"duns": duns, "primaryName": name},
        "matchQualityInformation": {"confidenceCode": confidence, "nameMatchScore": round(likeness * 100)},
    }


def _organization(row: Row, *, linked: bool) -> Row:
    found: dict[str, Any] = {
        "duns": row["duns"], "primaryName": row["name"],
        "primaryAddress": {
            "streetAddress": {"line1": row["street"]}, "addressLocality": {"name": row["city"]},
            "addressRegion": {"name": row["state"]}, "postalCode": row["postal_code"],
            "addressCountry": {"isoAlpha2Code": row["country_code"], "name": row["country"]},
        },
        "websiteAddress": [{"domainName": row["domain"]}] if row["domain"] else [],
        "telephone": [{"telephoneNumber": row["phone"]}] if row["phone"] else [],
        "numberOfEmployees": [{"value": row["employees"], "informationScopeDescription": "Consolidated"}],
        "financials": [{"yearlyRevenue": [{"value": row["revenue"], "currency": "USD"}]}],
        "primaryIndustryCode": {"usSicV4Description": row["industry"]},
        "startDate": str(row["founded"]) if row["founded"] else None,
    }  # fmt: skip
    if linked:
        found["corporateLinkage"] = {
            "parent": _relative(row["parent_duns"], row["parent_name"]),
            "domesticUltimate": _relative(row["domestic_duns"], row["domestic_name"]),
            "globalUltimate": _relative(row["global_duns"], row["global_name"]),
        }
    return found


def _relative(duns: str | None, name: str | None) -> Row:
    return {"duns": duns, "primaryName": name} if duns else {}
