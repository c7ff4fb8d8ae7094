{% set account_types = account_attribute_types(ref("int_accounts")) %}
{% do account_types.update({"tier": "text"}) %}
{% set contact_columns = landed_columns(ref("int_contacts")) %}

with
    rules as (
        select entity || ' ' || condition as rule_id, attribute, operator, value
        from {{ ref("enrichment_conditions") }}
    ),

    conditions as ({{ rule_conditions("rules", "rule_id") }}),

    accounts as (
        select accounts.*, tiers.tier
        from {{ ref("int_accounts") }} as accounts
        left join
            {{ ref("account_tiers") }} as tiers
            on accounts.account_id = tiers.account_id
    ),

    people as (
        select
            links.source || ' ' || links.object || ' ' || links.record_id as person_key,
            links.source as record_source,
            contacts.seniority,
            contacts.job_function,
            contacts.title,
            contacts.is_opted_out,
            contacts.country_code,
            accounts.industry as account_industry,
            accounts.employee_count as account_employee_count,
            accounts.tier as account_tier,
            {% if "is_in_outbound_cadence" in contact_columns %}
                contacts.is_in_outbound_cadence
            {% else %} cast(null as boolean)
            {% endif %} as is_in_outbound_cadence
        from {{ ref("int_person_records__linked") }} as links
        inner join
            {{ ref("int_contacts") }} as contacts
            on links.contact_id = contacts.contact_id
        left join accounts on contacts.account_id = accounts.account_id
    ),

    facts as (
        {{ rule_facts("accounts", "account_id", account_types, "conditions") }}
        union all
        {{
            rule_facts(
                "people",
                "person_key",
                {
                    "record_source": "text",
                    "seniority": "text",
                    "job_function": "text",
                    "title": "text",
                    "is_opted_out": "boolean",
                    "country_code": "text",
                    "account_industry": "text",
                    "account_employee_count": "number",
                    "account_tier": "text",
                    "is_in_outbound_cadence": "boolean",
                },
                "conditions",
            )
        }}
    ),

    matches as ({{ rule_matches("facts", "conditions") }})

select
    'accounts' as entity,
    records.source,
    records.object as input_object,
    records.record_id,
    substr(matches.rule_id, length('accounts ') + 1) as condition
from matches
inner join
    {{ ref("int_account_records") }} as records
    on matches.entity_id = records.account_id
    and records.is_crm_account
where matches.is_match and matches.rule_id like 'accounts %'
union all
select
    'contacts' as entity,
    links.source,
    links.object as input_object,
    links.record_id,
    substr(matches.rule_id, length('contacts ') + 1) as condition
from matches
inner join
    {{ ref("int_person_records__linked") }} as links
    on matches.entity_id = links.source || ' ' || links.object || ' ' || links.record_id
where matches.is_match and matches.rule_id like 'contacts %'
