with
    audiences as (
        select *
        from {{ ref("audiences") }}
        where platform = 'linkedin' and member_kind = 'companies' and is_enabled
    ),
    members as (select * from {{ ref("audience_members") }} where is_allowed),
    accounts as (select * from {{ ref("account_targets") }}),
    ranked as (
        select
            coalesce(audiences.external_id, audiences.audience_name)
            || ':'
            || accounts.domain as member_id,
            accounts.account_id,
            coalesce(audiences.external_id, audiences.audience_name) as audience,
            accounts.account_name as company_name,
            accounts.domain,
            accounts.country_code,
            row_number() over (
                partition by audiences.audience_id, accounts.domain
                order by accounts.account_id
            ) as member_rank
        from members
        inner join audiences on members.audience_id = audiences.audience_id
        inner join accounts on members.account_id = accounts.account_id
    )
select member_id, account_id, audience, company_name, domain, country_code
from ranked
where member_rank = 1
