"""Territories: how fair they are, and the fewest moves that would make them fair. Nothing is applied from here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.territory.equity import Equity, equity
from ml.territory.optimisation import Groups, Solution, solve

__all__ = ["Equity", "Proposal", "Rules", "equity", "propose"]


@dataclass(frozen=True)
class Rules:
    """What a proposal must keep to.

    `tolerance`: distance of a rep's value from the mean of the region as a share of it; `minimum_accounts` and
    `maximum_accounts` per rep; `seconds` to think per region. Within 3% of the fewest moves counts as optimal.
    """

    tolerance: float = 0.05
    minimum_accounts: int = 50
    maximum_accounts: int = 10_000
    seconds: float = 5.0


@dataclass(frozen=True)
class Proposal:
    """Who would get what.

    `moves`: account_id, from_owner_id, to_owner_id, value. `reps`: owner_id, region, accounts and value before and
    after. `notes` say what could not be kept.
    """

    moves: pd.DataFrame
    reps: pd.DataFrame
    before: Equity
    after: Equity
    moved_ratio: float
    is_optimal: bool
    notes: tuple[str, ...]


def propose(accounts: pd.DataFrame, rules: Rules, reps: Collection[str] | None = None) -> Proposal:
    """The fewest moves after which every rep of a region has its share of the region's value.

    `accounts`: account_id, family_id, owner_id, region, value (0 or more), is_fixed (a named exception stays where it
    is). `reps` may hold accounts (default: all owners); what others own, somebody who has left or nobody, is given to
    them. A region's reps are those who own accounts in it; a region without any is left as it is.
    Accounts of one family with one owner move together. Regions are balanced each by itself: a rep of another region
    is no help. The result does not depend on the order of rows.
    """
    ordered = accounts.sort_values("account_id", ignore_index=True)
    after = ordered["owner_id"].copy()
    notes: list[str] = []
    is_optimal = True
    for region, part in ordered.groupby("region", sort=True):
        names = _names(part, reps)
        if not names.size:
            notes.append(f"{region}: nobody who may hold accounts owns any there")
            continue
        solution, groups = _solved(part, names, rules)
        after.loc[part.index] = names[solution.rep[groups]]
        is_optimal &= solution.is_optimal
        if not solution.is_optimal:
            notes.append(f"{region}: no time to prove that fewer moves would not do")
    table = _reps(ordered, after)
    notes += _missed(table[table["accounts_after"] > 0], rules)
    moved = after.fillna("") != ordered["owner_id"].fillna("")
    moves = pd.DataFrame(
        {
            "account_id": ordered["account_id"],
            "from_owner_id": ordered["owner_id"],
            "to_owner_id": after,
            "value": ordered["value"],
        }
    )[moved].reset_index(drop=True)
    return Proposal(
        moves=moves,
        reps=table,
        before=_worst(table[table["accounts_after"] > 0], "value_before"),
        after=_worst(table[table["accounts_after"] > 0], "value_after"),
        moved_ratio=float(moved.mean()) if len(moved) else 0.0,
        is_optimal=is_optimal,
        notes=tuple(notes),
    )


def _names(part: pd.DataFrame, reps: Collection[str] | None) -> np.ndarray:
    owners = part["owner_id"].dropna().unique()
    return np.array(sorted(owner for owner in owners if reps is None or owner in reps), dtype=object)


def _solved(part: pd.DataFrame, names: np.ndarray, rules: Rules) -> tuple[Solution, np.ndarray]:
    """The solution of one region in places of `names`, and the group of each of its accounts."""
    owners = pd.Index(names).get_indexer(part["owner_id"])
    keys = part["family_id"].fillna(part["account_id"]).astype("str") + "\0" + part["owner_id"].fillna("").astype("str")
    groups, _ = pd.factorize(keys, sort=True)
    count = int(groups.max()) + 1
    rep = np.zeros(count, dtype=np.int64)
    rep[groups] = owners
    problem = Groups(
        value=np.bincount(groups, weights=part["value"].to_numpy(float), minlength=count).astype(np.float64),
        accounts=np.bincount(groups, minlength=count).astype(np.int64),
        rep=rep,
        is_fixed=np.bincount(groups, weights=part["is_fixed"].to_numpy(float), minlength=count) > 0,
    )
    solution = solve(
        problem,
        len(names),
        tolerance=rules.tolerance,
        minimum=rules.minimum_accounts,
        maximum=rules.maximum_accounts,
        seconds=rules.seconds,
    )
    return solution, groups


def _reps(accounts: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    sides = []
    for side, owner in (("before", accounts["owner_id"]), ("after", after)):
        grouped = accounts.groupby([accounts["region"], owner.fillna("unassigned").rename("owner_id")])["value"]
        sides.append(grouped.agg(["size", "sum"]).set_axis([f"accounts_{side}", f"value_{side}"], axis=1))
    reps = sides[0].join(sides[1], how="outer").fillna(0.0).reset_index()
    return reps.astype({"accounts_before": int, "accounts_after": int})


def _worst(reps: pd.DataFrame, column: str) -> Equity:
    """The least equal region's equity: fairness between regions is for whoever draws them."""
    regions = [equity(part[column].to_numpy(float)) for _, part in reps.groupby("region")]
    return max(regions, key=lambda one: one.gini, default=equity(np.array([])))


def _missed(reps: pd.DataFrame, rules: Rules) -> list[str]:
    notes = []
    for region, part in reps.groupby("region"):
        mean = float(part["value_after"].mean())
        columns = (part[name].tolist() for name in ("owner_id", "value_after", "accounts_after"))
        for owner, value, count in zip(*columns, strict=True):
            distance = abs(value - mean) / mean if mean else 0.0
            if distance > rules.tolerance + 1e-6:
                notes.append(f"{region}: {owner} stays {distance:.0%} from the mean")
            if not rules.minimum_accounts <= count <= rules.maximum_accounts:
                notes.append(f"{region}: {owner} has {count} accounts")
    return notes
