-- What an account's nearest customers pay: same industry, size nearest by ratio of
-- employees, itself left out.
with
    accounts as (
        select *
        from {{ ref("int_accounts") }}
        where industry is not null and employee_count > 0
    ),
    settings as (
        select max(neighbour_count) as largest_neighbour_count
        from {{ ref("valuation_methods") }}
        where method = 'like_accounts' and is_enabled
    ),
    -- Customers in order of size within their industry; every account knows how many
    -- customers come before it.
    positioned as (
        select
            account_id,
            industry,
            employee_count,
            current_contract_value_usd,
            is_customer and coalesce(current_contract_value_usd, 0) > 0 as is_reference,
            sum(
                case
                    when is_customer and coalesce(current_contract_value_usd, 0) > 0
                    then 1
                    else 0
                end
            ) over (
                partition by industry
                order by employee_count, account_id
                rows unbounded preceding
            ) as reference_position
        from accounts
    ),
    reference_accounts as (select * from positioned where is_reference),
    -- The k nearest stand among the k + 1 before and the k + 1 after: a short
    -- equality join instead of all pairs.
    steps as (
        select distinct reference_position as step
        from reference_accounts
        cross join settings
        where reference_position <= 2 * settings.largest_neighbour_count + 2
    ),
    sought as (
        select
            positioned.*,
            greatest(1, reference_position - settings.largest_neighbour_count)
            - 1
            + steps.step as sought_position
        from positioned
        cross join settings
        cross join steps
    ),
    neighbours as (
        select
            sought.account_id,
            reference_accounts.current_contract_value_usd,
            row_number() over (
                partition by sought.account_id
                order by
                    abs(
                        ln(reference_accounts.employee_count)
                        - ln(sought.employee_count)
                    ),
                    reference_accounts.account_id
            ) as nearness
        from sought
        inner join
            reference_accounts
            on sought.industry = reference_accounts.industry
            and sought.sought_position = reference_accounts.reference_position
            and sought.account_id <> reference_accounts.account_id
    )
select account_id, nearness, current_contract_value_usd
from neighbours
cross join settings
where nearness <= settings.largest_neighbour_count
