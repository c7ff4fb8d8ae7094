{#- An IPv4 address as a number, null for anything else (IPv6 among it). -#}
{% macro ipv4_number(address) -%}
    case
        when
            length({{ address }}) - length(replace({{ address }}, '.', '')) = 3
            and position(':' in {{ address }}) = 0
        then
            {%- for part in (1, 2, 3, 4) %}
                {{
                    cast_or_null(
                        "split_part(" ~ address ~ ", '.', " ~ part ~ ")", "bigint"
                    )
                }} * {{ 256 ** (4 - part) }} {{- " +" if not loop.last }}
            {%- endfor %}
    end
{%- endmacro %}
