-- Rules name attributes that exist for their entity, with operators that apply to the
-- attribute's type.
with
    attributes as (
        select entity, attribute, data_type
        from {{ ref("rule_attributes") }}
        union all
        select
            'accounts' as entity,
            attribute,
            case
                when data_type like '%[]'
                then 'list'
                when data_type like 'time%'
                then 'date'
                when data_type in ('text', 'boolean', 'date')
                then data_type
                else 'number'
            end as data_type
        from {{ ref("attribute_catalogue") }}
    ),
    rules as (
        select
            'icp_vectors' as seed,
            vector_id as rule_id,
            'accounts' as entity,
            attribute,
            operator
        from {{ ref("icp_vectors") }}
        union all
        select
            'account_segments' as seed,
            segment as rule_id,
            'accounts' as entity,
            attribute,
            operator
        from {{ ref("account_segments") }}
        union all
        select
            'valuation_rules' as seed,
            rule_id,
            'accounts' as entity,
            attribute,
            operator
        from {{ ref("valuation_rules") }}
        union all
        select 'scoring_rules' as seed, rule_id, entity, attribute, operator
        from {{ ref("scoring_rules") }}
        union all
        select
            'score_thresholds' as seed,
            outcome as rule_id,
            'scores' as entity,
            attribute,
            operator
        from {{ ref("score_thresholds") }}
    ),
    operators as (select * from {{ ref("rule_operators") }})
select
    rules.seed,
    rules.rule_id,
    rules.entity,
    rules.attribute,
    rules.operator,
    attributes.data_type as attribute_type,
    operators.attribute_types as operator_takes
from rules
left join
    attributes
    on rules.entity = attributes.entity
    and rules.attribute = attributes.attribute
left join operators on rules.operator = operators.operator
where
    rules.attribute is not null
    and (
        attributes.attribute is null or not
        {{
            list_holds(
                split_values("operators.attribute_types"), "attributes.data_type"
            )
        }}
    )
