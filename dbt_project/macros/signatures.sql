{#- Signatures: sets of up to 126 members as one number, which engines write differently. -#}
{% macro signature_bit(place) -%}
    {%- do return(adapter.dispatch("signature_bit", "marketmap")(place)) -%}
{%- endmacro %}

{% macro default__signature_bit(place) -%}
    {%- do return("(cast(1 as hugeint) << cast(" ~ place ~ " as hugeint))") -%}
{%- endmacro %}

{% macro spark__signature_bit(place) -%}
    {%- do return("cast(power(2, " ~ place ~ ") as decimal(38, 0))") -%}
{%- endmacro %}

{#- A sum of bits as a signature. -#}
{% macro signature_bits(expression) -%}
    {%- do return(adapter.dispatch("signature_bits", "marketmap")(expression)) -%}
{%- endmacro %}

{% macro default__signature_bits(expression) -%}
    {%- do return("cast(" ~ expression ~ " as hugeint)") -%}
{%- endmacro %}

{% macro spark__signature_bits(expression) -%}
    {%- do return("cast(" ~ expression ~ " as decimal(38, 0))") -%}
{%- endmacro %}

{#- Does the signature hold the bit? -#}
{% macro has_bit(signature, bit) -%}
    {%- do return(adapter.dispatch("has_bit", "marketmap")(signature, bit)) -%}
{%- endmacro %}

{% macro default__has_bit(signature, bit) -%}
    {%- do return("((" ~ signature ~ " & " ~ bit ~ ") <> 0)") -%}
{%- endmacro %}

{% macro spark__has_bit(signature, bit) -%}
    {%- do return(
        "(cast(floor("
        ~ signature
        ~ " / "
        ~ bit
        ~ ") as decimal(38, 0)) % 2 = 1)"
    ) -%}
{%- endmacro %}

{#- Aggregate: the values as a list in an order. -#}
{% macro ordered_list(value, order) -%}
    {%- do return(adapter.dispatch("ordered_list", "marketmap")(value, order)) -%}
{%- endmacro %}

{% macro default__ordered_list(value, order) -%}
    {%- do return("list(" ~ value ~ " order by " ~ order ~ ")") -%}
{%- endmacro %}

{% macro spark__ordered_list(value, order) -%}
    {%- do return(
        "transform(array_sort(collect_list(struct("
        ~ order
        ~ " as place, "
        ~ value
        ~ " as item))), pair -> pair.item)"
    ) -%}
{%- endmacro %}

{#- The texts of a list, each followed by the value at the place that the second list gives, as one text. -#}
{% macro filled_template(texts, places, values) -%}
    {%- do return(
        adapter.dispatch("filled_template", "marketmap")(
            texts, places, values
        )
    ) -%}
{%- endmacro %}

{#- A lambda would make the list of values anew for each item. -#}
{% macro default__filled_template(texts, places, values) -%}
    {%- do return(
        "array_to_string(list_transform(list_zip("
        ~ texts
        ~ ", list_select("
        ~ values
        ~ ", "
        ~ places
        ~ ")), lambda pair: pair[1] || pair[2]), '')"
    ) -%}
{%- endmacro %}

{% macro spark__filled_template(texts, places, values) -%}
    {%- do return(
        "array_join(transform("
        ~ texts
        ~ ", (text, look) -> text || element_at("
        ~ values
        ~ ", "
        ~ places
        ~ "[look])), '')"
    ) -%}
{%- endmacro %}

{#- A list of expressions. -#}
{% macro list_of(expressions) -%}
    {%- do return(adapter.dispatch("list_of", "marketmap")(expressions)) -%}
{%- endmacro %}

{% macro default__list_of(expressions) -%}
    {%- do return("[" ~ expressions | join(", ") ~ "]") -%}
{%- endmacro %}

{% macro spark__list_of(expressions) -%}
    {%- do return("array(" ~ expressions | join(", ") ~ ")") -%}
{%- endmacro %}
