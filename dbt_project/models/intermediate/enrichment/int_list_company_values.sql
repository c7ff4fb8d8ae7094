{{ config(materialized="view") }}

{%- set fields = {
    "account_name": "text",
    "website": "text",
    "phone": "text",
    "city": "text",
    "country_code": "text",
    "industry": "text",
    "employee_count": "bigint",
    "annual_revenue_usd": "decimal(18,2)",
    "founded_year": "bigint",
    "technologies": "text",
} %}

with
    answers as (
        select * from {{ ref("stg_vendors__companies") }} where input_object = 'Company'
    ),

    steps as (
        select * from {{ ref("int_enrichment_steps") }} where entity = 'accounts'
    ),

    said as (
        {% for field in fields %}
            select
                input_record_id as record_id,
                vendor,
                '{{ field }}' as field,
                nullif(trim(cast({{ field }} as text)), '') as value
            from answers
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    placed as (
        select said.*, coalesce(steps.position, 99) as position
        from said
        left join steps on said.vendor = steps.vendor and said.field = steps.field
        where said.value is not null and said.value <> '[]'
    )

select
    record_id,
    {%- for field, type in fields.items() %}
        {{
            cast_or_null(
                first_value_by(
                    "case when field = '" ~ field ~ "' then value end", "position"
                ),
                type,
            )
        }} as {{ field }},
    {%- endfor %}
    min(position) as first_position
from placed
group by record_id
