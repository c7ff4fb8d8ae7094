with
    contacts as (select * from {{ ref("int_partner_contacts") }}),
    rules as (select * from {{ ref("partner_contact_rules") }}),
    conditions as ({{ rule_conditions("rules", "rule_id", "match") }}),
    facts as (
        {{
            rule_facts(
                "contacts",
                "salesforce_contact_id",
                partner_contact_attributes(),
                "conditions",
            )
        }}
    ),
    matches as ({{ rule_matches("facts", "conditions") }}),
    effects as (
        select
            rule_id,
            min(priority) as priority,
            min(prospect_share_status) as prospect_share_status,
            min(partner_prospect_status) as partner_prospect_status
        from rules
        group by rule_id
    ),
    chosen as (
        select
            matches.entity_id as salesforce_contact_id,
            {{ first_value_by("matches.rule_id", "effects.priority") }} as rule_id,
            {{ first_value_by("matches.observed_value", "effects.priority") }}
            as evidence
        from matches
        inner join effects on matches.rule_id = effects.rule_id
        where matches.is_match
        group by matches.entity_id
    ),
    final as (
        select
            contacts.salesforce_contact_id,
            contacts.partner_account_id as partner_salesforce_account_id,
            chosen.rule_id,
            chosen.evidence,
            effects.prospect_share_status,
            effects.partner_prospect_status,
            contacts.prospect_share_status as crm_prospect_share_status,
            contacts.partner_prospect_status as crm_partner_prospect_status
        from contacts
        inner join
            chosen on contacts.salesforce_contact_id = chosen.salesforce_contact_id
        inner join effects on chosen.rule_id = effects.rule_id
    )
select *
from final
