with
    contacts as (select * from {{ ref("dim_contacts") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    activities as (select * from {{ ref("fct_activities") }}),
    policies as (select * from {{ ref("consent_policies") }}),
    suppressions as (select * from {{ ref("suppressions") }}),
    purposes as (select distinct purpose from policies),
    people as (
        select
            contacts.contact_id,
            contacts.marketing_status,
            {{ normalised_email("contacts.email") }} as address,
            -- One objection speaks for everybody who shares the address.
            bool_or(contacts.is_opted_out) over (
                partition by
                    coalesce(
                        {{ normalised_google_email("contacts.email") }},
                        contacts.contact_id
                    )
            ) as is_opted_out,
            coalesce(
                contacts.country_code, accounts.country_code, 'unknown'
            ) as country_code
        from contacts
        left join accounts on contacts.account_id = accounts.account_id
    ),
    -- The country's own row, else that of other countries.
    country_policies as (
        select
            countries.country_code,
            purposes.purpose,
            {% for column in ["basis", "evidence_activity_type", "evidence_days"] %}
                case
                    when own.basis is null
                    then others.{{ column }}
                    else own.{{ column }}
                end as {{ column }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from (select distinct country_code from people) as countries
        cross join purposes
        left join
            policies as own
            on purposes.purpose = own.purpose
            and countries.country_code = own.country_code
        left join
            policies as others
            on purposes.purpose = others.purpose
            and others.country_code = 'other'
    ),
    evidence as (
        select contact_id, activity_type, max(cast(occurred_at as date)) as last_date
        from activities
        where
            contact_id is not null
            and activity_type in (select evidence_activity_type from policies)
        group by contact_id, activity_type
    ),
    blocked as (
        select people.contact_id, purposes.purpose, min(reason) as reason
        from suppressions
        inner join
            people
            on suppressions.identifier = case
                suppressions.identifier_kind
                when 'email_sha256'
                then {{ sha256_hex("people.address") }}
                when 'email_domain'
                then {{ dbt.split_part("people.address", "'@'", 2) }}
                when 'country_code'
                then people.country_code
                when 'contact_id'
                then people.contact_id
            end
        inner join purposes on suppressions.purpose in (purposes.purpose, 'all')
        group by people.contact_id, purposes.purpose
    ),
    judged as (
        select
            people.contact_id,
            purposes.purpose,
            evidence.last_date as consented_date,
            case
                when people.address is null
                then 'no e-mail address'
                when people.is_opted_out
                then 'opted out'
                when purposes.purpose = 'email' and people.marketing_status = 'bounced'
                then 'the address bounces'
                when blocked.reason is not null
                then 'suppressed: ' || blocked.reason
                when policies.basis is null or policies.basis = 'forbidden'
                then 'not allowed in the country'
                when
                    policies.basis = 'opt_in'
                    and coalesce(
                        {{ dbt.datediff("evidence.last_date", as_of_date(), "day") }},
                        policies.evidence_days + 1
                    )
                    > policies.evidence_days
                then 'no consent on record'
            end as obstacle
        from people
        cross join purposes
        left join
            country_policies as policies
            on purposes.purpose = policies.purpose
            and people.country_code = policies.country_code
        left join
            evidence
            on people.contact_id = evidence.contact_id
            and policies.evidence_activity_type = evidence.activity_type
        left join
            blocked
            on people.contact_id = blocked.contact_id
            and purposes.purpose = blocked.purpose
    )
select contact_id, purpose, obstacle is null as is_allowed, obstacle, consented_date
from judged
