with
    accounts as (select account_id from {{ ref("dim_accounts") }}),

    key_attributes as (
        select attribute from {{ ref("attribute_catalogue") }} where is_key
    ),

    vendors as (select * from {{ ref("vendors") }}),

    candidates as (select * from {{ ref("int_account_attribute_values") }}),

    -- What the CRM alone would have said: its best value, by the same order.
    before_enrichment as (
        select
            candidates.account_id,
            candidates.attribute,
            {{ first_value_by("candidates.value", "candidates.preference_rank") }}
            as value
        from candidates
        left join vendors on candidates.source = vendors.vendor
        where vendors.vendor is null
        group by candidates.account_id, candidates.attribute
    ),

    compared as (
        select
            key_attributes.attribute,
            before_enrichment.value as value_before,
            after_enrichment.value as value_after
        from accounts
        cross join key_attributes
        left join
            before_enrichment
            on accounts.account_id = before_enrichment.account_id
            and key_attributes.attribute = before_enrichment.attribute
        left join
            candidates as after_enrichment
            on accounts.account_id = after_enrichment.account_id
            and key_attributes.attribute = after_enrichment.attribute
            and after_enrichment.is_chosen
    )

select
    attribute,
    count(*) as account_count,
    count(value_before) as filled_before_count,
    count(value_after) as filled_after_count,
    cast(
        sum(case when value_before <> value_after then 1 else 0 end) as bigint
    ) as changed_count,
    case
        when count(value_before) > 0
        then
            cast(count(value_after) - count(value_before) as double)
            / count(value_before)
    end as lift_ratio
from compared
group by attribute
