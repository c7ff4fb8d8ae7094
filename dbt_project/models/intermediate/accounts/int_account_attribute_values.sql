{%- set key = "account_id attribute source object record_id column_name".split() %}
{%- set content = ["value", "authority"] %}
{%- set ranks = ["priority", "record_rank", "authority_rank"] %}

with
    -- Research that seldom finds anything says more about the question than the
    -- company.
    candidates as (
        select *
        from {{ ref("int_account_attribute_candidates") }}
        where
            source <> 'research'
            or attribute not in (
                select criterion
                from {{ ref("int_custom_criteria") }}
                where not is_enrichable
            )
    ),

    account_records as (
        select *
        from {{ ref("int_account_records") }}
        where merged_into_record_id is null
    ),

    crm_ranks as (
        select record_id, record_rank from account_records where is_crm_account
    ),

    catalogue as (select * from {{ ref("attribute_catalogue") }}),

    terms as (select * from {{ ref("int_vocabulary_terms") }}),

    attributed as (
        select
            account_records.account_id,
            candidates.attribute,
            candidates.source,
            candidates.object,
            candidates.record_id,
            candidates.column_name,
            case
                when catalogue.vocabulary is null
                then candidates.value
                when any_others.term is not null
                then coalesce(terms.term, candidates.value)
                else terms.term
            end as value,
            candidates.authority,
            candidates.priority,
            -- A vendor's answer about a record is as good as the record it was asked
            -- for.
            coalesce(crm_ranks.record_rank, account_records.record_rank) as record_rank,
            case
                when account_records.has_prevent_override
                then 1
                when candidates.authority = 'manual'
                then 2
                when candidates.authority = 'crm_owned'
                then 3
                else 4
            end as authority_rank,
            candidates.observed_at
        from candidates
        inner join
            account_records
            on coalesce(candidates.record_source, candidates.source)
            = account_records.source
            and coalesce(candidates.record_object, candidates.object)
            = account_records.object
            and candidates.record_id = account_records.record_id
        inner join catalogue on candidates.attribute = catalogue.attribute
        left join crm_ranks on candidates.record_id = crm_ranks.record_id
        left join
            terms
            on catalogue.vocabulary = terms.vocabulary
            and {{ vocabulary_key("candidates.value") }} = terms.label_key
        left join
            terms as any_others
            on catalogue.vocabulary = any_others.vocabulary
            and any_others.label_key = '*'
    ),

    stamped as ({{ keep_stamps("attributed", key, content, "observed_at", ranks) }}),

    ranked as (
        select
            *,
            row_number() over (
                partition by account_id, attribute
                order by
                    authority_rank,
                    priority,
                    record_rank,
                    observed_at desc,
                    record_id,
                    column_name
            ) as preference_rank
        from stamped
        where value is not null
    )

select
    account_id,
    attribute,
    source,
    object,
    record_id,
    column_name,
    value,
    authority,
    observed_at,
    preference_rank,
    preference_rank = 1 as is_chosen
from ranked
