with
    accounts as (select * from {{ ref("int_accounts") }}),
    segments as (select * from {{ ref("account_segments") }}),
    attributes as ({{ account_facts("segments") }}),
    conditions as ({{ rule_conditions("segments", "segment") }}),
    matches as ({{ rule_matches("attributes", "conditions", is_single=true) }}),
    first_matches as (
        select
            matches.entity_id,
            {{ first_value_by("segments.segment", "segments.priority") }} as segment
        from matches
        inner join segments on matches.rule_id = segments.segment
        where matches.is_match
        group by matches.entity_id
    ),
    segmented as (
        select
            accounts.account_id, coalesce(first_matches.segment, 'default') as segment
        from accounts
        left join first_matches on accounts.account_id = first_matches.entity_id
    )
select *
from segmented
