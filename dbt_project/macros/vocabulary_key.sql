{#- How a label is looked up in a vocabulary (countries, industries, titles): lower case, outer blanks removed. -#}
{% macro vocabulary_key(expression) -%} lower(trim({{ expression }})) {%- endmacro %}
