with
    fields as (select * from {{ ref("key_fields") }} where entity = 'leads'),
    leads as (select * from {{ ref("int_routing_leads") }}),
    totals as (select count(*) as lead_count from leads),
    facts as ({{ rule_facts("leads", "lead_id", routing_lead_facts(), "fields") }}),
    filled as (
        select attribute, count(*) as filled_count
        from facts
        where coalesce(value_text, '') <> ''
        group by attribute
    )
select
    fields.attribute,
    fields.purpose,
    fields.description,
    cast(coalesce(filled.filled_count, 0) as bigint) as filled_count,
    totals.lead_count,
    coalesce(filled.filled_count, 0)
    / cast(nullif(totals.lead_count, 0) as double) as filled_ratio
from fields
cross join totals
left join filled on fields.attribute = filled.attribute
where
    fields.attribute in (
        {%- for name in routing_lead_facts() %}
            '{{ name }}'{% if not loop.last %},{% endif %}
        {%- endfor %}
    )
