{#- The id that programs outside may keep: a UUID (RFC 9562, version 8) made from our own id, which outlives rebuilds. -#}
{% macro public_id(entity, id) -%}
    {%- set digest = "md5('marketmap/" ~ entity ~ "/' || " ~ id ~ ")" -%}
    {%- do return(
        "concat(substr("
        ~ digest
        ~ ", 1, 8), '-', substr("
        ~ digest
        ~ ", 9, 4), '-8', substr("
        ~ digest
        ~ ", 14, 3), '-8', substr("
        ~ digest
        ~ ", 18, 3), '-', substr("
        ~ digest
        ~ ", 21, 12))"
    ) -%}
{%- endmacro %}
