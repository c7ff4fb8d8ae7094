{#- What a vendor may tell us of a person (columns of int_contacts and of stg_vendors__people). -#}
{% macro vendor_contact_attributes() %}
    {% do return(
        [
            "first_name",
            "last_name",
            "email",
            "phone",
            "title",
            "linkedin_url",
            "city",
            "country_code",
        ]
    ) %}
{% endmacro %}
