-- Read by identity's tie-breakers (seed lead_tie_breakers), so before accounts exist.
with
    accounts as (
        {{
            live_records(
                ref("stg_salesforce__accounts"), "Account", "salesforce_account_id"
            )
        }}
    ),

    leads as (
        {{ live_records(ref("stg_salesforce__leads"), "Lead", "salesforce_lead_id") }}
    ),

    opportunities as (
        {{
            live_records(
                ref("stg_salesforce__opportunities"), "Opportunity", "opportunity_id"
            )
        }}
    ),

    open_opportunities as (
        select distinct salesforce_account_id
        from opportunities
        where not coalesce(is_closed, false) and salesforce_account_id is not null
    ),

    named_accounts as (
        select salesforce_account_id
        from {{ ref("territory_exceptions") }}
        where until is null or until >= {{ as_of_date() }}
    )

select
    'salesforce' as source,
    'Account' as object,
    accounts.salesforce_account_id as record_id,
    accounts.owner_user_id,
    open_opportunities.salesforce_account_id is not null as has_open_opportunity,
    named_accounts.salesforce_account_id is not null as is_named_account
from accounts
left join
    open_opportunities
    on accounts.salesforce_account_id = open_opportunities.salesforce_account_id
left join
    named_accounts
    on accounts.salesforce_account_id = named_accounts.salesforce_account_id
union all
select
    'salesforce' as source,
    'Lead' as object,
    salesforce_lead_id as record_id,
    owner_user_id,
    false as has_open_opportunity,
    false as is_named_account
from leads
