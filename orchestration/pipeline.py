"""Where accounts stand between unqualified and customer: the board of stages, how they move, and whom a stage holds."""

from __future__ import annotations

from pathlib import Path

from orchestration import contents
from orchestration.errors import RequestFault
from orchestration.pages import Page, Section, percent
from orchestration.query import Answer, ask

LAST_TABLE = "marts.stage_conversions"  # with it all other tables of the page are published
PAGE = Page(
    "pipeline",
    "Pipeline",
    "The stages are",
    (
        Section(
            "Accounts by stage",
            "How many stand where, and for how long?",
            f"""from (
                select position, stages.label as "stage", owner as "owner", count(*) as "accounts",
                    {percent("count(*) / sum(count(*)) over (partition by 1)")} as "share",
                    cast(round(avg(days_in_stage)) as bigint) as "mean days", count(blocked_reason) as "fields missing"
                from marts.account_stages as stages group by position, stages.label, owner
                union all
                select 99, 'all', null, count(*), null, null, count(blocked_reason)
                from marts.account_stages
            ) select * exclude (position) order by position""",
        ),
        Section(
            "The board",
            "The ten highest scores of each stage; `marketmap pipeline STAGE` lists all accounts of one.",
            """from (
                pivot (
                    select stages.position || ' ' || stages.label as stage,
                        accounts.account_name || ' (' || scores.overall_score || ')' as account,
                        row_number() over (
                            partition by stages.stage order by scores.score_rank, stages.account_id
                        ) as place
                    from marts.account_stages as stages
                    join marts.account_scores as scores using (account_id)
                    join marts.dim_accounts as accounts using (account_id)
                    qualify place <= 10
                ) on stage using first(account) group by place order by place
            ) select * exclude (place) order by place""",
        ),
        Section(
            "From stage to stage",
            "Of the times that accounts entered a stage: how many went on, how many came back, and how long it took.",
            f"""select label as "stage", segment as "segment", entered_count as "entered", advanced_count as "went on",
                returned_count as "went back", staying_count as "still there",
                {percent("conversion_ratio")} as "share that went on",
                round(average_days_to_advance, 1) as "days to go on", round(median_days, 1) as "median days"
            from marts.stage_conversions
            left join (select distinct stage, label, position from marts.account_stages) using (stage)
            order by position nulls last, stage, segment""",
        ),
        Section(
            "Accounts by the month they were created",
            "How far did each month's accounts come? The last six months.",
            f"""select strftime(cohort_month, '%Y-%m') as "month", stage as "stage", account_count as "accounts",
                reached_count as "reached it", {percent("reached_ratio")} as "share", present_count as "there now"
            from marts.stage_cohorts
            where cohort_month > (select max(cohort_month) from marts.stage_cohorts) - interval 6 month
            order by cohort_month, position""",
        ),
    ),
)
_STAGES = "select distinct position, stage, label from marts.account_stages order by position"
_MEMBERS = """
select
    stages.account_id, accounts.account_name as name, scores.overall_score as overall, scores.score_rank as rank,
    stages.days_in_stage as days, stages.cause, stages.reason, stages.blocked_reason as blocked
from marts.account_stages as stages
join marts.dim_accounts as accounts using (account_id)
left join marts.account_scores as scores using (account_id)
where stages.stage = {stage} order by scores.score_rank, stages.account_id
"""


def members(published: Path, asked: str) -> Answer:
    """All accounts of a stage, given by its code or its label; raises RequestFault where none stands there."""
    stages = ask(published, _STAGES).rows
    for _, stage, label in stages:
        if asked.strip().casefold() in {stage.casefold(), label.casefold()}:
            return ask(published, _MEMBERS.format(stage=contents.literal(stage)))
    held = ", ".join(label for _, _, label in stages) or "none"
    raise RequestFault(f"No account stands in a stage {asked}; stages that hold any: {held}.")
