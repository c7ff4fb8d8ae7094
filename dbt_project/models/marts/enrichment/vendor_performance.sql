with
    attempts as (select * from {{ ref("stg_ops__enrichment_attempts") }}),

    entries as (select * from {{ ref("stg_ops__credit_entries") }}),

    vendors as (select * from {{ ref("vendors") }}),

    compared as (select * from {{ ref("int_account_attribute_values") }}),

    asked as (
        select
            vendor,
            entity,
            count(distinct object || ' ' || record_id) as asked_count,
            count(
                distinct case
                    when outcome = 'answered' then object || ' ' || record_id
                end
            ) as matched_count,
            count(
                distinct case
                    when outcome = 'no_match' then object || ' ' || record_id
                end
            ) as no_match_count,
            sum(case when outcome = 'failed' then 1 else 0 end) as failure_count,
            {{ last_value_by("message", "attempted_at") }} as last_error
        from attempts
        group by vendor, entity
    ),

    paid as (
        select
            vendor, entity, sum(credit_count) as credit_count, sum(cost_usd) as cost_usd
        from entries
        group by vendor, entity
    ),

    -- How often the vendor says what is held to be true where another source decided.
    agreement as (
        select
            own.source as vendor,
            avg(case when own.value = chosen.value then 1.0 else 0.0 end) as ratio
        from compared as own
        inner join
            compared as chosen
            on own.account_id = chosen.account_id
            and own.attribute = chosen.attribute
            and chosen.is_chosen
            and chosen.source <> own.source
        where own.attribute in ('industry', 'country_code', 'founded_year', 'city')
        group by own.source
    )

select
    asked.vendor,
    asked.entity,
    vendors.title,
    asked.last_error,
    asked.asked_count,
    asked.matched_count,
    asked.no_match_count,
    cast(asked.failure_count as bigint) as failure_count,
    cast(asked.matched_count as double) / asked.asked_count as match_ratio,
    coalesce(paid.credit_count, 0) as credit_count,
    cast(coalesce(paid.cost_usd, 0) as decimal(18, 2)) as cost_usd,
    cast(
        case
            when asked.matched_count > 0
            then coalesce(paid.cost_usd, 0) / asked.matched_count
        end as decimal(18, 4)
    ) as cost_per_match_usd,
    case
        when asked.entity = 'accounts' then cast(agreement.ratio as double)
    end as agreement_ratio
from asked
left join vendors on asked.vendor = vendors.vendor
left join paid on asked.vendor = paid.vendor and asked.entity = paid.entity
left join agreement on asked.vendor = agreement.vendor
