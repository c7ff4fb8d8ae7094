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

    located as ({{ with_country_codes("records") }}),

    named as (
        select
            located.source,
            located.object,
            located.record_id,
            located.account_record_id,
            located.owner_user_id,
            located.first_name,
            located.last_name,
            coalesce(
                nullif(trim(located.full_name), ''),
                nullif(
                    trim(
                        coalesce(located.first_name, '')
                        || ' '
                        || coalesce(located.last_name, '')
                    ),
                    ''
                )
            ) as full_name,
            located.email,
            located.phone,
            located.title,
            located.department,
            located.linkedin_url,
            located.company_name,
            located.city,
            located.country_code,
            located.linked_record_id,
            located.merged_into_record_id,
            located.is_opted_out,
            located.created_at,
            located.updated_at
        from located
    )

    {{ keep_stamps("named", key, content, "updated_at") }}
