-- What makes an account unfit to be scored: it stands twice, or nobody can tell whose
-- it
-- is. A branch, an account below its own namesake, and two whom a person called
-- different stand twice on purpose (IDN-14).
with
    accounts as (select * from {{ ref("int_accounts") }}),
    records as (select * from {{ ref("int_account_records") }}),
    decisions as (
        select * from {{ ref("match_decisions") }} where decision = 'not_same'
    ),
    apart as (
        select left_record.account_id as left_id, right_record.account_id as right_id
        from decisions
        inner join
            records as left_record
            on decisions.left_source = left_record.source
            and decisions.left_object = left_record.object
            and decisions.left_record_id = left_record.record_id
        inner join
            records as right_record
            on decisions.right_source = right_record.source
            and decisions.right_object = right_record.object
            and decisions.right_record_id = right_record.record_id
    ),
    named as (
        select
            accounts.*,
            first_value(accounts.account_id) over (
                partition by
                    accounts.domain,
                    lower(trim(accounts.account_name)),
                    accounts.country_code
                order by accounts.created_at, accounts.account_id
            ) as first_id
        from accounts
        where
            accounts.domain is not null
            and accounts.account_name is not null
            and not coalesce(accounts.is_branch, false)
    ),
    twins as (
        select named.account_id, 'duplicate' as blocker, named.first_id as detail
        from named
        left join accounts as parents on named.parent_account_id = parents.account_id
        left join
            apart
            on least(named.account_id, named.first_id)
            = least(apart.left_id, apart.right_id)
            and greatest(named.account_id, named.first_id)
            = greatest(apart.left_id, apart.right_id)
        where
            named.account_id <> named.first_id
            and apart.left_id is null
            and not coalesce(
                named.domain = parents.domain
                and lower(trim(named.account_name)) = lower(trim(parents.account_name)),
                false
            )
    ),
    nameless as (
        select
            account_id,
            case
                when website is null then 'no_domain' else 'garbage_domain'
            end as blocker,
            website as detail
        from accounts
        where domain is null
    ),
    final as (
        select account_id, blocker, detail
        from twins
        group by account_id, blocker, detail
        union all
        select account_id, blocker, detail
        from nameless
    )
select *
from final
