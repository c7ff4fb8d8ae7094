{%- set key = ["source", "object", "record_id"] %}
{%- set content = [
    "company_name",
    "website",
    "email",
    "country_code",
    "state",
    "city",
    "street",
    "postal_code",
    "phone",
    "industry",
    "employee_count",
    "annual_revenue_usd",
    "parent_record_id",
    "linked_record_id",
    "vendor_company_id",
    "vendor_parent_company_id",
    "vendor_ultimate_company_id",
    "merged_into_record_id",
    "is_branch",
    "is_customer",
    "created_at",
] %}

with
    records as (
        select *
        from {{ ref("int_company_records__salesforce") }}
        union all
        select *
        from {{ ref("int_company_records__hubspot") }}
        union all
        select *
        from {{ ref("int_company_records__crms") }}
        union all
        select *
        from {{ ref("int_company_records__automation") }}
        union all
        select *
        from {{ ref("int_company_records__others") }}
        union all
        select *
        from {{ ref("int_company_records__first_party") }}
    ),

    country_aliases as (select * from {{ ref("country_aliases") }}),

    named as (
        select
            records.source,
            records.object,
            records.record_id,
            records.company_name,
            records.website,
            records.email,
            coalesce(by_code.country_code, by_name.country_code) as country_code,
            records.state,
            records.city,
            records.street,
            records.postal_code,
            records.phone,
            records.industry,
            records.employee_count,
            records.annual_revenue_usd,
            records.parent_record_id,
            records.linked_record_id,
            records.vendor_company_id,
            records.vendor_parent_company_id,
            records.vendor_ultimate_company_id,
            records.merged_into_record_id,
            records.is_branch,
            records.is_customer,
            records.created_at,
            records.updated_at
        from records
        left join
            country_aliases as by_code
            on {{ vocabulary_key("records.country_code_text") }} = by_code.alias
        left join
            country_aliases as by_name
            on {{ vocabulary_key("records.country") }} = by_name.alias
    )

    {{ keep_stamps("named", key, content, "updated_at") }}
