{{ config(materialized="view") }}

-- An e-mail is one activity when it is sent and one for each thing that its reader did;
-- what is only counted is dated by the e-mail's last change.
with
    activities as (select * from {{ ref("stg_engagement__activities") }}),

    steps as (
        select
            *,
            case when source_table = 'emails' then 'sent' else '*' end as step,
            occurred_at as step_at
        from activities
        where occurred_at is not null
        {%- for step, time, count in [
                ("opened", "opened_at", "open_count"),
                ("clicked", "clicked_at", "click_count"),
                ("replied", "replied_at", "reply_count"),
                ("bounced", "bounced_at", "bounce_count"),
            ] %}
            union all
            select *, '{{ step }}' as step, coalesce({{ time }}, updated_at) as step_at
            from activities
            where
                source_table = 'emails' and ({{ time }} is not null or {{ count }} > 0)
        {%- endfor %}
    )

select
    -- These systems number each kind of record from 1 on.
    concat_ws(
        ':',
        source,
        source_table,
        engagement_activity_id,
        case when step not in ('sent', '*') then step end
    ) as activity_id,
    source,
    source_table as source_object,
    step as source_type,
    step as fallback_type,
    engagement_person_id as person_record_id,
    cast(null as text) as account_record_id,
    cast(null as text) as owner_user_id,
    subject,
    cast(null as text) as details,
    step_at as occurred_at
from steps
