"""Meta's Insights edge of an ad account: campaigns by day, in pages with cursors.

Facts: developers.facebook.com, Marketing API, Insights (fields, level, time_range, time_increment; numbers are text; a
metric without a value is left out; 37 months back).
"""

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.framework.exchange import Call, Reply
from sandbox.framework.records import opened, sealed
from sandbox.framework.store import Store
from sandbox.services.ad_reports import campaign_days, day_of

FIELDS = (
    "campaign_id", "campaign_name", "account_currency", "impressions", "clicks", "spend", "actions",
)  # fmt: skip
OLDEST = timedelta(days=37 * 30)


class WrongParameter(Exception):  # noqa: N818  (what Meta says no to)
    """A parameter that Meta refuses, in its words."""


def insights(call: Call, store: Store, today: date, base_url: str) -> Reply:
    """GET act_<id>/insights?level=campaign&time_increment=1&time_range={"since","until"}&fields=&limit=&after=."""
    fields = call.values("fields") or ["impressions", "spend"]
    if unknown := [name for name in fields if name not in FIELDS]:
        raise WrongParameter(f"{unknown[0]} is not valid for fields param")
    since, until = _range(call, today)
    if call.value("date_preset"):  # one row for the account: enough for a look
        return Reply({"data": []})
    if call.value("level") != "campaign" or call.value("time_increment") != "1":
        raise WrongParameter("level must be campaign and time_increment 1")
    size = call.value("limit", "25")
    if not size.isdigit() or not 1 <= int(size) <= 1_000:
        raise WrongParameter("Param limit must be 1 to 1000")
    skipped = _place(call.value("after"))
    found = campaign_days(store, "meta", since, until, skipped, int(size) + 1)
    shown = found[: int(size)]
    page: dict[str, Any] = {"data": [_told(row, fields) for row in shown]}
    if shown:
        cursor = sealed({"at": skipped + len(shown)})
        page["paging"] = {"cursors": {"before": sealed({"at": skipped}), "after": cursor}}
        if len(found) > len(shown):
            query = dict(call.query) | {"after": cursor, "access_token": "..."}
            page["paging"]["next"] = f"{base_url}{call.path}?{urlencode(query)}"
    return Reply(page)


def _range(call: Call, today: date) -> tuple[date, date]:
    if call.value("date_preset") == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    try:
        given = json.loads(call.value("time_range"))
        since, until = day_of(given["since"]), day_of(given["until"])
    except (ValueError, KeyError, TypeError) as error:
        raise WrongParameter("Param time_range must be an object with since and until") from error
    if since is None or until is None or since > until:
        raise WrongParameter("time_range.since must be a day not after time_range.until")
    if since < today - OLDEST:
        raise WrongParameter("The start date of the time range cannot be beyond 37 months from the current date")
    return since, until


def _place(after: str) -> int:
    try:
        return int(opened(after)["at"]) if after else 0
    except (ValueError, KeyError) as error:
        raise WrongParameter("Invalid cursors values sent to server") from error


def _told(row: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    counted = {"link_click": row["clicks"], "lead": row["leads"], "purchase": row["conversions"]}
    told = {
        "campaign_id": str(row["campaign"]),
        "campaign_name": row["name"],
        "account_currency": "EUR",
        "impressions": str(row["impressions"]),
        "clicks": str(row["clicks"]),
        "spend": f"{row['cost']:.2f}",
        "actions": [{"action_type": kind, "value": str(count)} for kind, count in counted.items() if count] or None,
    }
    chosen = {name: told[name] for name in fields if told[name] is not None}
    return chosen | {"date_start": row["day"], "date_stop": row["day"]}
