{%- set attributes = vendor_contact_attributes() -%}

with
    vendors as (
        select vendor, personal_data
        from {{ ref("vendors") }}
        where is_gdpr_compliant and personal_data <> 'excluded'
    ),

    asked as (
        select distinct source, object
        from {{ ref("enrichment_inputs") }}
        where entity = 'contacts'
    ),

    links as (
        select
            links.object,
            links.record_id,
            min(links.contact_id) as contact_id,
            min(links.record_rank) as record_rank
        from {{ ref("int_person_records__linked") }} as links
        inner join asked on links.source = asked.source and links.object = asked.object
        group by links.object, links.record_id
    ),

    answers as (
        select answers.*, links.contact_id, links.record_rank, vendors.personal_data
        from {{ ref("stg_vendors__people") }} as answers
        inner join vendors on answers.vendor = vendors.vendor
        inner join
            links
            on answers.input_object = links.object
            and answers.input_record_id = links.record_id
    ),

    -- Of people whose data are anonymised, the title alone.
    candidates as (
        {% for attribute in attributes %}
            select
                contact_id,
                '{{ attribute }}' as attribute,
                vendor,
                input_object,
                input_record_id,
                nullif(trim({{ attribute }}), '') as value,
                record_rank,
                observed_at
            from answers
            {% if attribute != "title" %} where personal_data = 'allowed' {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    countries as (select * from {{ ref("country_aliases") }}),

    steps as (
        select * from {{ ref("int_enrichment_steps") }} where entity = 'contacts'
    ),

    known as (
        select
            candidates.contact_id,
            candidates.attribute,
            candidates.vendor,
            candidates.input_object,
            candidates.input_record_id,
            steps.vendor_field,
            case
                when candidates.attribute = 'country_code'
                then countries.country_code
                else candidates.value
            end as value,
            coalesce(steps.position, 99) as position,
            candidates.record_rank,
            candidates.observed_at
        from candidates
        left join
            steps
            on candidates.vendor = steps.vendor
            and candidates.attribute = steps.field
        left join
            countries on {{ vocabulary_key("candidates.value") }} = countries.alias
    )

select
    contact_id,
    attribute,
    vendor,
    input_object,
    input_record_id,
    vendor_field,
    value,
    observed_at,
    row_number() over (
        partition by contact_id, attribute
        order by position, record_rank, observed_at desc, input_record_id, vendor
    ) as preference_rank
from known
where value is not null
