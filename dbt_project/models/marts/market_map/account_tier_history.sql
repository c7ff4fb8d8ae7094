{{
    config(
        materialized="incremental",
        incremental_strategy="merge",
        unique_key=["account_id", "valid_from"],
        merge_update_columns=["valid_to", "is_current"],
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
{% set reason %}
    case
        when latest.account_id is null
        then 'First tiered'
        when {{ differs("current_rows.icp_version", "latest.icp_version") }}
        then 'ICP vectors ' || coalesce(latest.icp_version, 'none') || ' to ' || current_rows.icp_version
        when {{ differs("current_rows.tier_thresholds_version", "latest.tier_thresholds_version") }}
        then
            'Tier thresholds '
            || coalesce(latest.tier_thresholds_version, 'none')
            || ' to '
            || current_rows.tier_thresholds_version
        when {{ differs("current_rows.market_mode", "latest.market_mode") }}
        then 'Approach ' || coalesce(latest.market_mode, 'none') || ' to ' || current_rows.market_mode
        else 'Data of the account'
    end
{% endset %}
with
    tiers as (
        select
            tiers.account_id,
            tiers.tier,
            tiers.tier_reason,
            tiers.fit_score,
            fits.icp_version,
            tiers.tier_thresholds_version,
            tiers.market_mode
        from {{ ref("account_tiers") }} as tiers
        inner join
            {{ ref("account_fit") }} as fits on tiers.account_id = fits.account_id
    ),
    final as (
        {{
            change_history(
                "tiers",
                key="account_id",
                tracked=[
                    "tier",
                    "icp_version",
                    "tier_thresholds_version",
                    "market_mode",
                ],
                carried=["tier_reason", "fit_score"],
                reason=reason,
            )
        }}
    )
select *
from final
