with
    people as (
        select personas.*, contacts.seniority, contacts.last_engaged_date
        from {{ ref("contact_personas") }} as personas
        inner join
            {{ ref("dim_contacts") }} as contacts
            on personas.contact_id = contacts.contact_id
        where personas.account_id is not null
    ),
    tiers as (select * from {{ ref("account_tiers") }}),
    signals as (select * from {{ ref("int_account_signals") }}),
    targets as (select * from {{ ref("persona_coverage_targets") }}),
    counted as (
        select
            account_id,
            count(*) as contact_count,
            sum(case when is_contactable then 1 else 0 end) as contactable_count,
            sum(
                case when last_engaged_date is not null then 1 else 0 end
            ) as engaged_count,
            sum(case when persona_tier = 'P1' then 1 else 0 end) as p1_count,
            sum(case when persona_tier = 'P2' then 1 else 0 end) as p2_count,
            count(
                distinct case when last_engaged_date is not null then persona_id end
            ) as engaged_persona_count,
            {{ dbt.listagg("distinct seniority", "'|'") }} as seniorities
        from people
        group by account_id
    ),
    compared as (
        select
            tiers.account_id,
            tiers.tier,
            tiers.is_target,
            counted.*,
            targets.missing_levels_to_request,
            case
                when targets.tier is null
                then {{ empty_list() }}
                else
                    {{
                        list_without(
                            split_values("targets.required_seniorities"),
                            split_values("coalesce(counted.seniorities, '')"),
                        )
                    }}
            end as missing_seniorities,
            coalesce(
                signals.surging_topic_count > 0
                or signals.engaged_contact_count > 0
                or signals.has_open_opportunity,
                false
            ) as is_active
        from tiers
        left join counted on tiers.account_id = counted.account_id
        left join targets on tiers.tier = targets.tier
        left join signals on tiers.account_id = signals.account_id
    ),
    final as (
        select
            account_id,
            tier,
            cast(coalesce(contact_count, 0) as integer) as contact_count,
            cast(coalesce(contactable_count, 0) as integer) as contactable_count,
            cast(coalesce(engaged_count, 0) as integer) as engaged_count,
            cast(coalesce(p1_count, 0) as integer) as p1_count,
            cast(coalesce(p2_count, 0) as integer) as p2_count,
            cast(
                coalesce(engaged_persona_count, 0) as integer
            ) as engaged_persona_count,
            {{ join_values("missing_seniorities", ", ") }} as missing_seniorities,
            cast(
                {{ list_size("missing_seniorities") }} as integer
            ) as missing_seniority_count,
            coalesce(p1_count, 0) > 0 as has_p1_persona,
            coalesce(
                is_target
                and {{ list_size("missing_seniorities") }} >= missing_levels_to_request,
                false
            ) as is_requested,
            is_active
        from compared
    )
select *
from final
