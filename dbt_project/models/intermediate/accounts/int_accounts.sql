{% set attributes = catalogue_attributes() %}

with
    account_records as (select * from {{ ref("int_account_records") }}),

    identities as (select * from {{ ref("stg_ml__accounts") }}),

    hierarchy as (select * from {{ ref("stg_ml__account_hierarchy") }}),

    catalogue as (select * from {{ ref("attribute_catalogue") }}),

    chosen as (select * from {{ ref("int_account_attribute_values") }} where is_chosen),

    grouped as (
        select
            account_id,
            {{ main_record("salesforce", "Account") }} as salesforce_account_id,
            {{ main_record("hubspot", "Company") }} as hubspot_company_id,
            bool_or(is_crm_account and is_customer) as is_customer,
            bool_or(is_crm_account and is_branch) as is_branch,
            bool_or(has_prevent_override) as has_prevent_override,
            count(*) as record_count,
            sum(case when is_crm_account then 1 else 0 end) as crm_record_count,
            min(case when is_crm_account then created_at end) as created_at
        from account_records
        group by account_id
        having bool_or(is_crm_account)
    ),

    profiles as (
        select
            chosen.account_id,
            {%- for row in attributes %}
                {%- set value = (
                    "max(case when chosen.attribute = '"
                    ~ row.attribute
                    ~ "' then chosen.value end)"
                ) %}
                {{ attribute_value(value, row.data_type) }} as {{ row.attribute }},
            {%- endfor %}
            sum(case when catalogue.is_key then 1 else 0 end) as filled_key_count
        from chosen
        inner join catalogue on chosen.attribute = catalogue.attribute
        group by chosen.account_id
    ),

    key_attributes as (select count(*) as key_count from catalogue where is_key)

select
    grouped.account_id,
    grouped.salesforce_account_id,
    grouped.hubspot_company_id,
    hierarchy.parent_account_id,
    coalesce(
        hierarchy.domestic_ultimate_account_id, grouped.account_id
    ) as domestic_ultimate_account_id,
    coalesce(
        hierarchy.global_ultimate_account_id, grouped.account_id
    ) as global_ultimate_account_id,
    identities.domain,
    identities.family_domain,
    {%- for row in attributes %} profiles.{{ row.attribute }}, {%- endfor %}
    coalesce(hierarchy.hierarchy_level, 0) as hierarchy_level,
    grouped.is_customer,
    grouped.is_branch,
    grouped.has_prevent_override,
    cast(grouped.record_count as integer) as record_count,
    cast(grouped.crm_record_count as integer) as crm_record_count,
    cast(coalesce(profiles.filled_key_count, 0) as double)
    / key_attributes.key_count as completeness_score,
    grouped.created_at
from grouped
cross join key_attributes
left join identities on grouped.account_id = identities.account_id
left join hierarchy on grouped.account_id = hierarchy.account_id
left join profiles on grouped.account_id = profiles.account_id
