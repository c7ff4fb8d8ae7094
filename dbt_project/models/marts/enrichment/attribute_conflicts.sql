with
    attribute_values as (select * from {{ ref("int_account_attribute_values") }}),

    chosen as (select * from attribute_values where is_chosen),

    -- What each other source would have said: its own first choice.
    others as (
        select
            *,
            row_number() over (
                partition by account_id, attribute, source order by preference_rank
            ) as place
        from attribute_values
    )

select
    chosen.account_id,
    chosen.attribute,
    others.source as other_source,
    chosen.source as winning_source,
    chosen.value as winning_value,
    others.value as other_value,
    case
        when chosen.authority = 'manual'
        then 'a person decided'
        when others.authority = 'crm_owned'
        then 'the record is protected from overriding'
        when chosen.authority = 'crm_owned'
        then 'the CRM owns the attribute'
        else 'order of the waterfall'
    end as rule_applied,
    chosen.record_id as winning_record_id,
    others.record_id as other_record_id,
    chosen.observed_at as winning_observed_at,
    others.observed_at as other_observed_at
from chosen
inner join
    others
    on chosen.account_id = others.account_id
    and chosen.attribute = others.attribute
    and chosen.source <> others.source
where others.place = 1 and lower(trim(chosen.value)) <> lower(trim(others.value))
