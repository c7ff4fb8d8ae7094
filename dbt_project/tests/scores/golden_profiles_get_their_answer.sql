-- What the sales leaders agreed to call an MQL, the present rules, weights and
-- thresholds must call one, and nothing else.
select
    profile,
    'expected '
    || case when is_expected_mql then 'MQL' else 'no MQL' end
    || ', scores '
    || cast(overall_score as {{ dbt.type_string() }})
    || ' against '
    || cast(threshold_score as {{ dbt.type_string() }})
    || coalesce(
        ', expected points ' || cast(expected_points as {{ dbt.type_string() }}), ''
    )
    || ', has '
    || cast(raw_points as {{ dbt.type_string() }}) as finding
from {{ ref("golden_profile_scores") }}
where is_mql <> is_expected_mql or raw_points <> expected_points
