{{ config(materialized="view") }}
-- Whom to look for, account by account: those at which something happens come first, so
-- that credits are spent just in time.
with
    coverages as (select * from {{ ref("account_coverages") }}),
    personas as (select * from {{ ref("personas") }} where is_enabled and is_core),
    present as (
        select distinct account_id, persona_id
        from {{ ref("contact_personas") }}
        where persona_tier = 'P1' and account_id is not null
    ),
    targets as (select * from {{ ref("persona_coverage_targets") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    final as (
        select
            coverages.account_id || ': ' || personas.persona_id as request_id,
            coverages.account_id,
            personas.persona_id,
            accounts.account_name,
            accounts.domain,
            coverages.tier,
            personas.search_titles,
            personas.search_seniority,
            personas.search_job_function,
            coverages.missing_seniorities,
            targets.contacts_per_request,
            coverages.is_active,
            cast(
                dense_rank() over (
                    order by
                        coverages.is_active desc,
                        coverages.tier,
                        valuations.valuation_usd desc nulls last,
                        coverages.account_id
                ) as integer
            ) as priority
        from coverages
        cross join personas
        inner join targets on coverages.tier = targets.tier
        inner join accounts on coverages.account_id = accounts.account_id
        left join valuations on coverages.account_id = valuations.account_id
        left join
            present
            on coverages.account_id = present.account_id
            and personas.persona_id = present.persona_id
        where
            present.persona_id is null
            and (
                coverages.is_requested
                or (coverages.tier = 'T1' and not coverages.has_p1_persona)
            )
    )
select *
from final
