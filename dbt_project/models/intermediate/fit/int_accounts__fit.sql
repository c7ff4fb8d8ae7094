with
    accounts as (select * from {{ ref("int_accounts") }}),
    patterns as (select * from {{ ref("int_accounts__vector_patterns") }}),
    judged as (select * from {{ ref("int_icp_patterns") }}),
    versions as (
        select
            coalesce((select max(icp_version) from judged), max(version)) as icp_version
        from {{ ref("icp_vectors") }}
    ),
    fits as ({{ fit_of_matches("judged", "set_id, matched_bits, known_bits") }}),
    scored as (
        select
            accounts.account_id,
            fits.fit_score,
            fits.blocking_vectors,
            fits.excluding_vectors,
            cast(
                coalesce(fits.matched_vector_count, 0) as integer
            ) as matched_vector_count,
            cast(coalesce(fits.matched_weight, 0) as decimal(12, 4)) as matched_weight,
            cast(coalesce(fits.total_weight, 0) as decimal(12, 4)) as total_weight,
            coalesce(
                fits.missing_weight / nullif(fits.total_weight, 0), 0
            ) as missing_data_ratio,
            versions.icp_version
        from accounts
        cross join versions
        left join patterns on accounts.account_id = patterns.account_id
        left join fits on {{ same_pattern("patterns", "fits") }}
    )
select *
from scored
