-- Labels of the sources (countries, industries) that no vocabulary knows: each is a
-- value that an account lacks.
-- Remedy: add a row to seeds/industry_map.csv or seeds/country_aliases.csv.
{{ config(severity="warn") }}

with
    candidates as (select * from {{ ref("int_account_attribute_candidates") }}),

    catalogue as (
        select * from {{ ref("attribute_catalogue") }} where vocabulary is not null
    ),

    terms as (select * from {{ ref("int_vocabulary_terms") }})

select
    candidates.attribute,
    candidates.source,
    candidates.column_name,
    candidates.value,
    count(*) as record_count
from candidates
inner join catalogue on candidates.attribute = catalogue.attribute
left join
    terms
    on catalogue.vocabulary = terms.vocabulary
    and {{ vocabulary_key("candidates.value") }} = terms.label_key
where terms.term is null
group by
    candidates.attribute, candidates.source, candidates.column_name, candidates.value
