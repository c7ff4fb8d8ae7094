with
    fits as (select * from {{ ref("int_accounts__fit") }}),
    final as (
        select
            account_id,
            icp_version,
            excluding_vectors,
            blocking_vectors,
            excluding_vectors is not null as is_excluded,
            fit_score is not null as is_scorable,
            fit_score,
            matched_vector_count,
            matched_weight,
            total_weight,
            missing_data_ratio
        from fits
    )
select *
from final
