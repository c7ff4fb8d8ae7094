{#- Records with the country as written (country_code_text, country), and its ISO code, in whatever language it was. -#}
{% macro with_country_codes(records) %}
    select
        {{ records }}.*,
        coalesce(by_code.country_code, by_name.country_code) as country_code
    from {{ records }}
    left join
        {{ ref("country_aliases") }} as by_code
        on {{ vocabulary_key(records ~ ".country_code_text") }} = by_code.alias
    left join
        {{ ref("country_aliases") }} as by_name
        on {{ vocabulary_key(records ~ ".country") }} = by_name.alias
{% endmacro %}
