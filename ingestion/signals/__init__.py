"""Providers of signals: news, funding, mergers, job posts, breaches and buyer intent, by one mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connections import Connection
from connections.keyed import G2, HIBP, PREDICTLEADS
from ingestion.frames import NUMBER, TEXT, WHOLE
from ingestion.signals.listing import Listing, SignalOptions, signal_source
from ingestion.vendors.contract import flat

_SIZE = 100


def _json_api(body: Any) -> list[dict[str, Any]]:
    """JSON:API: each entry's attributes, with the domain and name of the company that it is related to."""
    companies = {entry["id"]: entry["attributes"] for entry in body.get("included") or [] if entry["type"] == "company"}
    return [_entry(entry, companies) for entry in body["data"]]


def _entry(entry: Mapping[str, Any], companies: Mapping[str, Any]) -> dict[str, Any]:
    related = (entry.get("relationships") or {}).get("company1") or (entry.get("relationships") or {}).get("company")
    company = companies.get(related["data"]["id"], {}) if related and related.get("data") else {}
    named = {"domain": company.get("domain"), "company_name": company.get("company_name")}
    return {"id": str(entry["id"]), **named, **flat(entry["attributes"])}


def _breaches(body: Any) -> list[dict[str, Any]]:
    """One row per breach of a site that has a domain."""
    return [{"id": entry["Name"], "domain": entry["Domain"], **entry} for entry in body if entry.get("Domain")]


def _found_since(since: str, page: int) -> list[tuple[str, str]]:
    return [("found_at_from", since), ("page", str(page)), ("per_page", str(_SIZE))]


def _probe_subscription(connection: Connection) -> str:
    """GET /v3/api_subscription, which costs nothing."""
    plan = connection.request("GET", "/v3/api_subscription").json()["data"]["attributes"]
    return f"{plan['remaining_api_credits']:,} credits left"


def _probe_breaches(connection: Connection) -> str:
    """GET the latest breach."""
    return f"latest breach: {connection.request('GET', '/api/v3/latestbreach').json()['Name']}"


def _probe_g2(connection: Connection) -> str:
    """GET one interaction."""
    params = [("page[size]", "1"), ("page[number]", "1")]
    return f"{len(connection.request('GET', '/api/v2/buyer_interactions', params=params).json()['data'])} row read"


SIGNALS = (
    signal_source(
        PREDICTLEADS,
        (
            Listing(
                "news_events", "/v3/news_events", "found_at", _found_since, _json_api, _SIZE,
                {"category": TEXT, "summary": TEXT, "article_url": TEXT, "amount_usd": NUMBER},
            ),
            Listing(
                "job_openings", "/v3/job_openings", "first_seen_at", _found_since, _json_api, _SIZE,
                {"title": TEXT, "category": TEXT, "url": TEXT},
            ),
        ),
        _probe_subscription,
    ),
    signal_source(
        HIBP,
        (
            Listing(
                "breaches", "/api/v3/breaches", "AddedDate", lambda since, page: [], _breaches, None,
                {"PwnCount": WHOLE, "BreachDate": TEXT, "Title": TEXT},
            ),
        ),
        _probe_breaches,
    ),
    signal_source(
        G2,
        (
            Listing(
                "buyer_interactions", "/api/v2/buyer_interactions", "interacted_at",
                lambda since, page: [
                    ("filter[interacted_at_gteq]", since), ("page[number]", str(page)), ("page[size]", str(_SIZE)),
                ],
                _json_api, _SIZE, {"category_name": TEXT, "activity": TEXT},
            ),
        ),
        _probe_g2,
    ),
)  # fmt: skip

__all__ = ["SIGNALS", "SignalOptions"]
