with
    fields as (
        select * from {{ ref("field_map") }} where direction in ('push', 'both')
    ),
    rules as (
        select
            sync,
            target_field,
            count(*) as rule_count,
            {{
                dbt.listagg(
                    "rule_name || ' (' || rule_kind || ', ' || relation || ', ' || owner || ')'",
                    "'; '",
                    "order by rule_name",
                )
            }}
            as rule_names
        from {{ ref("crm_rules") }}
        where target_field is not null
        group by sync, target_field
    ),
    final as (
        select
            fields.sync || '.' || fields.target_field as pushed_field_id,
            fields.sync,
            fields.target_field,
            fields.column_name,
            fields.write_mode,
            case
                when fields.write_mode = 'always'
                then 'overwrites'
                when fields.write_mode = 'if_blank'
                then 'populates when blank'
                when fields.write_mode = 'on_create'
                then 'fills in new records'
                else 'not pushed'
            end as activation,
            fields.authority as owner,
            coalesce(fields.on_conflict, 'overwrite') as on_conflict,
            fields.description as field_description,
            rules.rule_names as dependent_rules,
            fields.write_mode <> 'never' as is_pushed,
            cast(coalesce(rules.rule_count, 0) as integer) as dependent_rule_count
        from fields
        left join
            rules
            on fields.sync = rules.sync
            and fields.target_field = rules.target_field
    )
select *
from final
