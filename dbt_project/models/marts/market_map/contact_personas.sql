with
    contacts as (select * from {{ ref("dim_contacts") }}),
    fits as (select * from {{ ref("int_contacts__persona_fits") }}),
    personas as (select * from {{ ref("personas") }}),
    thresholds as (
        select
            *, lead(minimum_score) over (order by minimum_score) as next_minimum_score
        from {{ ref("persona_thresholds") }}
    ),
    tiers as (select * from {{ ref("account_tiers") }}),
    final as (
        select
            contacts.contact_id,
            contacts.account_id,
            fits.persona_id,
            personas.persona_name,
            coalesce(personas.buying_role, 'unknown') as buying_role,
            case
                when fits.persona_id is not null then thresholds.persona_tier
            end as persona_tier,
            cast(
                coalesce(fits.persona_fit_score, 0) as decimal(5, 2)
            ) as persona_fit_score,
            fits.matched_vectors,
            tiers.tier as account_tier,
            contacts.email is not null
            and contacts.marketing_status = 'subscribed'
            and not coalesce(contacts.is_opted_out, false) as is_contactable,
            coalesce(
                contacts.last_engaged_date
                >= cast({{ dbt.dateadd("day", -7, as_of_date()) }} as date),
                false
            ) as is_engaged_last_7_days,
            coalesce(
                tiers.is_target
                and tiers.tier = 'T1'
                and thresholds.persona_tier = 'P1'
                and fits.persona_id is not null
                and contacts.email is not null
                and contacts.marketing_status = 'subscribed'
                and not coalesce(contacts.is_opted_out, false),
                false
            ) as is_target,
            fits.tenure_months
        from contacts
        left join fits on contacts.contact_id = fits.contact_id
        left join personas on fits.persona_id = personas.persona_id
        left join
            thresholds
            on fits.persona_fit_score >= thresholds.minimum_score
            and (
                fits.persona_fit_score < thresholds.next_minimum_score
                or thresholds.next_minimum_score is null
            )
        left join tiers on contacts.account_id = tiers.account_id
    )
select *
from final
