with
    person_records as (select * from {{ ref("int_person_records") }}),

    links as (
        select *
        from {{ ref("int_person_records__linked") }}
        where merged_into_record_id is null
    ),

    titles as (select * from {{ ref("int_titles") }}),

    people as (
        select
            person_records.*,
            links.contact_id,
            links.account_id,
            links.salesforce_lead_id,
            links.record_rank,
            titles.seniority,
            titles.job_function
        from person_records
        inner join
            links
            on person_records.source = links.source
            and person_records.object = links.object
            and person_records.record_id = links.record_id
        left join titles on person_records.title = titles.title
    )

select
    contact_id,
    {{ first_value_by("account_id", "record_rank") }} as account_id,
    {{
        first_value_by(
            "case when source = 'salesforce' and object = 'Contact' then record_id end",
            "record_rank",
        )
    }} as salesforce_contact_id,
    {{
        first_value_by(
            "case when source = 'hubspot' then record_id end", "record_rank"
        )
    }} as hubspot_contact_id,
    {{ first_value_by("salesforce_lead_id", "record_rank") }} as salesforce_lead_id,
    {{
        first_value_by(
            "case when source = 'marketo' then record_id end", "record_rank"
        )
    }} as marketo_lead_id,
    {{
        first_value_by(
            "case when source = 'pardot' then record_id end", "record_rank"
        )
    }} as pardot_prospect_id,
    {{
        first_value_by(
            "case when source = 'eloqua' then record_id end", "record_rank"
        )
    }} as eloqua_contact_id,
    {{ first_value_by("owner_user_id", "record_rank") }} as owner_user_id,
    {{ first_value_by("full_name", "record_rank") }} as full_name,
    {{ first_value_by("first_name", "record_rank") }} as first_name,
    {{ first_value_by("last_name", "record_rank") }} as last_name,
    {{ first_value_by("email", "record_rank") }} as email,
    {{ first_value_by("phone", "record_rank") }} as phone,
    {{ first_value_by("linkedin_url", "record_rank") }} as linkedin_url,
    {{ first_value_by("title", "record_rank") }} as title,
    {{ first_value_by("seniority", "record_rank") }} as seniority,
    {{ first_value_by("job_function", "record_rank") }} as job_function,
    {{ first_value_by("department", "record_rank") }} as department,
    {{ first_value_by("city", "record_rank") }} as city,
    {{ first_value_by("country_code", "record_rank") }} as country_code,
    {{ first_value_by("source", "record_rank") }} as source,
    bool_or(is_opted_out) as is_opted_out,
    not bool_or(object = 'Contact') as is_lead_only,
    cast(count(*) as integer) as record_count,
    min(created_at) as created_at
from people
group by contact_id
