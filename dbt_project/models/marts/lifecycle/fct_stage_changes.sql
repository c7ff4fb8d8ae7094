with
    logged as (select * from {{ ref("int_stage_log") }}),
    rules as (
        select rule_id, min(description) as description
        from {{ ref("stage_rules") }}
        group by rule_id
    ),
    numbered as (
        select
            *,
            lead(changed_at) over (
                partition by subject_id order by changed_at
            ) as ended_at,
            sum(case when stage = 'mql' then 1 else 0 end) over (
                partition by subject_id order by changed_at rows unbounded preceding
            ) as mql_count
        from logged
    ),
    final as (
        select
            md5(
                numbered.subject_id || '|' || cast(numbered.changed_at as text)
            ) as stage_change_id,
            numbered.account_id,
            case
                when numbered.entity = 'contacts' then numbered.entity_id
            end as contact_id,
            numbered.entity,
            numbered.entity_id,
            numbered.stage,
            numbered.previous_stage,
            numbered.cause,
            numbered.rule_id,
            coalesce(rules.description, numbered.evidence) as reason,
            numbered.evidence,
            numbered.changed_by,
            numbered.model_version,
            numbered.ended_at is null as is_current,
            numbered.is_notified,
            numbered.overall_score,
            cast(numbered.mql_count as integer) as mql_count,
            cast(
                {{
                    dbt.datediff(
                        "numbered.changed_at",
                        "coalesce(numbered.ended_at, " ~ as_of_date() ~ ")",
                        "day",
                    )
                }} as integer
            ) as days_in_stage,
            numbered.changed_at,
            numbered.ended_at,
            numbered.recorded_at
        from numbered
        left join rules on numbered.rule_id = rules.rule_id
    )
select *
from final
