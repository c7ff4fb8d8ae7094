with
    users as (select * from {{ ref("stg_salesforce__users") }}),

    owners as (select * from {{ ref("stg_hubspot__owners") }}),

    crm_users as (select * from {{ ref("stg_crms__users") }})

select
    user_id,
    manager_user_id,
    user_name,
    email,
    title,
    department,
    time_zone,
    coalesce(is_active, false) as is_active,
    'salesforce' as source
from users
union all
select
    owner_user_id as user_id,
    cast(null as text) as manager_user_id,
    trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as user_name,
    email,
    cast(null as text) as title,
    cast(null as text) as department,
    cast(null as text) as time_zone,
    not coalesce(is_deleted or is_archived, false) as is_active,
    'hubspot' as source
from owners
union all
select
    user_id,
    manager_user_id,
    coalesce(
        user_name, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))
    ) as user_name,
    email,
    title,
    department,
    time_zone,
    coalesce(is_active, not is_disabled, user_status = 'active', true)
    and not coalesce(is_deleted, false) as is_active,
    source
from crm_users
