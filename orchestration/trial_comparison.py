"""A trial beside today: accounts and value by tier, who moves where, and which accounts move most value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import duckdb

_SIDES = """
create temp table sides as
select
    coalesce(today.account_id, trial.account_id) as account_id,
    coalesce(today.tier, 'None') as tier_today,
    coalesce(trial.tier, 'None') as tier_trial,
    today.fit_score as fit_today,
    trial.fit_score as fit_trial,
    trial.tier_reason as reason,
    coalesce(value_today.valuation_usd, 0) as value_today,
    coalesce(value_trial.valuation_usd, 0) as value_trial
from published.marts.account_tiers as today
full join warehouse.marts.account_tiers as trial using (account_id)
left join published.marts.account_valuations as value_today using (account_id)
left join warehouse.marts.account_valuations as value_trial using (account_id)
"""
_TIERS = """
with deals as (
    select account_id, count(*) filter (is_won) as won, count(*) as closed
    from published.marts.fct_opportunities
    where is_closed and account_id is not null
    group by account_id
),

tiers as (select unnest(['T1', 'T2', 'T3', 'Excluded', 'None']) as tier, unnest([1, 2, 3, 4, 5]) as place),

today as (
    select
        tier_today as tier,
        count(*) as accounts,
        sum(value_today) as value_usd,
        sum(won) as won,
        sum(closed) as closed
    from sides
    left join deals using (account_id)
    group by 1
),

trial as (
    select
        tier_trial as tier,
        count(*) as accounts,
        sum(value_trial) as value_usd,
        sum(won) as won,
        sum(closed) as closed
    from sides
    left join deals using (account_id)
    group by 1
)

select
    tier,
    coalesce(today.accounts, 0),
    coalesce(trial.accounts, 0),
    coalesce(today.value_usd, 0)::decimal(18, 2),
    coalesce(trial.value_usd, 0)::decimal(18, 2),
    today.won / nullif(today.closed, 0),
    trial.won / nullif(trial.closed, 0),
    coalesce(trial.closed, 0)::bigint
from tiers
left join today using (tier)
left join trial using (tier)
order by place
"""
_MOVES = """
select tier_today, tier_trial, count(*), sum(value_trial)::decimal(18, 2)
from sides
where tier_today <> tier_trial
group by all
order by 3 desc, 1, 2
"""
_MOVERS = """
select account_name, tier_today, tier_trial, fit_today, fit_trial, value_trial::decimal(18, 2), reason
from sides
left join published.marts.dim_accounts using (account_id)
where tier_today <> tier_trial
order by value_trial desc, account_id
limit 10
"""


@dataclass(frozen=True)
class Tier:
    """One tier today and in the trial: accounts, value in USD, and the share of its closed deals that were won."""

    tier: str
    accounts_today: int
    accounts_trial: int
    value_usd_today: Decimal
    value_usd_trial: Decimal
    win_ratio_today: float | None
    win_ratio_trial: float | None
    closed_deals_trial: int


@dataclass(frozen=True)
class Move:
    """Accounts that go from one tier to another, and what they are worth in the trial."""

    tier_today: str
    tier_trial: str
    accounts: int
    value_usd: Decimal


@dataclass(frozen=True)
class Mover:
    """One of the accounts of most value among those that change their tier."""

    account_name: str | None
    tier_today: str
    tier_trial: str
    fit_today: Decimal | None
    fit_trial: Decimal | None
    value_usd: Decimal
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Everything that a trial changes."""

    tiers: tuple[Tier, ...]
    moves: tuple[Move, ...]
    movers: tuple[Mover, ...]
    revalued: int

    @property
    def moved(self) -> int:
        """Accounts that change their tier."""
        return sum(move.accounts for move in self.moves)

    @property
    def changes_nothing(self) -> bool:
        """Whether no account changes its tier, its score or its value."""
        return not self.moves and not self.revalued

    def as_json(self) -> dict[str, Any]:
        """Plain numbers and texts, amounts as floats."""
        plain: dict[str, Any] = asdict(self) | {"moved": self.moved}
        return {name: _plain(value) for name, value in plain.items()}


def compare(connection: duckdb.DuckDBPyConnection) -> Comparison:
    """Hold the trial of `connection` (see `trials.trial`) against what is published."""
    connection.execute(_SIDES)
    ((revalued,),) = connection.execute(
        "select count(*) from sides where fit_today is distinct from fit_trial or value_today <> value_trial"
    ).fetchall()
    return Comparison(
        tiers=tuple(Tier(*row) for row in connection.execute(_TIERS).fetchall()),
        moves=tuple(Move(*row) for row in connection.execute(_MOVES).fetchall()),
        movers=tuple(Mover(*row) for row in connection.execute(_MOVERS).fetchall()),
        revalued=revalued,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
