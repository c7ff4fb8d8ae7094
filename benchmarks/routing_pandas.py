"""What a user would write otherwise: the main line of the flow as a loop over the rows of a frame."""

from __future__ import annotations

import itertools
import time

import duckdb
import pandas as pd

_WORKED = {"Accepted", "Qualifying", "Qualified"}
_COLUMNS = (
    "lead_id, lead_status, person_score, is_created_by_integration, is_do_not_route, has_company, is_sequenced,"
    " last_interesting_moment, has_mdf_campaign, partner_account_id, is_us_public_sector, is_mql, lead_source, tier,"
    " bdr_prospecting_status, bdr_user_id, sdr_user_id, country_code"
)


def seconds(connection: duckdb.DuckDBPyConnection) -> float:
    """Seconds for all leads: no weights, hours, absences or stickiness, no path, no evidence, no log."""
    leads = connection.execute(f"select {_COLUMNS} from intermediate.int_routing_leads").fetch_df()
    users = connection.execute("select user_id from intermediate.int_routing_users where is_active").fetch_df()
    turns = itertools.cycle(users["user_id"])
    began = time.monotonic()
    routed = [_route(row, turns) for _, row in leads.iterrows()]
    leads["owner"] = routed
    return time.monotonic() - began


def _route(row: pd.Series, turns: itertools.cycle[str]) -> str:
    if not row["is_created_by_integration"] or row["is_do_not_route"]:
        return "not routed"
    if pd.isna(row["person_score"]) or row["person_score"] < 0:
        return "not routed"
    if row["lead_status"] in _WORKED or row["is_sequenced"]:
        return "not routed"
    if "job" in str(row["last_interesting_moment"]):
        return "suppressed"
    if row["has_mdf_campaign"]:
        return "Partner Queue"
    if not row["is_mql"]:
        return f"{row['lead_status']} Queue"
    if str(row["bdr_prospecting_status"]) == "Actively Working" and pd.notna(row["bdr_user_id"]):
        return str(row["bdr_user_id"])
    return str(row["sdr_user_id"]) if pd.notna(row["sdr_user_id"]) else next(turns)
