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
        when latest.account_id is null then 'First valued'
        when {{ differs("current_rows.version", "latest.version") }}
        then 'Valuation methods ' || coalesce(latest.version, 'none') || ' to ' || coalesce(current_rows.version, 'none')
        when current_rows.valuation_usd is null then 'No method applies any more'
        else 'Figures behind the value'
    end
{% endset %}
with
    valuations as (
        select account_id, method, valuation_usd, version, inputs
        from {{ ref("account_valuations") }}
    ),
    final as (
        {{
            change_history(
                "valuations",
                key="account_id",
                tracked=["valuation_usd", "method", "version"],
                carried=["inputs"],
                reason=reason,
            )
        }}
    )
select *
from final
