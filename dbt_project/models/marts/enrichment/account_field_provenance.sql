with
    chosen as (select * from {{ ref("int_account_attribute_values") }} where is_chosen),

    vendors as (select * from {{ ref("vendors") }}),

    steps as (select * from {{ ref("int_enrichment_steps") }} where entity = 'accounts')

select
    chosen.account_id,
    chosen.attribute,
    chosen.value,
    chosen.source,
    chosen.object,
    chosen.record_id,
    coalesce(steps.vendor_field, chosen.column_name) as source_field,
    case
        when chosen.source = 'manual'
        then 'Manual correction'
        when vendors.vendor is not null
        then 'Enrichment'
        else 'Source record'
    end as method,
    replace(chosen.attribute, '_', ' ')
    || ' sourced from '
    || coalesce(vendors.title, chosen.source)
    || coalesce(
        ', updated on ' || cast(cast(chosen.observed_at as date) as text), ''
    ) as provenance,
    chosen.observed_at
from chosen
left join vendors on chosen.source = vendors.vendor
left join steps on chosen.source = steps.vendor and chosen.attribute = steps.field
