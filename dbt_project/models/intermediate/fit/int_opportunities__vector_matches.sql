{%- set known = {
    "surging_topic_count": "number",
    "surging_topics": "list",
    "engaged_contact_count": "number",
    "last_engaged_date": "date",
    "won_opportunity_count": "number",
    "has_open_opportunity": "boolean",
    "is_customer": "boolean",
} %}
{#- What follows from the deal itself, or has no history, is unknown rather than taken from today. -#}
{%- set later = [
    "current_contract_value_usd",
    "health_score",
    "has_prevent_override",
    "completeness_score",
    "account_type",
] %}
{%- set profile = {} %}
{%- for name, type in account_attribute_types(ref("int_accounts")).items() if name not in known and name not in later %}
    {%- do profile.update({name: type}) %}
{%- endfor %}
-- The ICP applied to each closed deal as of the day that it was opened; firmographics
-- are today's, for no source tells their past.
with
    signals as (select * from {{ ref("int_opportunities__known_signals") }}),
    accounts as (select * from {{ ref("int_accounts") }}),
    used as (select attribute from {{ ref("icp_vectors") }}),
    deals as (
        select
            signals.opportunity_id,
            {%- for name in profile %}
                accounts.{{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        from signals
        inner join accounts on signals.account_id = accounts.account_id
    ),
    facts as (
        {{ rule_facts("deals", "opportunity_id", profile, "used") }}
        union all
        {{ rule_facts("signals", "opportunity_id", known, "used") }}
    ),
    matches as ({{ vector_matches("facts") }})
select
    entity_id as opportunity_id,
    vector_id,
    effect,
    missing_policy,
    is_match,
    is_missing,
    is_left_out,
    weight,
    share,
    contribution
from matches
