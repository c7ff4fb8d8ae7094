with
    records as (
        select record_id, has_prevent_override
        from {{ ref("int_account_records") }}
        where
            source = 'salesforce'
            and object = 'Account'
            and merged_into_record_id is null
    ),
    alignments as (
        select
            *,
            row_number() over (
                partition by salesforce_account_id order by aligned_at desc
            ) as place
        from {{ ref("account_territory_alignments") }}
    ),
    final as (
        select
            alignments.salesforce_account_id,
            alignments.account_id,
            records.has_prevent_override as prevent_override,
            alignments.territory,
            alignments.region,
            alignments.sub_region,
            alignments.area,
            alignments.next_owner_user_id as approved_next_owner,
            case
                when alignments.next_owner_method in ('approved', 'territory')
                then alignments.next_owner_user_id
            end as owner_user_id,
            'Rule '
            || alignments.rule_id
            || ', next owner by '
            || coalesce(alignments.next_owner_method, 'none')
            || ', for the timestamp '
            || cast(alignments.tsp_last_updated_at as text) as alignment_reason
        from alignments
        inner join records on alignments.salesforce_account_id = records.record_id
        where alignments.place = 1
    )
select *
from final
