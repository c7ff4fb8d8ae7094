with
    audiences as (select * from {{ ref("audiences") }}),
    members as (select * from {{ ref("audience_members") }}),
    counted as (
        select
            audience_id,
            count(*) as matching_count,
            sum(case when is_allowed then 1 else 0 end) as member_count,
            sum(case when obstacle = 'opted out' then 1 else 0 end) as opted_out_count,
            sum(
                case when obstacle = 'no consent on record' then 1 else 0 end
            ) as without_consent_count,
            sum(
                case when obstacle like 'suppressed:%' then 1 else 0 end
            ) as suppressed_count
        from members
        group by audience_id
    ),
    final as (
        select
            audiences.audience_id,
            audiences.platform,
            audiences.audience_name,
            audiences.member_kind,
            audiences.is_enabled,
            coalesce(counted.member_count, 0)
            >= audiences.minimum_members as is_deliverable,
            cast(coalesce(counted.matching_count, 0) as integer) as matching_count,
            cast(coalesce(counted.member_count, 0) as integer) as member_count,
            cast(audiences.minimum_members as integer) as minimum_member_count,
            cast(coalesce(counted.opted_out_count, 0) as integer) as opted_out_count,
            cast(
                coalesce(counted.without_consent_count, 0) as integer
            ) as without_consent_count,
            cast(coalesce(counted.suppressed_count, 0) as integer) as suppressed_count
        from audiences
        left join counted on audiences.audience_id = counted.audience_id
    )
select *
from final
