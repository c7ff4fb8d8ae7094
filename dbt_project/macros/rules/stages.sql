{#- Stage rules that are on, one row per rule; rule_id is unique over accounts and contacts. -#}
{% macro stage_rule_effects() %}
    select
        rule_id,
        min(entity) as entity,
        min(priority) as priority,
        min(cause) as cause,
        min(to_stage) as to_stage,
        {{ is_required("domain") }} as needs_domain,
        {{ is_required("email") }} as needs_email,
        min(cooldown_days) as cooldown_days,
        min(hold_days) as hold_days,
        bool_and(is_notified) as is_notified,
        min(description) as description
    from {{ ref("stage_rules") }}
    where is_enabled
    group by rule_id
{% endmacro %}

{#- The latest change by a person per subject: seed stage_changes. -#}
{% macro manual_stage_changes() %}
    select
        entity || ':' || entity_id as subject_id,
        max_by(stage, changed_at) as stage,
        max_by(changed_by, changed_at) as changed_by,
        max_by(reason, changed_at) as reason,
        max(changed_at) as changed_at
    from {{ ref("stage_changes") }}
    where changed_at <= {{ as_of_timestamp() }}
    group by entity || ':' || entity_id
{% endmacro %}

{#-
One row per subject whose stage changes now.

placed  CTE: a row per subject with its attributes, its stage, and when it was last changed (changed_at), became MQL
        (mql_at) and was changed by a person (person_at)
rules   CTE of stage_rule_effects()
manual  CTE of manual_stage_changes()

A person's change that is newer than the last one comes first; then the CRM's rules; then ours, which wait hold_days
after a person's change, cooldown_days after the last time as MQL, and for the required fields. The first rule that
matches by priority applies, and only if its stage is another one: a rule for the present stage keeps it.
-#}
{% macro stage_decisions(placed, rules, manual, attributes) %}
    with
        enabled as (select * from {{ ref("stage_rules") }} where is_enabled),
        conditions as ({{ rule_conditions("enabled", "rule_id") }}),
        asked as (
            {{ asked_attributes(placed, "subject_id", attributes, "conditions") }}
        ),
        kinds as ({{ rule_kinds("asked", attributes) }}),
        members as ({{ members_of_kinds("asked", "kinds", attributes) }}),
        facts as ({{ rule_facts("kinds", "kind_id", attributes, "conditions") }}),
        matches as ({{ met_rules("facts", "conditions") }}),
        allowed as (
            select
                placed.subject_id,
                members.kind_id,
                rules.*,
                row_number() over (
                    partition by placed.subject_id order by rules.priority
                ) as place
            from matches
            inner join {{ rules }} as rules on matches.rule_id = rules.rule_id
            inner join members on matches.entity_id = members.kind_id
            inner join
                {{ placed }} as placed
                on members.entity_id = placed.subject_id
                and rules.entity = placed.entity
            where
                (rules.cause = 'crm' or not coalesce(placed.is_excluded, false))
                and {{ has_required_fields("placed", "rules") }}
                and (
                    rules.cooldown_days is null
                    or placed.mql_at is null
                    or {{ dbt.datediff("placed.mql_at", as_of_date(), "day") }}
                    >= rules.cooldown_days
                )
                and (
                    rules.hold_days is null
                    or placed.person_at is null
                    or {{ dbt.datediff("placed.person_at", as_of_date(), "day") }}
                    >= rules.hold_days
                )
        ),
        applied as (
            select allowed.*
            from allowed
            inner join {{ placed }} as placed on allowed.subject_id = placed.subject_id
            where allowed.place = 1 and allowed.to_stage is distinct from placed.stage
        ),
        applied_kinds as (select distinct kind_id, rule_id from applied),
        told as ({{ rule_evidence("applied_kinds", "kind_id", "facts", "conditions") }})
    select
        placed.subject_id,
        placed.entity,
        placed.entity_id,
        placed.account_id,
        coalesce(manual.stage, applied.to_stage) as stage,
        placed.stage as previous_stage,
        case
            when manual.stage is not null then 'person' else applied.cause
        end as cause,
        case when manual.stage is null then applied.rule_id end as rule_id,
        case
            when manual.stage is not null then manual.reason else told.evidence
        end as evidence,
        manual.changed_by,
        cast(placed.overall_score as double) as overall_score,
        placed.model_version,
        coalesce(applied.is_notified, false) and manual.stage is null as is_notified,
        coalesce(manual.changed_at, {{ as_of_timestamp() }}) as changed_at,
        placed.changed_at as last_at
    from {{ placed }} as placed
    left join applied on placed.subject_id = applied.subject_id
    left join told on applied.kind_id = told.kind_id and applied.rule_id = told.rule_id
    left join
        {{ manual }} as manual
        on placed.subject_id = manual.subject_id
        and (placed.changed_at is null or manual.changed_at > placed.changed_at)
    where
        coalesce(manual.stage, applied.to_stage) is not null
        and coalesce(manual.stage, applied.to_stage) is distinct from placed.stage
{% endmacro %}

{#- Does a stage rule ask for the field, beside its conditions? -#}
{% macro is_required(field) -%}
    coalesce(
        {{ list_holds(split_values("min(required_fields)"), "'" ~ field ~ "'") }}, false
    )
{%- endmacro %}

{#- Are the fields known that the rule requires? -#}
{% macro has_required_fields(subject, rules) -%}
    (
        (not {{ rules }}.needs_domain or {{ subject }}.domain is not null)
        and (not {{ rules }}.needs_email or {{ subject }}.email is not null)
    )
{%- endmacro %}

{#-
entity_id and rule_id of every rule whose conditions (all of them, or any by its mode) are met. As rule_matches(), without
what was observed: telling the values of every rule costs more than judging it (rule_evidence() tells those of few).
-#}
{% macro met_rules(facts, conditions) %}
    with
        sizes as (
            select
                rule_id,
                case
                    when min(match_mode) = 'any' then 1 else count(*)
                end as needed_count
            from {{ conditions }}
            group by rule_id
        ),
        met as (
            select facts.entity_id, conditions.rule_id, count(*) as met_count
            from {{ facts }} as facts
            inner join
                {{ conditions }} as conditions on facts.attribute = conditions.attribute
            where {{ rule_predicate("facts", "conditions") }}
            group by facts.entity_id, conditions.rule_id
        )
    select met.entity_id, met.rule_id
    from met
    inner join
        sizes on met.rule_id = sizes.rule_id and met.met_count >= sizes.needed_count
{% endmacro %}

{#- The values that each applied rule saw, in words; applied has the key and rule_id, each pair once. -#}
{% macro rule_evidence(applied, key, facts, conditions) %}
    select
        applied.{{ key }},
        applied.rule_id,
        {{
            dbt.listagg(
                "facts.attribute || ' ' || coalesce(facts.value_text, 'unknown')",
                "'; '",
                "order by facts.attribute",
            )
        }} as evidence
    from {{ applied }} as applied
    inner join
        (select distinct rule_id, attribute from {{ conditions }}) as conditions
        on applied.rule_id = conditions.rule_id
    inner join
        {{ facts }} as facts
        on applied.{{ key }} = facts.entity_id
        and conditions.attribute = facts.attribute
    group by applied.{{ key }}, applied.rule_id
{% endmacro %}

{#- The log before the first run: these columns and no row. -#}
{% macro empty_stage_log(columns) %}
    {%- set types = {"is_notified": "boolean", "overall_score": "double"} %}
    select
        {% for column in columns %}
            cast(null as {{ types.get(column, dbt.type_string()) }}) as {{ column }},
        {% endfor %}
        cast(null as timestamp) as changed_at,
        cast(null as timestamp) as recorded_at
    where false
{% endmacro %}
