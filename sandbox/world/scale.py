"""How large each part of a world is, and how dirty."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Dirt = Literal["low", "medium", "high"]
DIRT_LEVELS: dict[str, float] = {"low": 0.35, "medium": 1.0, "high": 1.8}
SMALLEST, LARGEST = 200, 100_000


class WrongParametersError(Exception):
    """The world asked for cannot be made; the message names the parameter, its value and what is possible."""


@dataclass(frozen=True)
class Scale:
    """The parameters of a world. `level` multiplies every rate of dirt."""

    accounts: int
    seed: int
    as_of: dt.date
    dirt: str

    @property
    def level(self) -> float:
        """1.0 is medium."""
        return DIRT_LEVELS[self.dirt]

    @property
    def crm_companies(self) -> int:
        """Companies that sales put into the CRM by hand or list; conversions of leads add about 3% of accounts."""
        return round(self.accounts * (1 - 0.19 * self.level - 0.03))

    @property
    def companies(self) -> int:
        """All companies of the market; those outside the CRM show up in leads, intent and vendor data."""
        return self.crm_companies + round(self.accounts * 0.35)


def scale(accounts: int, seed: int, as_of: dt.date, dirt: str) -> Scale:
    """Checked parameters. Raises WrongParametersError."""
    if not SMALLEST <= accounts <= LARGEST:
        raise WrongParametersError(f"accounts is {accounts:,}: choose between {SMALLEST:,} and {LARGEST:,}")
    if dirt not in DIRT_LEVELS:
        raise WrongParametersError(f"dirt is {dirt!r}: choose one of {', '.join(DIRT_LEVELS)}")
    if seed < 0:
        raise WrongParametersError(f"seed is {seed}: choose 0 or more")
    return Scale(accounts, seed, as_of, dirt)
