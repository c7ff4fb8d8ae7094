{#-
Personal identifiers as ad platforms match them: normalised by each platform's rules, then SHA-256 in lower-case
hexadecimal, so that nothing else ever stands in activation, in the ledger or on the wire. Null where an identifier is
missing or cannot be one. Official examples are unit tests of the sync models.

Rules: Meta, "Customer file custom audiences"; LinkedIn, matched audiences (trimmed, lower case); Google, Data Manager
formatter 0.4.0 (dots and +tags leave gmail.com and googlemail.com addresses only).
-#}
{% macro sha256_hex(expression) -%}
    {%- do return(adapter.dispatch("sha256_hex", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__sha256_hex(expression) -%}
    {%- do return("sha256(" ~ expression ~ ")") -%}
{%- endmacro %}

{% macro spark__sha256_hex(expression) -%}
    {%- do return("sha2(" ~ expression ~ ", 256)") -%}
{%- endmacro %}

{#- Trimmed, lower case; null unless it has the form local@domain without blanks. -#}
{% macro normalised_email(email) -%}
    {%- do return(
        "case when "
        ~ matches_pattern(
            "trim(" ~ email ~ ")", "^[^@[:space:]]+@[^@[:space:]]+$"
        )
        ~ " then lower(trim("
        ~ email
        ~ ")) end"
    ) -%}
{%- endmacro %}

{% macro hashed_email(email) -%}
    {%- do return(sha256_hex(normalised_email(email))) -%}
{%- endmacro %}

{% macro hashed_google_email(email) -%}
    {%- do return(sha256_hex(normalised_google_email(email))) -%}
{%- endmacro %}

{% macro normalised_google_email(email) -%}
    {%- set address = normalised_email(email) -%}
    {%- set local = dbt.split_part(dbt.split_part(address, "'@'", 1), "'+'", 1) -%}
    {%- set local = "replace(" ~ local ~ ", '.', '')" -%}
    {%- set host = dbt.split_part(address, "'@'", 2) -%}
    {%- do return(
        "case when "
        ~ host
        ~ " not in ('gmail.com', 'googlemail.com') then "
        ~ address
        ~ " when "
        ~ local
        ~ " <> '' then "
        ~ local
        ~ " || '@' || "
        ~ host
        ~ " end"
    ) -%}
{%- endmacro %}

{#- Digits with country code, without zeros or a plus in front. -#}
{% macro hashed_phone(phone) -%}
    {%- set digits = "ltrim(" ~ replace_pattern(phone, "[^0-9]", "") ~ ", '0')" -%}
    {%- do return(sha256_hex("nullif(" ~ digits ~ ", '')")) -%}
{%- endmacro %}

{#- E.164: a plus and the digits. -#}
{% macro hashed_google_phone(phone) -%}
    {%- set digits = replace_pattern(phone, "[^0-9]", "") -%}
    {%- do return(sha256_hex("'+' || nullif(" ~ digits ~ ", '')")) -%}
{%- endmacro %}

{#- Lower case without punctuation, digits and blanks; letters of every script stay. -#}
{% macro hashed_name(name) -%}
    {%- set letters = replace_pattern(
        "lower(" ~ name ~ ")", "[[:punct:][:digit:][:space:]]", ""
    ) -%}
    {%- do return(sha256_hex("nullif(" ~ letters ~ ", '')")) -%}
{%- endmacro %}

{% macro hashed_country(country_code) -%}
    {%- do return(sha256_hex("lower(trim(" ~ country_code ~ "))")) -%}
{%- endmacro %}

{% macro matches_pattern(expression, pattern) -%}
    {%- do return(
        adapter.dispatch("matches_pattern", "marketmap")(expression, pattern)
    ) -%}
{%- endmacro %}

{% macro default__matches_pattern(expression, pattern) -%}
    {%- do return("regexp_matches(" ~ expression ~ ", '" ~ pattern ~ "')") -%}
{%- endmacro %}

{% macro spark__matches_pattern(expression, pattern) -%}
    {%- do return(
        "("
        ~ expression
        ~ " rlike '"
        ~ pattern.replace("[:space:]", "\\\\s")
        ~ "')"
    ) -%}
{%- endmacro %}
