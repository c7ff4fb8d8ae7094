with
    matches as ({{ vector_matches(ref("int_account_attributes")) }}),
    named as (
        select
            entity_id as account_id,
            vector_id,
            effect,
            missing_policy,
            is_match,
            is_missing,
            is_left_out,
            weight,
            share,
            contribution,
            observed_value
        from matches
    )
select *
from named
