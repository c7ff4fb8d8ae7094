{#- The record id of a lead that another program sent; ingestion/vendors/records.py asks about it by the same. -#}
{% macro inbound_lead_id(leads) -%}
    {{ leads }}.endpoint || ':' || {{ leads }}.lead_key
{%- endmacro %}
