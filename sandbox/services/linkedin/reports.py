"""LinkedIn's ad reports: adAnalytics by campaign or by members' company, campaigns, and organizations by id.

Facts: learn.microsoft.com/linkedin/marketing (ads-reporting: no paging, 15,000 rows, 20 metrics; adCampaigns search;
organizationsLookup: what everybody may read), linkedin.github.io/rest.li (protocol 2.0: brackets of lists and objects
stand unescaped, values within are escaped).
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import unquote

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services import ad_reports
from sandbox.services.linkedin.refusals import refusal

MOST_ROWS, MOST_FIELDS, MOST_IDS = 15_000, 20, 500
PIVOTS = ("CAMPAIGN", "MEMBER_COMPANY")
NAMES = {
    "impressions": "impressions",
    "clicks": "clicks",
    "externalWebsiteConversions": "conversions",
    "oneClickLeads": "leads",
    "costInLocalCurrency": "cost",
    "costInUsd": "cost",
}
_DAY = r"\(year:(\d{4}),month:(\d{1,2}),day:(\d{1,2})\)"
_RANGE = re.compile(rf"\(start:{_DAY}(?:,end:{_DAY})?\)")
_LIST = re.compile(r"List\(([^()]*)\)")


class Reports:
    """The reports of one ad account."""

    def __init__(self, store: Store, clock: Clock, account: str) -> None:
        self._store, self._clock, self._account = store, clock, account
        self.may_be_read = True  # whether the app has the right

    def routes(self) -> dict[str, Callable[[Call], Reply]]:
        """Return what is answered to GET, by path."""
        return {
            path: partial(self._permitted, answer)
            for path, answer in {
                "/rest/adAnalytics": self._analytics,
                "/rest/adAccounts/{account}": lambda call: Reply({"id": int(call.params["account"])}),
                "/rest/adAccounts/{account}/adCampaigns": self._campaigns,
                "/rest/organizationsLookup": self._organizations,
            }.items()
        }

    def _permitted(self, answer: Callable[[Call], Reply], call: Call) -> Reply:
        ours = self._account.rpartition(":")[2]
        if not self.may_be_read or call.params.get("account", ours) != ours:
            raise refusal(403, "ACCESS_DENIED", f"Not enough permissions to access: GET {call.path}")
        return answer(call)

    def _analytics(self, call: Call) -> Reply:
        """GET adAnalytics?q=analytics&pivot=&timeGranularity=DAILY&dateRange=&accounts=List()&fields=."""
        given = _raw(call)
        if given.get("q") != "analytics" or given.get("pivot") not in PIVOTS:
            raise refusal(
                400, "ILLEGAL_ARGUMENT", f"Invalid query parameters: q=analytics with a pivot of {', '.join(PIVOTS)}"
            )
        if given.get("timeGranularity") != "DAILY":
            raise refusal(400, "ILLEGAL_ARGUMENT", "Parameter timeGranularity must be DAILY")
        if [unquote(one) for one in _listed(given.get("accounts", ""))] != [self._account]:
            raise refusal(
                400, "ILLEGAL_ARGUMENT", "Array parameter 'accounts' value is of an unknown account or not escaped"
            )
        fields = given.get("fields", "impressions,clicks").split(",")
        if unknown := [name for name in fields if name not in (*NAMES, "pivotValues", "dateRange")]:
            raise refusal(400, "ILLEGAL_ARGUMENT", f"Invalid field {unknown[0]}")
        if len(fields) > MOST_FIELDS:
            raise refusal(400, "ILLEGAL_ARGUMENT", f"No more than {MOST_FIELDS} metrics can be asked for")
        since, until = _range(given.get("dateRange", ""), self._clock.now().date())
        if given["pivot"] == "CAMPAIGN":
            rows, kind, key = (
                ad_reports.campaign_days(self._store, "linkedin", since, until, most=MOST_ROWS),
                "sponsoredCampaign",
                "campaign",
            )
        else:
            rows = ad_reports.company_days(self._store, since, until, MOST_ROWS)
            kind, key = "organization", "organization"
        elements = [_element(row, f"urn:li:{kind}:{row[key]}", fields) for row in rows]
        return Reply({"paging": {"count": 10, "links": [], "start": 0}, "elements": elements})

    def _campaigns(self, call: Call) -> Reply:
        """GET adAccounts/{id}/adCampaigns?q=search&pageSize=&pageToken=."""
        size, place = call.value("pageSize", "100"), call.value("pageToken", "0")
        if call.value("q") != "search" or not size.isdigit() or not 1 <= int(size) <= 1_000 or not place.isdigit():
            raise refusal(400, "ILLEGAL_ARGUMENT", "The finder search needs a pageSize of 1 to 1000")
        found = ad_reports.campaigns(self._store, "linkedin", int(place), int(size) + 1)
        metadata = {"nextPageToken": str(int(place) + int(size))} if len(found) > int(size) else {}
        return Reply({"elements": found[: int(size)], "metadata": metadata})

    def _organizations(self, call: Call) -> Reply:
        """GET organizationsLookup?ids=List(1,2): what everybody may read of organizations."""
        ids = _listed(_raw(call).get("ids", ""))
        if not 0 < len(ids) <= MOST_IDS or not all(one.isdigit() for one in ids):
            raise refusal(400, "ILLEGAL_ARGUMENT", "Parameter 'ids' must be a list of numbers")
        found = {str(row["id"]): row for row in ad_reports.organizations(self._store, [int(one) for one in ids])}
        results = {
            key: {
                "id": row["id"],
                "localizedName": row["name"],
                "vanityName": row["vanity_name"],
                "primaryOrganizationType": "NONE",
            }
            | ({"localizedWebsite": row["website"]} if row["website"] else {})
            for key, row in found.items()
        }
        errors = {one: {"status": 404, "message": "Not found"} for one in ids if one not in found}
        statuses = {one: 200 if one in found else 404 for one in ids}
        return Reply({"results": results, "statuses": statuses, "errors": errors})


def _raw(call: Call) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition("=") for part in call.raw_query.split("&"))}


def _listed(text: str) -> list[str]:
    match = _LIST.fullmatch(text)
    if match is None or ":" in match[1]:
        raise refusal(400, "ILLEGAL_ARGUMENT", "Array parameter is not written as List(...) with escaped values")
    return [one for one in match[1].split(",") if one]


def _range(text: str, today: date) -> tuple[date, date]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise refusal(
            400, "ILLEGAL_ARGUMENT", "Parameter 'dateRange' is not written as (start:(year:,month:,day:),end:(...))"
        )
    numbers = [int(number) if number else 0 for number in match.groups()]
    try:
        since = date(*numbers[:3])
        return since, date(*numbers[3:]) if numbers[3] else today
    except ValueError as error:
        raise refusal(400, "ILLEGAL_ARGUMENT", f"Parameter 'dateRange': {error}") from error


def _element(row: dict[str, Any], urn: str, fields: list[str]) -> dict[str, Any]:
    day = date.fromisoformat(row["day"])
    written = {"year": day.year, "month": day.month, "day": day.day}
    told: dict[str, Any] = {"pivotValues": [urn], "dateRange": {"start": written, "end": written}}
    told |= {name: str(row[column]) if name.startswith("cost") else row[column] for name, column in NAMES.items()}
    return {name: told[name] for name in fields}
