{{ config(materialized="table") }}

-- How many of the companies asked about each criterion was answered for. Below half it
-- is not worth asking, and counts nowhere; nor does one that is switched off.
with
    criteria as (select * from {{ ref("custom_criteria") }}),

    asked as (
        select count(*) as asked_count
        from {{ ref("stg_vendors__companies") }}
        where vendor = 'research'
    ),

    answered as (
        select attribute, count(*) as answered_count
        from {{ ref("int_account_attribute_candidates") }}
        where source = 'research'
        group by attribute
    )

select
    criteria.criterion,
    criteria.is_active,
    asked.asked_count,
    coalesce(answered.answered_count, 0) as answered_count,
    coalesce(answered.answered_count, 0)
    / cast(asked.asked_count as double) as answered_ratio,
    criteria.is_active
    and 2 * coalesce(answered.answered_count, 0) >= asked.asked_count as is_enrichable
from criteria
cross join asked
left join answered on criteria.criterion = answered.attribute
where asked.asked_count > 0
