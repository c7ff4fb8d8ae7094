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

    located as ({{ with_country_codes("records") }})

    {{ keep_stamps("located", key, content, "updated_at") }}
