with
    answers as (
        select *
        from {{ ref("int_contact_attribute_values") }}
        where preference_rank = 1
    ),

    contacts as (select * from {{ ref("int_contacts") }}),

    vendors as (select * from {{ ref("vendors") }})

select
    answers.contact_id,
    answers.attribute,
    answers.vendor as source,
    answers.input_object as object,
    answers.input_record_id as record_id,
    answers.vendor_field as source_field,
    replace(answers.attribute, '_', ' ')
    || ' sourced from '
    || vendors.title
    || coalesce(
        ', updated on ' || cast(cast(answers.observed_at as date) as text), ''
    ) as provenance,
    answers.observed_at
from answers
inner join contacts on answers.contact_id = contacts.contact_id
inner join vendors on answers.vendor = vendors.vendor
where position('|' || answers.attribute || '|' in contacts.vendor_attributes) > 0
