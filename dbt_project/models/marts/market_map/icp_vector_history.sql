{{
    config(
        materialized="incremental",
        incremental_strategy="merge",
        unique_key=["vector_id", "valid_from"],
        merge_update_columns=["valid_to", "is_current"],
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
{% set reason %}
    case
        when latest.vector_id is null
        then 'New vector'
        when
            {{ differs("current_rows.status", "latest.status") }}
            and current_rows.status = 'CONFIRMED'
        then 'Confirmed by ' || current_rows.confirmed_by
        when {{ differs("current_rows.weight", "latest.weight") }}
        then
            'Weight '
            || coalesce(cast(latest.weight as text), 'none')
            || ' to '
            || coalesce(cast(current_rows.weight as text), 'none')
        when {{ differs("current_rows.icp_version", "latest.icp_version") }}
        then 'Unchanged in ' || current_rows.icp_version
        else 'Definition changed'
    end
    || case
        when latest.icp_version = current_rows.icp_version
        then ' without a new version'
        else ''
    end
{% endset %}
with
    vectors as (
        select
            vector_id,
            version as icp_version,
            attribute,
            operator,
            value,
            weight,
            attribute_cap,
            effect,
            missing_policy,
            status,
            confirmed_by,
            confirmed_on
        from {{ ref("icp_vectors") }}
    ),
    final as (
        {{
            change_history(
                "vectors",
                key="vector_id",
                tracked=[
                    "icp_version",
                    "attribute",
                    "operator",
                    "value",
                    "weight",
                    "attribute_cap",
                    "effect",
                    "missing_policy",
                    "status",
                ],
                carried=["confirmed_by", "confirmed_on"],
                reason=reason,
            )
        }}
    )
select *
from final
