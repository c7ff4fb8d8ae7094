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
        then 'First scored'
        when {{ differs("current_rows.model_version", "latest.model_version") }}
        then 'Score model ' || coalesce(latest.model_version, 'none') || ' to ' || current_rows.model_version
        when {{ differs("current_rows.fit_score", "latest.fit_score") }}
        then 'Fit of the account'
        else 'Activity or time'
    end
{% endset %}
with
    scores as (
        select
            account_id,
            overall_score,
            fit_score,
            engagement_score,
            intent_score,
            priority,
            grade,
            model_version
        from {{ ref("account_scores") }}
    ),
    final as (
        {{
            change_history(
                "scores",
                key="account_id",
                tracked=[
                    "overall_score",
                    "fit_score",
                    "engagement_score",
                    "intent_score",
                    "priority",
                    "grade",
                    "model_version",
                ],
                reason=reason,
            )
        }}
    )
select *
from final
