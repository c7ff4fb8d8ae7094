with
    required as (
        select distinct entity, source, object, input, requirement
        from {{ ref("enrichment_inputs") }}
        where nullif(requirement, '') is not null
    ),

    said as (
        {% for each in confidence_inputs() %}
            {% for input, column, pattern in each.inputs %}
                select
                    '{{ each.entity }}' as entity,
                    source,
                    object,
                    record_id,
                    '{{ input }}' as input,
                    nullif(trim({{ input }}), '') as value,
                    {{ matches_pattern("trim(" ~ input ~ ")", pattern) }} as is_valid
                from {{ each.records }}
                where merged_into_record_id is null
                union all
            {% endfor %}
        {% endfor %}
        select null, null, null, null, null, null, null
        where false
    ),

    told as (
        {% for each in confidence_inputs() %}
            {% for input, column, pattern in each.inputs if column %}
                select
                    '{{ each.entity }}' as entity,
                    input_object as object,
                    input_record_id as record_id,
                    '{{ input }}' as input,
                    nullif(trim({{ column }}), '') as value
                from {{ each.answers }}
                union all
            {% endfor %}
        {% endfor %}
        select null, null, null, null, null
        where false
    ),

    answers as (
        select entity, object, record_id, input, {{ compared_value("value") }} as value
        from told
        where value is not null
    ),

    compared as (
        select
            said.entity,
            said.source,
            said.object,
            said.record_id,
            required.requirement,
            bool_or(said.value is not null) as is_present,
            bool_or(coalesce(said.is_valid, false)) as is_valid,
            bool_or(answers.value is not null and said.value is not null) as is_told,
            bool_or(answers.value = {{ compared_value("said.value") }}) as is_agreed
        from said
        inner join
            required
            on said.entity = required.entity
            and said.source = required.source
            and said.object = required.object
            and said.input = required.input
        left join
            answers
            on said.entity = answers.entity
            and said.object = answers.object
            and said.record_id = answers.record_id
            and said.input = answers.input
        group by
            said.entity, said.source, said.object, said.record_id, required.requirement
    )

select
    entity,
    source,
    object,
    requirement,
    count(*) as record_count,
    avg(case when is_present then 100.0 else 0 end) as present_percent,
    100.0
    * sum(case when is_valid then 1 else 0 end)
    / nullif(sum(case when is_present then 1 else 0 end), 0) as valid_percent,
    count(case when is_told then 1 end) as compared_count,
    100.0
    * sum(case when is_told and is_agreed then 1 else 0 end)
    / nullif(sum(case when is_told then 1 else 0 end), 0) as agreed_percent
from compared
group by entity, source, object, requirement
