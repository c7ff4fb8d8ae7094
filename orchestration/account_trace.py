"""Why an account's score is what it is: its parts and factors, how it came there, its stages, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from orchestration import contents
from orchestration.errors import RequestFault
from orchestration.query import Answer, ask

_BAR_CELLS = 50


@dataclass(frozen=True)
class Trace:
    """What is known of an account's scores. `factors` add up to the overall score, `likelihood` to the log odds.

    `history`: one row per state of the scores, oldest first. `stages`: one row per stage so far, oldest first.
    """

    standing: Answer
    factors: Answer
    likelihood: Answer
    history: Answer
    stages: Answer
    next_step: Answer


def trace(published: Path, account: str) -> Trace:
    """Everything about the scores of an account, by our id or the id of one of its records (15 or 18 characters).

    Raises RequestFault for an account that is not known.
    """
    account_id = _account_id(published, account)
    named = contents.literal(account_id)
    return Trace(
        standing=standing(published, [account_id]),
        **{part: ask(published, text.format(account=named)) for part, text in _PARTS.items()},
    )


def standing(published: Path, accounts: Sequence[str]) -> Answer:
    """The published scores and stages of these accounts."""
    return ask(published, _STANDING.format(accounts=", ".join(map(contents.literal, accounts))))


def chart(history: Answer) -> Table:
    """The overall score over time: a bar per state, 100 points wide."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("since (UTC)", "score", "change", "0 to 100", "why"):
        table.add_column(heading, justify="right" if heading in {"score", "change"} else "left", overflow="fold")
    for since, score, change, why in history.rows:
        bar = "█" * round(float(score or 0) / 100 * _BAR_CELLS)
        table.add_row(str(since), _points(score), "" if change is None else f"{change:+.2f}", f"[cyan]{bar}[/]", why)
    return table


def _points(score: object) -> str:
    return "none" if score is None else str(score)


def _account_id(published: Path, account: str) -> str:
    is_salesforce = len(account) in {15, 18} and account.isalnum() and account.startswith("001")
    match = f"like '{account[:15]}%'" if is_salesforce else f"= {contents.literal(account)}"
    found = ask(published, _FOUND.format(match=match, account=contents.literal(account))).rows
    if not found:
        raise RequestFault(
            f'There is no account {account}. Look for it: marketmap sql "select account_id, account_name from'
            " dim_accounts where account_name ilike '%NAME%'\""
        )
    return str(found[0][0])


_FOUND = """
select account_id from marts.account_scores where account_id = {account}
union
select records.account_id from marts.account_records as records
join marts.account_scores as scores on records.account_id = scores.account_id where records.record_id {match}
"""
_STANDING = """
select
    scores.account_id, accounts.account_name as name, scores.overall_score as overall, scores.fit_score as fit,
    scores.engagement_score as engagement, scores.intent_score as intent, round(scores.propensity, 3) as propensity,
    scores.priority, scores.score_rank as rank, stages.label as stage
from marts.account_scores as scores
join marts.dim_accounts as accounts on scores.account_id = accounts.account_id
join marts.account_stages as stages on scores.account_id = stages.account_id
where scores.account_id in ({accounts}) order by scores.account_id
"""
_PARTS = {
    "factors": """
select component, factor, points, contribution, event_count as events, cast(last_event_at as date) as last_on
from marts.account_score_explanations where account_id = {account}
order by contribution desc, component, factor
""",
    "likelihood": """
select factor, observed_value as observed, round(contribution, 3) as log_odds
from marts.account_propensity_factors where account_id = {account} order by factor_rank
""",
    "history": """
select
    strftime(valid_from, '%Y-%m-%d %H:%M') as since_utc, overall_score,
    overall_score - lag(overall_score) over (order by valid_from) as change, coalesce(change_reason, '') as why
from marts.account_score_history where account_id = {account} order by valid_from
""",
    "stages": """
select
    strftime(changes.changed_at, '%Y-%m-%d %H:%M') as since_utc, stages.label as stage, changes.days_in_stage as days,
    changes.cause, changes.reason, changes.evidence, changes.changed_by
from marts.fct_stage_changes as changes
join (select distinct stage, label from marts.account_stages) as stages on changes.stage = stages.stage
where changes.entity = 'accounts' and changes.entity_id = {account} order by changes.changed_at
""",
    "next_step": """
select recommendation, reason, evidence from marts.account_recommendations where account_id = {account}
""",
}
