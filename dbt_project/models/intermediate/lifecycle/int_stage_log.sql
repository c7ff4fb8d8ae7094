{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
{% set attributes = {
    "stage": "text",
    "overall_score": "number",
    "score_above_threshold": "number",
    "fit_score": "number",
    "intent_score": "number",
    "engagement_points": "number",
    "won_opportunity_count": "number",
    "is_customer": "boolean",
    "has_open_opportunity": "boolean",
    "last_meeting_date": "date",
    "last_click_date": "date",
    "lead_stage": "text",
    "lead_is_given_back": "boolean",
} %}
{% set columns = [
    "subject_id",
    "entity",
    "entity_id",
    "account_id",
    "stage",
    "previous_stage",
    "cause",
    "rule_id",
    "evidence",
    "changed_by",
    "overall_score",
    "model_version",
    "is_notified",
] %}
-- Written once, never rewritten: a second run with nothing changed adds nothing.
-- Whoever is new begins with what the CRM's dates say (its past), then with today.
with
    subjects as (select * from {{ ref("int_stage_subjects") }}),
    rules as ({{ stage_rule_effects() }}),
    past as (select * from {{ ref("int_stage_past") }}),
    manual as ({{ manual_stage_changes() }}),
    logged as (
        {% if is_incremental() %}select * from {{ this }}
        {% else %}{{ empty_stage_log(columns) }}
        {% endif %}
    ),
    begun as (
        select past.*, {{ as_of_timestamp() }} as recorded_at
        from past
        left join
            (select distinct subject_id from logged) as known
            on past.subject_id = known.subject_id
        where known.subject_id is null
    ),
    known as (
        select subject_id, stage, cause, changed_at, recorded_at
        from logged
        union all
        select subject_id, stage, cause, changed_at, recorded_at
        from begun
    ),
    standing as (
        select
            subject_id,
            max_by(stage, changed_at) as stage,
            max(changed_at) as changed_at,
            max(recorded_at) as recorded_at,
            max(case when stage = 'mql' then changed_at end) as mql_at,
            max(case when cause = 'person' then changed_at end) as person_at
        from known
        group by subject_id
    ),
    placed as (
        select
            subjects.*,
            coalesce(standing.stage, 'unqualified') as stage,
            standing.changed_at,
            standing.mql_at,
            standing.person_at,
            -- After the stage began, or learnt after it was decided: what was known by
            -- then does not end it.
            coalesce(
                subjects.lead_given_back_at > standing.changed_at
                or subjects.lead_given_back_seen_at > standing.recorded_at,
                false
            ) as lead_is_given_back
        from subjects
        left join standing on subjects.subject_id = standing.subject_id
    ),
    decided as ({{ stage_decisions("placed", "rules", "manual", attributes) }}),
    moved as (
        select
            {% for column in columns %} {{ column }}, {% endfor %}
            greatest(
                changed_at, coalesce(last_at + interval '1 microsecond', changed_at)
            ) as changed_at,
            {{ as_of_timestamp() }} as recorded_at
        from decided
    )
select {{ columns | join(", ") }}, changed_at, recorded_at
from begun
union all
select {{ columns | join(", ") }}, changed_at, recorded_at
from moved
