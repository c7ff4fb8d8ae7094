-- Kinds of Marketo activity that seeds/activity_types.csv does not list, and that
-- fct_activities therefore lacks.
-- Remedy: add a row; leave activity_type blank to leave the kind out on purpose.
{{ config(severity="warn") }}

with
    activities as (select * from {{ ref("stg_marketo__activities") }}),

    activity_types as (
        select * from {{ ref("activity_types") }} where source = 'marketo'
    )

select activities.marketo_activity_type_id, count(*) as activity_count
from activities
left join
    activity_types on activities.marketo_activity_type_id = activity_types.source_type
where activity_types.source_type is null
group by activities.marketo_activity_type_id
