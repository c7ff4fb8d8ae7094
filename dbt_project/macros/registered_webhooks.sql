{#- Of a relation `webhooks`: whether an address is told an event of this type. -#}
{% macro hears_event(event_type) -%}
    (
        {{ list_holds(split_values("webhooks.events"), "'*'") }}
        or {{ list_holds(split_values("webhooks.events"), event_type) }}
        or {{
            list_holds(
                split_values("webhooks.events"),
                "split_part(" ~ event_type ~ ", '.', 1) || '.*'",
            )
        }}
    )
{%- endmacro %}

{#- The key of an event for an address of relation `webhooks`: the first one's is the plain id. -#}
{% macro event_key(record_id) -%}
    {{ record_id }}
    || case when webhooks.webhook = 'default' then '' else '@' || webhooks.webhook end
{%- endmacro %}
