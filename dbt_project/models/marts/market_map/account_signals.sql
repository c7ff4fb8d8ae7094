{{ config(materialized="view") }}
with
    final as (
        select
            account_id,
            surging_topics,
            surging_topic_count,
            engaged_contact_count,
            contact_count,
            won_opportunity_count,
            technology_count,
            has_open_opportunity,
            last_engaged_date
        from {{ ref("int_account_signals") }}
    )
select *
from final
