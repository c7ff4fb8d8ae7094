with
    candidates as (select * from {{ ref("int_account_attribute_candidates") }}),

    catalogue as (select * from {{ ref("attribute_catalogue") }}),

    terms as (select * from {{ ref("int_vocabulary_terms") }})

select
    catalogue.vocabulary,
    candidates.source,
    candidates.attribute,
    candidates.value,
    count(*) as record_count,
    min(candidates.observed_at) as first_observed_at
from candidates
inner join catalogue on candidates.attribute = catalogue.attribute
left join
    terms
    on catalogue.vocabulary = terms.vocabulary
    and {{ vocabulary_key("candidates.value") }} = terms.label_key
left join
    terms as any_others
    on catalogue.vocabulary = any_others.vocabulary
    and any_others.label_key = '*'
where
    catalogue.vocabulary is not null and terms.term is null and any_others.term is null
group by catalogue.vocabulary, candidates.source, candidates.attribute, candidates.value
