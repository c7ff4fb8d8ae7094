{% set attributes = {
    "is_hot": "boolean",
    "is_in_market": "boolean",
    "has_owner": "boolean",
    "overall_score": "number",
    "fit_score": "number",
    "propensity": "number",
    "contact_count": "number",
    "completeness_score": "number",
    "stage": "text",
} %}
with
    rules as (select * from {{ ref("recommendation_rules") }} where is_enabled),
    subjects as (
        select
            scores.account_id,
            scores.is_hot,
            scores.is_in_market,
            accounts.owner_user_id is not null as has_owner,
            scores.overall_score,
            scores.fit_score,
            scores.propensity,
            signals.contact_count,
            accounts.completeness_score,
            stages.stage
        from {{ ref("account_scores") }} as scores
        inner join
            {{ ref("dim_accounts") }} as accounts
            on scores.account_id = accounts.account_id
        inner join
            {{ ref("int_account_signals") }} as signals
            on scores.account_id = signals.account_id
        inner join
            {{ ref("account_stages") }} as stages
            on scores.account_id = stages.account_id
    ),
    conditions as ({{ rule_conditions("rules", "rule_id") }}),
    facts as ({{ rule_facts("subjects", "account_id", attributes, "conditions") }}),
    matches as ({{ met_rules("facts", "conditions") }}),
    effects as (
        select
            rule_id,
            min(priority) as priority,
            min(recommendation) as recommendation,
            min(description) as description
        from rules
        group by rule_id
    ),
    ranked as (
        select
            matches.entity_id as account_id,
            effects.*,
            row_number() over (
                partition by matches.entity_id order by effects.priority
            ) as place
        from matches
        inner join effects on matches.rule_id = effects.rule_id
    ),
    applied as (select * from ranked where place = 1),
    told as ({{ rule_evidence("applied", "account_id", "facts", "conditions") }})
select
    applied.account_id,
    applied.recommendation,
    applied.rule_id,
    applied.description as reason,
    told.evidence,
    cast(applied.priority as integer) as urgency
from applied
inner join told on applied.account_id = told.account_id
