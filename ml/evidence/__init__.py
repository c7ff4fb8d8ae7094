"""What past deals say about the market: which segments win, what drives wins, and what the ICP's weights should be.

`assess` reads the built warehouse and writes the tables of schema `ml` that the marts of evidence stand on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from ml.evidence.drivers import Driver, find_drivers
from ml.evidence.encoding import Attribute, factors
from ml.evidence.segments import judge_segments
from ml.evidence.tables import read_attributes, read_deals, read_matches, read_settings, write
from ml.evidence.weights import suggest_weights

__all__ = ["Attribute", "Driver", "EvidenceReport", "Findings", "assess", "weigh"]


@dataclass(frozen=True)
class Findings:
    """Segments (`judge_segments`), drivers (a row per attribute or item of a list), weights (`suggest_weights`)."""

    segments: pd.DataFrame
    drivers: pd.DataFrame
    weights: pd.DataFrame


@dataclass(frozen=True)
class EvidenceReport:
    """How many deals were weighed and what was found; `status` says why nothing was when history is too short."""

    deals: int
    customers: int
    drivers: tuple[str, ...]
    status: str
    seconds: float


def assess(warehouse: Path) -> EvidenceReport:
    """Weigh the closed deals of a built warehouse and write ml.evidence_status and the tables of `Findings`.

    With fewer customers or deals than seed evidence_settings asks for, the tables are empty and the status says so.
    """
    started = time.monotonic()
    with duckdb.connect(str(warehouse)) as connection:
        settings = read_settings(connection)
        attributes = read_attributes(connection)
        deals, customers = read_deals(connection, attributes)
        status = _status(deals, customers, settings["minimum_customers"], settings["minimum_deals"])
        judged = deals if status == "assessed" else deals.iloc[:0]
        matches = read_matches(connection, judged)
        floor, alpha = int(settings["sample_floor"]), settings["error_ratio"]
        findings = weigh(judged, attributes, matches, floor=floor, alpha=alpha)
        write(connection, findings.segments, findings.drivers, findings.weights, (status, len(deals), customers))
    found = tuple(findings.drivers.loc[findings.drivers["is_driver"], "driver"]) if len(findings.drivers) else ()
    return EvidenceReport(len(deals), customers, found, status, time.monotonic() - started)


def weigh(
    deals: pd.DataFrame, attributes: list[Attribute], matches: pd.DataFrame, *, floor: int, alpha: float
) -> Findings:
    """The findings of closed deals: pure, in any order of rows the same.

    `deals`: is_won, amount_usd, sales_cycle_days, account_id, is_churned and a column per attribute; `matches`: per
    deal (in the same order) and vector 1, 0 or NaN.
    """
    found = list(factors(deals, attributes, floor)) if len(deals) else []
    outcome = deals["is_won"].astype(float)
    drivers = find_drivers(
        outcome.to_numpy().astype(np.float64), [one for one in found if one.is_candidate], floor, alpha
    )
    segments = judge_segments(deals, found, floor, alpha)
    holding = {(one.factor.attribute, one.factor.item): one.is_driver for one in drivers}
    names = zip(segments["attribute"], segments["segment"], strict=True)
    segments["is_driver"] = [
        bool(holding.get((attribute, None)) or holding.get((attribute, segment))) for attribute, segment in names
    ]
    return Findings(segments, _table(drivers), suggest_weights(matches, outcome, floor))


def _status(deals: pd.DataFrame, customers: int, minimum_customers: float, minimum_deals: float) -> str:
    if customers < minimum_customers:
        return f"insufficient history, skipped: {customers} customers, {minimum_customers:.0f} needed"
    if len(deals) < minimum_deals:
        return f"insufficient history, skipped: {len(deals)} closed deals, {minimum_deals:.0f} needed"
    return "assessed"


def _table(drivers: list[Driver]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "driver": pd.Series([one.factor.name for one in drivers], dtype="str"),
            "attribute": pd.Series([one.factor.attribute for one in drivers], dtype="str"),
            "item": pd.Series([one.factor.item for one in drivers], dtype="str"),
            "place": pd.array([one.place for one in drivers], dtype="Int64"),
            "is_driver": pd.Series([one.is_driver for one in drivers], dtype=bool),
            "alone_p_value": pd.Series([one.alone_p_value for one in drivers], dtype=float),
            "given_others_p_value": pd.Series([one.given_others_p_value for one in drivers], dtype=float),
            "chi_square": pd.Series([one.chi_square for one in drivers], dtype=float),
            "degrees": pd.Series([one.degrees for one in drivers], dtype=int),
        }
    )
