{#-
The people who may be approached on an ad platform, hashed as it wants them: one row per audience and address.
`identifiers` are SQL expressions over contacts by column; email_sha256 is the one that names a member.
-#}
{% macro hashed_members(platform, identifiers) %}
    with
        audiences as (
            select *
            from {{ ref("audiences") }}
            where platform = '{{ platform }}' and is_enabled
        ),
        members as (select * from {{ ref("audience_members") }} where is_allowed),
        contacts as (select * from {{ ref("dim_contacts") }}),
        hashed as (
            select
                audiences.audience_id,
                coalesce(audiences.external_id, audiences.audience_name) as audience,
                {%- for column, expression in identifiers.items() %}
                    {{ expression }} as {{ column }},
                {%- endfor %}
                contacts.contact_id
            from members
            inner join audiences on members.audience_id = audiences.audience_id
            inner join contacts on members.contact_id = contacts.contact_id
        ),
        -- Two people of one address are one member.
        ranked as (
            select
                *,
                row_number() over (
                    partition by audience_id, email_sha256 order by contact_id
                ) as member_rank
            from hashed
            where email_sha256 is not null
        )
    select
        audience || ':' || email_sha256 as member_id,
        contact_id,
        audience
        {%- for column in identifiers %}, {{ column }}{%- endfor %}
    from ranked
    where member_rank = 1
{% endmacro %}
