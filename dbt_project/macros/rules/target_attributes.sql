{#- {attribute: rule type} of mart account_targets, and of the people joined to it: what audiences and alerts may ask. -#}
{% macro target_attributes(is_person=false) %}
    {%- set types = {
        "account_name": "text",
        "domain": "text",
        "country_code": "text",
        "industry": "text",
        "account_type": "text",
        "employee_count": "number",
        "tier": "text",
        "priority": "text",
        "grade": "text",
        "stage": "text",
        "last_intent_topic": "text",
        "is_customer": "boolean",
        "is_hot": "boolean",
        "has_open_opportunity": "boolean",
        "fit_score": "number",
        "overall_score": "number",
        "engagement_score": "number",
        "intent_score": "number",
        "surging_topic_count": "number",
        "last_engaged_date": "date",
    } %}
    {%- if is_person %}
        {%- do types.update(
            {
                "seniority": "text",
                "job_function": "text",
                "title": "text",
                "person_score": "number",
            }
        ) %}
    {%- endif %}
    {%- do return(types) %}
{% endmacro %}
