{{ config(materialized="view") }}

select
    'country' as vocabulary,
    {{ vocabulary_key("alias") }} as label_key,
    country_code as term
from {{ ref("country_aliases") }}
union all
select
    'industry' as vocabulary,
    {{ vocabulary_key("raw_industry") }} as label_key,
    industry as term
from {{ ref("industry_map") }}
union all
select vocabulary, {{ vocabulary_key("label") }} as label_key, term
from {{ ref("value_map") }}
