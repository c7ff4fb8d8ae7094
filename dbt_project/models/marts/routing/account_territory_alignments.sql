{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
with
    records as (
        select salesforce_account_id, tsp_last_updated_at
        from {{ ref("stg_salesforce__accounts") }}
        where not coalesce(is_deleted, false) and tsp_last_updated_at is not null
    ),
    links as (
        select record_id as salesforce_account_id, account_id
        from {{ ref("account_records") }}
        where source = 'salesforce' and object = 'Account'
    ),
    territories as (
        select * from {{ ref("account_territories") }} where territory is not null
    ),
    users as (
        select * from {{ ref("dim_users") }} where source = 'salesforce' and is_active
    ),
    territory_owners as (
        select named.territory, min(users.user_id) as owner_user_id
        from {{ ref("territory_owners") }} as named
        inner join
            users
            on lower(trim(named.user_reference))
            in (lower(users.user_id), lower(users.email), lower(users.user_name))
        where
            {{ as_of_date() }}
            between coalesce(named.valid_from, {{ as_of_date() }}) and coalesce(
                named.valid_to, {{ as_of_date() }}
            )
        group by named.territory
    ),
    processed as (
        {%- if is_incremental() %}
            select
                salesforce_account_id,
                {{ last_value_by("tsp_last_updated_at", "aligned_at") }}
                as tsp_last_updated_at
            from {{ this }}
            group by salesforce_account_id
        {%- else %}
            select salesforce_account_id, tsp_last_updated_at from records where false
        {%- endif %}
    ),
    aligned as (
        select
            links.salesforce_account_id,
            territories.account_id,
            territories.rule_id,
            territories.territory,
            territories.region,
            territories.sub_region,
            territories.area,
            case
                when approved.user_id is not null
                then 'approved'
                when territory_owners.owner_user_id is not null
                then 'territory'
                when current_owners.user_id is not null
                then 'owner'
            end as next_owner_method,
            coalesce(
                approved.user_id, territory_owners.owner_user_id, current_owners.user_id
            ) as next_owner_user_id,
            records.tsp_last_updated_at,
            {{ as_of_timestamp() }} as aligned_at
        from records
        inner join links on records.salesforce_account_id = links.salesforce_account_id
        inner join territories on links.account_id = territories.account_id
        left join
            users as approved
            on territories.approved_next_owner_user_id = approved.user_id
        left join territory_owners on territories.territory = territory_owners.territory
        left join
            users as current_owners
            on territories.owner_user_id = current_owners.user_id
        left join
            processed on records.salesforce_account_id = processed.salesforce_account_id
        where
            {{
                differs(
                    "records.tsp_last_updated_at", "processed.tsp_last_updated_at"
                )
            }}
    ),
    final as (
        select
            md5(
                salesforce_account_id
                || '|'
                || cast(tsp_last_updated_at as text)
                || '|'
                || cast(aligned_at as text)
            ) as alignment_id,
            *
        from aligned
    )
select *
from final
