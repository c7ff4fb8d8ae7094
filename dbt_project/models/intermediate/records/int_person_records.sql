{%- set key = ["source", "object", "record_id"] %}
{%- set content = [
    "account_record_id",
    "owner_user_id",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "phone",
    "title",
    "department",
    "linkedin_url",
    "company_name",
    "city",
    "country_code",
    "linked_record_id",
    "merged_into_record_id",
    "is_opted_out",
    "created_at",
] %}

with
    records as (
        select *
        from {{ ref("int_person_records__salesforce") }}
        union all
        select *
        from {{ ref("int_person_records__hubspot") }}
        union all
        select *
        from {{ ref("int_person_records__crms") }}
        union all
        select *
        from {{ ref("int_person_records__automation") }}
        union all
        select *
        from {{ ref("int_person_records__engagement") }}
        union all
        select *
        from {{ ref("int_person_records__marketo") }}
        union all
        select *
        from {{ ref("int_person_records__first_party") }}
    ),

    country_aliases as (select * from {{ ref("country_aliases") }}),

    named as (
        select
            records.source,
            records.object,
            records.record_id,
            records.account_record_id,
            records.owner_user_id,
            records.first_name,
            records.last_name,
            coalesce(
                nullif(trim(records.full_name), ''),
                nullif(
                    trim(
                        coalesce(records.first_name, '')
                        || ' '
                        || coalesce(records.last_name, '')
                    ),
                    ''
                )
            ) as full_name,
            records.email,
            records.phone,
            records.title,
            records.department,
            records.linkedin_url,
            records.company_name,
            records.city,
            coalesce(by_code.country_code, by_name.country_code) as country_code,
            records.linked_record_id,
            records.merged_into_record_id,
            records.is_opted_out,
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
