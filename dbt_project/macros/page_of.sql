{#- A page by its path: without what follows ? or #, with no slash at the end. -#}
{% macro page_of(path) -%}
    {%- do return(
        "coalesce(nullif("
        ~ replace_pattern(path, "/*([?#].*)?$", "")
        ~ ", ''), '/')"
    ) %}
{%- endmacro %}
