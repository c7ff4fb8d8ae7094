with
    fits as (select * from {{ ref("int_accounts__fit") }}),
    thresholds as (select * from {{ ref("tier_thresholds") }}),
    definitions as (select * from {{ ref("tier_definitions") }}),
    approaches as (
        select market_mode, maximum_t1_accounts
        from {{ ref("int_market_approaches") }}
        where is_chosen
    ),
    bands as (
        select
            tier,
            minimum_score,
            lead(minimum_score) over (order by minimum_score) as next_minimum_score,
            lead(tier) over (order by minimum_score) as next_tier
        from thresholds
    ),
    -- A concentrated market that has outgrown its limit is tiered like any other.
    modes as (
        select
            (select max(version) from thresholds) as tier_thresholds_version,
            coalesce(
                max(
                    case
                        when
                            approaches.market_mode <> 'concentrated'
                            or (
                                select count(*)
                                from fits
                                where excluding_vectors is null
                            )
                            <= approaches.maximum_t1_accounts
                        then approaches.market_mode
                    end
                ),
                'standard'
            ) as market_mode
        from approaches
    ),
    tiered as (
        select
            fits.*,
            modes.market_mode,
            modes.tier_thresholds_version,
            bands.minimum_score,
            modes.market_mode = 'concentrated' as is_concentrated,
            case
                when fits.excluding_vectors is not null
                then 'Excluded'
                when modes.market_mode = 'concentrated'
                then 'T1'
                else bands.tier
            end as tier,
            case
                when
                    fits.excluding_vectors is null
                    and modes.market_mode <> 'concentrated'
                then bands.next_tier
            end as next_tier,
            bands.next_minimum_score - fits.fit_score as points_missing
        from fits
        cross join modes
        left join
            bands
            on fits.fit_score >= bands.minimum_score
            and (
                fits.fit_score < bands.next_minimum_score
                or bands.next_minimum_score is null
            )
    ),
    judged as (
        select
            tiered.account_id,
            tiered.tier,
            tiered.fit_score,
            tiered.next_tier,
            cast(
                case
                    when tiered.next_tier is not null then tiered.points_missing
                end as decimal(5, 2)
            ) as points_to_next_tier,
            case
                when tiered.excluding_vectors is not null
                then 'Excluded by ' || tiered.excluding_vectors
                when tiered.is_concentrated
                then 'Concentrated market: every account is T1'
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
            tiered.market_mode,
            tiered.tier_thresholds_version,
            coalesce(
                tiered.tier = 'T1'
                or (tiered.tier <> 'Excluded' and tiered.market_mode = 'standard'),
                false
            ) as is_target
        from tiered
        left join definitions on tiered.tier = definitions.tier
    ),
    final as ({{ tiers_unless_held("judged") }})
select *
from final
