-- Where there is nothing to share out (no tiered account, personas off) a share is null
-- and is not judged.
with
    expected as (select * from {{ ref("expected_distributions") }}),
    tiers as (select * from {{ ref("tier_summaries") }}),
    personas as (select * from {{ ref("persona_coverage_summaries") }}),
    wanted as (
        select count(*) as persona_count from {{ ref("personas") }} where is_enabled
    ),

    shares as (
        select
            'accounts' as figure,
            tier,
            cast(account_count as double) as part,
            cast(sum(account_count) {{ over_all() }} as double) as whole
        from tiers
        where tier in (select tier from expected where figure = 'accounts')
        union all
        select
            'valuation' as figure,
            tier,
            cast(coalesce(valuation_usd, 0) as double) as part,
            cast(sum(coalesce(valuation_usd, 0)) {{ over_all() }} as double) as whole
        from tiers
        where tier in (select tier from expected where figure = 'valuation')
        union all
        select
            'personas' as figure,
            personas.tier,
            cast(personas.covered_count as double) as part,
            cast(personas.account_count as double) as whole
        from personas
        cross join wanted
        where wanted.persona_count > 0
    ),

    compared as (
        select
            expected.*,
            shares.part,
            100.0 * shares.part / nullif(shares.whole, 0) as share
        from expected
        left join
            shares on expected.figure = shares.figure and expected.tier = shares.tier
    ),

    final as (
        select
            figure || ': ' || tier as distribution_id,
            figure,
            tier,
            description,
            coalesce(
                share between minimum_percent and maximum_percent, true
            ) as is_expected,
            minimum_percent,
            maximum_percent,
            cast(share as double) as actual_percent,
            cast(part as double) as actual_value
        from compared
    )

select *
from final
