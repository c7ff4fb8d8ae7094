{#- What must be known of a record before a vendor is asked (seed enrichment_inputs): the input's column in our
records, the vendors' column that says the same, and the form of a usable value. -#}
{% macro confidence_inputs() %}
    {%- set word = "\\p{L}" -%}
    {% do return(
        [
            {
                "entity": "accounts",
                "records": ref("int_company_records"),
                "answers": ref("stg_vendors__companies"),
                "inputs": [
                    ["company_name", "account_name", "[\\p{L}\\p{N}]"],
                    ["website", "website", "^[^ @]+[.][^ @]+$"],
                    ["city", "city", word],
                    ["state", none, word],
                    ["country_code", none, word],
                ],
            },
            {
                "entity": "contacts",
                "records": ref("int_person_records"),
                "answers": ref("stg_vendors__people"),
                "inputs": [
                    ["first_name", "first_name", word],
                    ["last_name", "last_name", word],
                    ["email", "email", "^[^@ ]+@[^@ ]+[.][^@ ]+$"],
                    ["company_name", none, "[\\p{L}\\p{N}]"],
                ],
            },
        ]
    ) %}
{% endmacro %}

{#- A value as two sources are compared by: addresses of a site are one with and without protocol, www and path. -#}
{% macro compared_value(expression) -%}
    {%- do return(
        replace_pattern("lower(" ~ expression ~ ")", "^([a-z]+://)?(www[.])?|[/?#].*$", "")
    ) -%}
{%- endmacro %}
