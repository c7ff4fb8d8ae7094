{% set attributes = {
    "industry": "text",
    "country_code": "text",
    "employee_count": "double",
    "annual_revenue_usd": "double",
    "technologies": rule_list_type(),
    "founded_year": "double",
} %}
-- Only attributes that a win does not change: their history is not known, so that their
-- present value stands for all times.
with
    accounts as (select * from {{ ref("int_accounts") }}),
    enabled as (
        select attribute from {{ ref("propensity_attributes") }} where is_enabled
    ),
    final as (
        select
            account_id,
            global_ultimate_account_id as family_id,
            {%- for attribute, type in attributes.items() %}
                case
                    when '{{ attribute }}' in (select attribute from enabled)
                    then cast({{ attribute }} as {{ type }})
                end as {{ attribute }},
            {%- endfor %}
            created_at as known_at
        from accounts
    )
select *
from final
