"""Which attributes drive wins by themselves, and which only go along with one that does.

A segment may win more because it is full of companies that win for another reason (a state of a country, a revenue
that follows from headcount). So attributes are taken into one model, strongest first, each tested given those that are
in it already; what a better one has made needless leaves again, and each must add something given all others. Of two
that say the same, neither adding to the other, the one that people listed first stands (the country, not the prefix
of phones).
False discoveries are held to `alpha` whatever the attributes have to do with each other (a state lies in a country, a
revenue follows from a headcount): the k-th driver may use k shares of the error over 1 + 1/2 + ... + 1/m for m
candidates (Benjamini and Yekutieli 2001; with weights Blanchard and Roquain 2008). Each attribute has the same share,
which the items of a list divide among them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from ml.evidence.encoding import Factor, block
from ml.evidence.statistics import Fit, Floats, logistic, score_test


@dataclass(frozen=True)
class Driver:
    """What is known of one attribute: alone, and given all other drivers."""

    factor: Factor
    alone_p_value: float
    given_others_p_value: float
    chi_square: float
    degrees: int
    is_driver: bool
    place: int | None


def find_drivers(outcome: Floats, candidates: list[Factor], floor: int, alpha: float) -> list[Driver]:
    """Every candidate, drivers first by strength; `outcome` is 1 for a won deal, 0 for a lost one."""
    if not candidates:
        return []
    blocks = [block(factor, floor) for factor in candidates]
    tested = [place for place, columns in enumerate(blocks) if columns.shape[1]]
    empty = logistic(np.ones((outcome.size, 1)), outcome)
    alone = {place: score_test(empty, outcome, blocks[place]) for place in tested}
    shares = _shares(candidates, tested)
    alpha /= sum(1 / number for number in range(1, len(tested) + 1)) or 1
    chosen: list[int] = []
    dropped: set[int] = set()
    while True:
        fit = _fit(outcome, [blocks[place] for place in chosen])
        waiting = [place for place in tested if place not in chosen and place not in dropped]
        p_values = {place: score_test(fit, outcome, blocks[place])[1] / shares[place] for place in waiting}
        best = min(p_values, key=lambda place: (p_values[place], place), default=None)
        if best is None or p_values[best] > alpha * (len(chosen) + 1):
            break
        chosen.append(best)
        chosen, gone = _pruned(outcome, blocks, chosen, alpha, shares)
        dropped |= gone
    chosen = _first_named(outcome, blocks, chosen, tested, alpha, shares)
    given = {place: _given_others(outcome, blocks, chosen, place) for place in tested}
    order = sorted(chosen, key=lambda place: (given[place][1], -given[place][0]))
    return [
        Driver(
            factor=candidates[place],
            alone_p_value=alone[place][1],
            given_others_p_value=given[place][1],
            chi_square=given[place][0],
            degrees=blocks[place].shape[1],
            is_driver=place in chosen,
            place=order.index(place) + 1 if place in chosen else None,
        )
        for place in [*order, *sorted(set(tested) - set(chosen), key=lambda place: given[place][1])]
    ]


def _pruned(
    outcome: Floats, blocks: list[Floats], chosen: list[int], alpha: float, shares: dict[int, float]
) -> tuple[list[int], set[int]]:
    """Without those that a later, better attribute has made needless."""
    gone: set[int] = set()
    while len(chosen) > 1:
        p_values = {place: _given_others(outcome, blocks, chosen, place)[1] / shares[place] for place in chosen}
        worst = max(p_values, key=lambda place: p_values[place])
        if p_values[worst] <= alpha * len(chosen):
            break
        chosen = [place for place in chosen if place != worst]
        gone.add(worst)
    return chosen, gone


def _first_named(
    outcome: Floats, blocks: list[Floats], chosen: list[int], tested: list[int], alpha: float, shares: dict[int, float]
) -> list[int]:
    """With the earlier of two in the list in place of a chosen one that adds nothing to it."""
    kept = list(chosen)
    for place in chosen:
        others = [other for other in kept if other != place]
        rest = _fit(outcome, [blocks[other] for other in others])
        earlier = [other for other in tested if other < place and other not in kept]
        p_values = {other: score_test(rest, outcome, blocks[other])[1] / shares[other] for other in earlier}
        best = min(p_values, key=lambda other: p_values[other], default=None)
        if best is None or p_values[best] > alpha * len(kept):
            continue
        beside = _fit(outcome, [blocks[other] for other in (*others, best)])
        if score_test(beside, outcome, blocks[place])[1] / shares[place] > alpha:
            kept = [*others, best]
    return kept


def _shares(candidates: list[Factor], tested: list[int]) -> dict[int, float]:
    """What each candidate may use of the error: an equal part of its attribute's equal part."""
    sizes = Counter(candidates[place].attribute for place in tested)
    return {place: 1 / (len(sizes) * sizes[candidates[place].attribute]) for place in tested}


def _given_others(outcome: Floats, blocks: list[Floats], chosen: list[int], place: int) -> tuple[float, float]:
    others = _fit(outcome, [blocks[other] for other in chosen if other != place])
    return score_test(others, outcome, blocks[place])


def _fit(outcome: Floats, blocks: list[Floats]) -> Fit:
    return logistic(np.column_stack([np.ones(outcome.size), *blocks]), outcome)
