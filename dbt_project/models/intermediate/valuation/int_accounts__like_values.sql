-- What an account's nearest customers pay: same industry, size nearest by ratio of
-- employees, itself left out. Companies of one size have the same neighbours, so the
-- work is done once for each size, and for each customer.
with
    accounts as (
        select
            account_id,
            industry,
            employee_count,
            current_contract_value_usd,
            case
                when is_customer and current_contract_value_usd > 0
                then account_id
                else ''
            end as reference_account_id
        from {{ ref("int_accounts") }}
        where industry is not null and employee_count > 0
    ),
    settings as (
        select distinct neighbour_count as sought_neighbours
        from {{ ref("valuation_methods") }}
        where method = 'like_accounts' and is_enabled
    ),
    largest as (select max(sought_neighbours) as neighbours from settings),
    -- Customers in order of size within their industry; every size knows how many
    -- customers come before it.
    sizes as (
        select
            industry,
            employee_count,
            reference_account_id,
            max(current_contract_value_usd) as contract_usd,
            sum(case when reference_account_id <> '' then 1 else 0 end) over (
                partition by industry
                order by employee_count, reference_account_id
                rows unbounded preceding
            ) as reference_position
        from accounts
        group by industry, employee_count, reference_account_id
    ),
    reference_accounts as (select * from sizes where reference_account_id <> ''),
    -- The k nearest stand among the k + 1 before and the k + 1 after: a short
    -- equality join instead of all pairs.
    steps as (
        select distinct reference_position as step
        from reference_accounts
        cross join largest
        where reference_position <= 2 * largest.neighbours + 2
    ),
    sought as (
        select
            sizes.*,
            greatest(1, sizes.reference_position - largest.neighbours)
            - 1
            + steps.step as sought_position
        from sizes
        cross join largest
        cross join steps
    ),
    ranked as (
        select
            sought.industry,
            sought.employee_count,
            sought.reference_account_id,
            reference_accounts.contract_usd,
            row_number() over (
                partition by
                    sought.industry, sought.employee_count, sought.reference_account_id
                order by
                    abs(
                        ln(reference_accounts.employee_count)
                        - ln(sought.employee_count)
                    ),
                    reference_accounts.reference_account_id
            ) as nearness
        from sought
        inner join
            reference_accounts
            on sought.industry = reference_accounts.industry
            and sought.sought_position = reference_accounts.reference_position
            and sought.reference_account_id <> reference_accounts.reference_account_id
    ),
    valued as (
        select
            ranked.industry,
            ranked.employee_count,
            ranked.reference_account_id,
            settings.sought_neighbours,
            count(*) as neighbour_count,
            {{ median_of("ranked.contract_usd") }} as median_contract_usd
        from ranked
        inner join settings on ranked.nearness <= settings.sought_neighbours
        group by 1, 2, 3, 4
    )
select
    accounts.account_id,
    valued.sought_neighbours,
    valued.neighbour_count,
    valued.median_contract_usd
from accounts
inner join
    valued
    on accounts.industry = valued.industry
    and accounts.employee_count = valued.employee_count
    and accounts.reference_account_id = valued.reference_account_id
