with
    audiences as (select * from {{ ref("audiences") }} where is_enabled),
    rules as (select * from {{ ref("audience_rules") }}),
    targets as (select * from {{ ref("account_targets") }}),
    contacts as (select * from {{ ref("dim_contacts") }}),
    consents as (select * from {{ ref("contact_consents") }}),
    scores as (select * from {{ ref("contact_scores") }}),
    people as (
        select
            contacts.contact_id,
            contacts.seniority,
            contacts.job_function,
            contacts.title,
            scores.overall_score as person_score,
            targets.*
        from contacts
        inner join targets on contacts.account_id = targets.account_id
        left join scores on contacts.contact_id = scores.contact_id
    ),
    people_rules as (
        select rules.*
        from rules
        inner join audiences on rules.audience_id = audiences.audience_id
        where audiences.member_kind = 'contacts'
    ),
    company_rules as (
        select rules.*
        from rules
        inner join audiences on rules.audience_id = audiences.audience_id
        where audiences.member_kind = 'companies'
    ),
    people_conditions as (
        {{ rule_conditions("people_rules", "audience_id", "match") }}
    ),
    company_conditions as (
        {{ rule_conditions("company_rules", "audience_id", "match") }}
    ),
    people_facts as (
        {{
            rule_facts(
                "people",
                "contact_id",
                target_attributes(is_person=true),
                "people_conditions",
            )
        }}
    ),
    company_facts as (
        {{
            rule_facts(
                "targets", "account_id", target_attributes(), "company_conditions"
            )
        }}
        union all
        {{
            unknown_facts(
                "targets", "account_id", target_attributes(), "company_conditions"
            )
        }}
    ),
    people_matches as ({{ rule_matches("people_facts", "people_conditions") }}),
    company_matches as ({{ rule_matches("company_facts", "company_conditions") }}),
    final as (
        select
            people_matches.rule_id as audience_id,
            people_matches.entity_id as member_id,
            contacts.account_id,
            people_matches.entity_id as contact_id,
            consents.is_allowed,
            consents.obstacle
        from people_matches
        inner join contacts on people_matches.entity_id = contacts.contact_id
        inner join audiences on people_matches.rule_id = audiences.audience_id
        left join
            consents
            on people_matches.entity_id = consents.contact_id
            and audiences.purpose = consents.purpose
        where people_matches.is_match
        union all
        select
            company_matches.rule_id as audience_id,
            company_matches.entity_id as member_id,
            targets.account_id,
            cast(null as {{ dbt.type_string() }}) as contact_id,
            targets.domain is not null as is_allowed,
            case when targets.domain is null then 'no website' end as obstacle
        from company_matches
        inner join targets on company_matches.entity_id = targets.account_id
        where company_matches.is_match
    )
select
    audience_id,
    member_id,
    account_id,
    contact_id,
    coalesce(is_allowed, false) as is_allowed,
    obstacle
from final
