{#- Bounds of the Wilson interval (95%) of a share: honest for few cases, never below 0 or above 1. -#}
{% macro wilson_bound(successes, trials, side) -%}
    {%- set z = "1.959963984540054" %}
    {%- set share = (
        "(cast(" ~ successes ~ " as double) / nullif(" ~ trials ~ ", 0))"
    ) %}
    greatest(
        0.0,
        least(
            1.0,
            (
                {{ share }}
                + {{ z }}
                * {{ z }}
                / (
                    2.0 * nullif({{ trials }}, 0)
                ) {{ "-" if side == "low" else "+" }} {{ z }}
                * sqrt(
                    {{ share }} * (1 - {{ share }}) / nullif({{ trials }}, 0)
                    + {{ z }}
                    * {{ z }}
                    / (4.0 * nullif({{ trials }}, 0) * nullif({{ trials }}, 0))
                )
            )
            / (1 + {{ z }} * {{ z }} / nullif({{ trials }}, 0))
        )
    )
{%- endmacro %}

{% macro win_ratio(won, lost) -%}
    cast({{ won }} as double) / nullif({{ won }} + {{ lost }}, 0)
{%- endmacro %}
