{{ config(severity="warn") }}
-- Types of activity that no scoring rule names count 0 points: perhaps on purpose,
-- perhaps forgotten. A rule of 0 points
-- says that it is on purpose.
with
    rules as (
        select * from {{ ref("scoring_rules") }} where attribute = 'activity_type'
    ),
    conditions as ({{ rule_conditions("rules", "rule_id || condition_number") }}),
    activity_types as (
        select activity_type, count(*) as activity_count
        from {{ ref("fct_activities") }}
        group by activity_type
    ),
    facts as (
        {{
            rule_facts(
                "activity_types",
                "activity_type",
                {"activity_type": "text"},
                "conditions",
            )
        }}
    ),
    matches as ({{ rule_matches("facts", "conditions", is_single=true) }})
select activity_types.activity_type, activity_types.activity_count
from activity_types
left join
    matches on activity_types.activity_type = matches.entity_id and matches.is_match
where matches.rule_id is null
