-- Roles are judged once per kind of person, not once per person.
with
    contacts as (select * from {{ ref("int_contacts") }}),
    roles as (select * from {{ ref("buying_roles") }}),
    kinds as (
        select
            md5(
                coalesce(seniority, '') || chr(31) || coalesce(job_function, '')
            ) as kind_id,
            min(seniority) as seniority,
            min(job_function) as job_function
        from contacts
        group by md5(coalesce(seniority, '') || chr(31) || coalesce(job_function, ''))
    ),
    conditions as ({{ rule_conditions("roles", "buying_role") }}),
    facts as (
        {{
            rule_facts(
                "kinds",
                "kind_id",
                {"seniority": "text", "job_function": "text"},
                "conditions",
            )
        }}
    ),
    matches as ({{ met_rules("facts", "conditions") }}),
    firsts as (
        select
            matches.entity_id as kind_id,
            {{ first_value_by("roles.buying_role", "roles.priority") }} as buying_role,
            {{ first_value_by("roles.multiplier", "roles.priority") }} as multiplier
        from matches
        inner join roles on matches.rule_id = roles.buying_role
        group by matches.entity_id
    ),
    final as (
        select
            contacts.contact_id,
            coalesce(firsts.buying_role, 'unknown') as buying_role,
            coalesce(firsts.multiplier, 1) as multiplier
        from contacts
        left join
            firsts
            on md5(
                coalesce(contacts.seniority, '')
                || chr(31)
                || coalesce(contacts.job_function, '')
            )
            = firsts.kind_id
    )
select *
from final
