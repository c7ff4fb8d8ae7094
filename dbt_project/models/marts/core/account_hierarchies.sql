with
    accounts as (select * from {{ ref("int_accounts") }}),

    levels as (select * from {{ ref("hierarchy_levels") }} where is_active),

    standings as (
        select
            accounts.account_id,
            levels.level,
            levels.level_name,
            case
                levels.level
                when 'account'
                then accounts.account_id
                when 'parent'
                then coalesce(accounts.parent_account_id, accounts.account_id)
                when 'domestic_ultimate'
                then accounts.domestic_ultimate_account_id
                when 'global_ultimate'
                then accounts.global_ultimate_account_id
            end as level_account_id,
            levels.is_assignment_level
        from accounts
        cross join levels
    )

select
    standings.account_id,
    standings.level,
    standings.level_account_id,
    standings.level_name,
    owners.owner_user_id as level_owner_user_id,
    standings.account_id = standings.level_account_id as is_own_level,
    standings.is_assignment_level
from standings
left join accounts as owners on standings.level_account_id = owners.account_id
