{#- {attribute: rule type} of int_partner_contacts: what the rules of partner_contact_rules may ask. -#}
{% macro partner_contact_attributes() %}
    {%- do return(
        {
            "campaign_names": "list",
            "joint_event_statuses": "list",
            "has_mdf_campaign": "boolean",
            "is_sequenced": "boolean",
            "person_status": "text",
            "partner_account_id": "text",
            "prospect_share_status": "text",
            "partner_prospect_status": "text",
        }
    ) %}
{% endmacro %}
