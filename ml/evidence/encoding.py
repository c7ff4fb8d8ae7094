"""Attributes of deals as segments: categories, bands of numbers, members of lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

UNKNOWN = "unknown"
OTHER = "other"


@dataclass(frozen=True)
class Attribute:
    """One row of seed evidence_attributes.

    `kind`: category, number (cut at `bounds`) or list (each item is an attribute of its own). `is_candidate`: whether
    it may drive wins; others (a competitor, known only once there is a deal) are described and not tested for that.
    """

    name: str
    source: str
    kind: str
    bounds: tuple[float, ...]
    is_candidate: bool


@dataclass(frozen=True)
class Factor:
    """One attribute, or one item of a list, over all deals: a code per deal into `levels`."""

    attribute: str
    item: str | None
    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    is_candidate: bool

    @property
    def name(self) -> str:
        """The attribute, with the item of a list behind it."""
        return self.attribute if self.item is None else f"{self.attribute}: {self.item}"


def factors(deals: pd.DataFrame, attributes: list[Attribute], floor: int) -> Iterator[Factor]:
    """Every attribute that the deals have; of lists the items that at least `floor` deals have and lack."""
    for attribute in attributes:
        if attribute.name not in deals:
            continue
        values = deals[attribute.name]
        if attribute.kind == "list":
            yield from _items(attribute, values, floor)
        else:
            labels = _banded(values, attribute.bounds) if attribute.kind == "number" else values.astype("str")
            labels = labels.where(values.notna(), UNKNOWN)
            codes, levels = pd.factorize(labels, sort=True)
            yield Factor(attribute.name, None, tuple(map(str, levels)), codes.astype(np.int64), attribute.is_candidate)


def _banded(values: pd.Series, bounds: tuple[float, ...]) -> pd.Series:
    """`from 200 to under 1,000`; a zero before the label keeps bands in order of size when sorted as text."""
    edges = [-np.inf, *bounds, np.inf]
    width = len(f"{max((abs(bound) for bound in bounds), default=0):,.0f}")
    labels = [f"under {bounds[0]:,.0f}"] if bounds else ["any"]
    for low, high in itertools.pairwise(edges[1:]):
        labels.append(f"{low:>{width},.0f} and more" if np.isinf(high) else f"{low:>{width},.0f} to under {high:,.0f}")
    cut = pd.cut(pd.to_numeric(values).astype(float), edges, labels=labels, right=False)
    return cut.astype("str").str.strip()


def _items(attribute: Attribute, values: pd.Series, floor: int) -> Iterator[Factor]:
    known = values.notna().to_numpy()
    exploded = values.explode().dropna()
    for item, owners in exploded.groupby(exploded).groups.items():
        has = np.zeros(len(values), dtype=bool)
        has[owners.unique()] = True
        if min(int(has.sum()), int((known & ~has).sum())) < floor:
            continue
        codes = np.where(has, 0, np.where(known, 1, 2))
        yield Factor(attribute.name, str(item), (str(item), "without", UNKNOWN), codes, attribute.is_candidate)


def block(factor: Factor, floor: int) -> npt.NDArray[np.float64]:
    """The factor as 0/1 columns: levels of fewer than `floor` deals are pooled, and one level is the reference."""
    counts = np.bincount(factor.codes, minlength=len(factor.levels))
    large = np.flatnonzero(counts >= floor)
    if large.size < 1 or (large.size == 1 and counts[large[0]] == factor.codes.size):
        return np.zeros((factor.codes.size, 0))
    reference = large[np.argmax(counts[large])]
    columns = [factor.codes == level for level in large if level != reference]
    rest = ~np.isin(factor.codes, large)
    if rest.sum() >= floor:
        columns.append(rest)
    if not columns:
        return np.zeros((factor.codes.size, 0))
    return np.column_stack(columns).astype(np.float64)
