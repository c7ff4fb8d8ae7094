{#- {attribute: rule type} of leads: what the nodes and maps of the routing flow may ask. -#}
{% macro routing_attributes() %}
    {%- do return(
        {
            "is_sweep": "boolean",
            "is_new": "boolean",
            "is_manually_assigned": "boolean",
            "lead_status": "text",
            "lead_source": "text",
            "stage": "text",
            "is_mql": "boolean",
            "person_score": "number",
            "created_date": "date",
            "has_company": "boolean",
            "company_name": "text",
            "country_code": "text",
            "state": "text",
            "title": "text",
            "owner_kind": "text",
            "owner_groups": "list",
            "sales_development_owner_user_id": "text",
            "is_created_by_integration": "boolean",
            "is_do_not_route": "boolean",
            "is_sequenced": "boolean",
            "last_interesting_moment": "text",
            "last_interesting_moment_source": "text",
            "last_interesting_moment_date": "date",
            "partner_account_id": "text",
            "prospect_share_status": "text",
            "partner_prospect_status": "text",
            "campaign_names": "list",
            "has_mdf_campaign": "boolean",
            "joint_event_statuses": "list",
            "is_matched": "boolean",
            "bdr_user_id": "text",
            "bdr_groups": "list",
            "bdr_prospecting_status": "text",
            "sdr_user_id": "text",
            "account_owner_user_id": "text",
            "account_owner_groups": "list",
            "is_us_public_sector": "boolean",
            "is_customer": "boolean",
            "tier": "text",
            "account_domain": "text",
            "account_industry": "text",
            "employee_count": "number",
            "annual_revenue_usd": "number",
        }
    ) %}
{% endmacro %}

{#- The attributes that are columns of int_routing_leads: the others follow from the log of decisions. -#}
{% macro routing_lead_facts() %}
    {%- set types = {} %}
    {%- for name, type in routing_attributes().items() if name not in ["is_sweep", "is_new", "is_manually_assigned"] %}
        {%- do types.update({name: type}) %}
    {%- endfor %}
    {%- do return(types) %}
{% endmacro %}

{#- Attributes whose change makes the flow look at a lead again; what the flow itself writes is not among them. -#}
{% macro routing_triggers() %}
    {%- do return(
        [
            "account_id",
            "lead_status",
            "is_mql",
            "person_score",
            "has_company",
            "country_code",
            "is_do_not_route",
            "is_sequenced",
            "last_interesting_moment",
            "last_interesting_moment_date",
            "partner_account_id",
            "has_mdf_campaign",
            "is_us_public_sector",
            "owner_kind = 'inactive'",
        ]
    ) %}
{% endmacro %}

{#- {column: type} of the log of routing decisions. -#}
{% macro routing_log_columns() %}
    {%- set text = dbt.type_string() %}
    {%- do return(
        {
            "decision_id": text,
            "lead_id": text,
            "account_id": text,
            "outcome": text,
            "owner_id": text,
            "queue": text,
            "queue_id": text,
            "previous_owner_id": text,
            "notified_user_id": text,
            "section": text,
            "node": text,
            "path": text,
            "evidence": text,
            "reason": text,
            "rotation": text,
            "rotation_pool": text,
            "field_values": text,
            "flow_version": text,
            "activation_target": text,
            "trigger": text,
            "change_key": text,
            "is_turn": "boolean",
            "is_held": "boolean",
            "is_warning": "boolean",
            "is_person_kept": "boolean",
            "decided_at": "timestamp",
        }
    ) %}
{% endmacro %}

{#-
What each node on a lead's way saw, as JSON: {"node": ["attribute value", "attribute value"]}; templates of
routing_templates(). The quotes are written as the character 30 until the whole text has been escaped at once.
-#}
{% macro routing_evidence(leads, templates) %}
    {%- set values = [] %}
    {%- for name, type in routing_attributes().items() %}
        {%- set column = leads ~ "." ~ name %}
        {%- set text = (
            join_values(column, ", ")
            if type == "list"
            else "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")"
        ) %}
        {%- set told = (
            "'"
            ~ name
            ~ " ' || coalesce(nullif("
            ~ text
            ~ ", ''), 'unknown')"
        ) %}
        {%- do values.append(
            "replace(" ~ told ~ ", chr(30), '')"
            if type in ("text", "list")
            else told
        ) %}
    {%- endfor %}
    case
        when {{ templates }}.texts is null
        then '{}'
        else
            '{'
            || {{
                json_inside(
                    filled_template(
                        templates ~ ".texts", templates ~ ".places", list_of(values)
                    )
                )
            }}
            || '"]}'
    end
{%- endmacro %}
