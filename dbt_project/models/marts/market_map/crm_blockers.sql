{{ config(materialized="view") }}
with
    blockers as (select * from {{ ref("int_crm_blockers") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    final as (
        select
            blockers.account_id || ': ' || blockers.blocker as blocker_id,
            blockers.account_id,
            accounts.salesforce_account_id,
            accounts.owner_user_id,
            accounts.account_name,
            blockers.blocker,
            blockers.detail,
            case
                blockers.blocker
                when 'duplicate'
                then
                    'Merge with the account in detail, or say not_same in match_decisions.csv'
                when 'garbage_domain'
                then 'Correct the website in the CRM'
                else 'Fill the website in the CRM'
            end as remedy
        from blockers
        inner join accounts on blockers.account_id = accounts.account_id
    )
select *
from final
