with
    fits as (select * from {{ ref("int_accounts__fit") }}),
    thresholds as (select * from {{ ref("tier_thresholds") }}),
    definitions as (select * from {{ ref("tier_definitions") }}),
    bands as (
        select
            tier,
            version,
            minimum_score,
            lead(minimum_score) over (order by minimum_score) as next_minimum_score,
            lead(tier) over (order by minimum_score) as next_tier
        from thresholds
    ),
    versions as (select max(version) as tier_thresholds_version from thresholds),
    tiered as (
        select
            fits.account_id,
            fits.fit_score,
            fits.blocking_vectors,
            fits.excluding_vectors,
            case
                when fits.excluding_vectors is null then bands.tier else 'Excluded'
            end as tier,
            case
                when fits.excluding_vectors is null then bands.next_tier
            end as next_tier,
            case
                when fits.excluding_vectors is null
                then bands.next_minimum_score - fits.fit_score
            end as points_to_next_tier,
            bands.minimum_score
        from fits
        left join
            bands
            on fits.fit_score >= bands.minimum_score
            and (
                fits.fit_score < bands.next_minimum_score
                or bands.next_minimum_score is null
            )
    ),
    final as (
        select
            tiered.account_id,
            tiered.tier,
            tiered.fit_score,
            tiered.next_tier,
            cast(tiered.points_to_next_tier as decimal(5, 2)) as points_to_next_tier,
            case
                when tiered.excluding_vectors is not null
                then 'Excluded by ' || tiered.excluding_vectors
                when tiered.blocking_vectors is not null
                then 'Not scorable: no data for ' || tiered.blocking_vectors
                when tiered.fit_score is null
                then 'Not scorable: no ICP vector has data'
                else
                    'Fit '
                    || tiered.fit_score
                    || ', '
                    || tiered.tier
                    || ' from '
                    || tiered.minimum_score
            end as tier_reason,
            definitions.play,
            definitions.owner_team,
            versions.tier_thresholds_version
        from tiered
        cross join versions
        left join definitions on tiered.tier = definitions.tier
    )
select *
from final
