with
    rules as (select * from {{ ref("territories") }}),
    standings as ({{ account_standings() }}),
    attributes as (
        {{ account_facts("rules") }}
        union all
        {{ rule_facts("standings", "account_id", account_standing_types(), "rules") }}
    ),
    conditions as ({{ rule_conditions("rules", "rule_id", "match") }}),
    matches as ({{ rule_matches("attributes", "conditions") }}),
    effects as (
        select
            rule_id,
            min(priority) as priority,
            min(territory) as territory,
            min(region) as region,
            min(sub_region) as sub_region,
            min(area) as area
        from rules
        group by rule_id
    ),
    placed as (
        select
            matches.entity_id as account_id,
            {{ first_value_by("effects.rule_id", "effects.priority") }} as rule_id
        from matches
        inner join effects on matches.rule_id = effects.rule_id
        where matches.is_match
        group by matches.entity_id
    ),
    accounts as (select * from {{ ref("dim_accounts") }}),
    assignments as (
        select records.account_id, max(assigned.owner_user_id) as owner_user_id
        from {{ ref("territory_assignments") }} as assigned
        inner join
            {{ ref("account_records") }} as records
            on assigned.salesforce_account_id = records.record_id
            and records.source = 'salesforce'
            and records.object = 'Account'
        group by records.account_id
    ),
    exceptions as (
        select records.account_id, max(named.owner_user_id) as owner_user_id
        from {{ ref("territory_exceptions") }} as named
        inner join
            {{ ref("account_records") }} as records
            on named.salesforce_account_id = records.record_id
            and records.source = 'salesforce'
            and records.object = 'Account'
        where named.until is null or named.until >= {{ as_of_date() }}
        group by records.account_id
    ),
    -- Accounts are placed and assigned as the account above them on the level of
    -- assignment, and move with it; where that is the account itself, those of one
    -- country move together.
    families as (
        select account_id, level_account_id
        from {{ ref("account_hierarchies") }}
        where is_assignment_level
    ),
    valuations as (select * from {{ ref("account_valuations") }}),
    tiers as (select * from {{ ref("account_tiers") }}),
    final as (
        select
            accounts.account_id,
            accounts.salesforce_account_id,
            accounts.owner_user_id,
            coalesce(
                exceptions.owner_user_id,
                family_exceptions.owner_user_id,
                assignments.owner_user_id
            ) as approved_next_owner_user_id,
            coalesce(
                nullif(families.level_account_id, accounts.account_id),
                accounts.domestic_ultimate_account_id
            ) as family_account_id,
            tiers.tier,
            placed.rule_id,
            effects.territory,
            coalesce(effects.region, 'Unassigned') as region,
            effects.sub_region,
            effects.area,
            exceptions.account_id is not null as is_exception,
            coalesce(valuations.valuation_usd, 0) as valuation_usd
        from accounts
        left join families on accounts.account_id = families.account_id
        left join placed on families.level_account_id = placed.account_id
        left join effects on placed.rule_id = effects.rule_id
        left join assignments on families.level_account_id = assignments.account_id
        left join exceptions on accounts.account_id = exceptions.account_id
        left join
            exceptions as family_exceptions
            on families.level_account_id = family_exceptions.account_id
        left join valuations on accounts.account_id = valuations.account_id
        left join tiers on accounts.account_id = tiers.account_id
    )
select *
from final
