{%- set record_ids = {
    "salesforce_contact_id": "source = 'salesforce' and object = 'Contact'",
    "hubspot_contact_id": "source = 'hubspot'",
    "marketo_lead_id": "source = 'marketo'",
    "pardot_prospect_id": "source = 'pardot'",
    "eloqua_contact_id": "source = 'eloqua'",
} -%}
{%- set attributes = vendor_contact_attributes() -%}
{%- set own_attributes = [
    "account_id",
    "salesforce_lead_id",
    "owner_user_id",
    "department",
    "source",
] -%}

with
    person_records as (select * from {{ ref("int_person_records") }}),

    links as (
        select *
        from {{ ref("int_person_records__linked") }}
        where merged_into_record_id is null
    ),

    records as (
        select
            person_records.*,
            links.contact_id,
            links.account_id,
            links.salesforce_lead_id,
            links.record_rank
        from person_records
        inner join
            links
            on person_records.source = links.source
            and person_records.object = links.object
            and person_records.record_id = links.record_id
    ),

    people as (
        select
            contact_id,
            {% for key, condition in record_ids.items() %}
                {{
                    first_value_by(
                        "case when " ~ condition ~ " then record_id end",
                        "record_rank",
                    )
                }} as {{ key }},
            {% endfor %}
            {% for attribute in ["full_name"] + own_attributes + attributes %}
                {{ first_value_by(attribute, "record_rank") }} as {{ attribute }},
            {% endfor %}
            bool_or(is_opted_out) as is_opted_out,
            not bool_or(object = 'Contact') as is_lead_only,
            cast(count(*) as integer) as record_count,
            min(created_at) as created_at
        from records
        group by contact_id
    ),

    -- What no record of ours says, from the vendors.
    answers as (
        select
            contact_id
            {% for attribute in attributes %}
                ,
                max(
                    case when attribute = '{{ attribute }}' then value end
                ) as {{ attribute }}
            {% endfor %}
        from {{ ref("int_contact_attribute_values") }}
        where preference_rank = 1
        group by contact_id
    ),

    enriched as (
        select
            people.contact_id,
            {% for column in (record_ids | list) + own_attributes %}
                people.{{ column }},
            {% endfor %}
            coalesce(
                people.full_name,
                nullif(
                    trim(
                        coalesce(answers.first_name, '')
                        || ' '
                        || coalesce(answers.last_name, '')
                    ),
                    ''
                )
            ) as full_name,
            {% for attribute in attributes %}
                coalesce(
                    people.{{ attribute }}, answers.{{ attribute }}
                ) as {{ attribute }},
            {% endfor %}
            '|'
            {% for attribute in attributes %}
                || case
                    when
                        people.{{ attribute }} is null
                        and answers.{{ attribute }} is not null
                    then '{{ attribute }}|'
                    else ''
                end
            {% endfor %} as vendor_attributes,
            people.is_opted_out,
            people.is_lead_only,
            people.record_count,
            people.created_at
        from people
        left join answers on people.contact_id = answers.contact_id
    )

select enriched.*, titles.seniority, titles.job_function
from enriched
left join {{ ref("int_titles") }} as titles on enriched.title = titles.title
