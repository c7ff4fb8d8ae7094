{#-
The people who belong to a list, a program or a campaign of marketing automation and may be written to, by its own id of
a person (`person_id`, a column of dim_contacts): one row per list and person. `list_id` names the list's column.
-#}
{% macro listed_members(platform, person_id, list_id, with_status=false) %}
    with
        lists as (
            select *
            from {{ ref("audiences") }}
            where platform = '{{ platform }}' and external_id is not null and is_enabled
        ),
        members as (select * from {{ ref("audience_members") }} where is_allowed),
        contacts as (
            select * from {{ ref("dim_contacts") }} where {{ person_id }} is not null
        )
    select
        lists.external_id || ':' || contacts.{{ person_id }} as member_id,
        min(contacts.contact_id) as contact_id,
        lists.external_id as {{ list_id }},
        contacts.{{ person_id }}
        {%- if with_status %}, min(lists.member_status) as member_status {%- endif %}
    from members
    inner join lists on members.audience_id = lists.audience_id
    inner join contacts on members.contact_id = contacts.contact_id
    group by lists.external_id, contacts.{{ person_id }}
{% endmacro %}
