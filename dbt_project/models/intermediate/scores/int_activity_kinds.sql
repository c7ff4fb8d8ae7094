-- Rules are judged once per kind of activity: a few thousand kinds stand for millions
-- of
-- activities.
with
    activities as (select * from {{ ref("fct_activities") }}),
    catalogue as (select * from {{ ref("content_catalogue") }}),
    kinds as (
        select
            {{ activity_kind_id() }} as kind_id,
            activity_type,
            subject,
            source,
            is_engagement
        from
            (
                select distinct activity_type, subject, source, is_engagement
                from activities
            ) as distinct_kinds
    ),
    conditions as ({{ rule_conditions("catalogue", "content") }}),
    facts as (
        {{
            rule_facts(
                "kinds",
                "kind_id",
                {"activity_type": "text", "subject": "text", "source": "text"},
                "conditions",
            )
        }}
    ),
    matches as ({{ rule_matches("facts", "conditions", is_single=true) }}),
    contents as (
        select
            matches.entity_id as kind_id,
            {{ first_value_by("catalogue.content_type", "catalogue.priority") }}
            as content_type,
            {{ first_value_by("catalogue.product", "catalogue.priority") }} as product
        from matches
        inner join catalogue on matches.rule_id = catalogue.content
        where matches.is_match
        group by matches.entity_id
    ),
    final as (
        select kinds.*, contents.content_type, contents.product
        from kinds
        left join contents on kinds.kind_id = contents.kind_id
    )
select *
from final
