{{ config(materialized="view") }}

with
    waterfall as (select * from {{ ref("enrichment_waterfall") }}),

    mapped as (select * from {{ ref("vendor_field_map") }}),

    own as (select * from waterfall where field <> '*'),

    fields as (
        select mapped.entity, mapped.field, mapped.vendor, mapped.vendor_field
        from mapped
    ),

    with_own_steps as (select distinct entity, field from own)

select
    fields.entity,
    fields.field,
    fields.vendor,
    fields.vendor_field,
    coalesce(own.position, shared.position) as position,
    coalesce(own.unit_cost_usd, shared.unit_cost_usd) as unit_cost_usd,
    coalesce(own.only_run_if, shared.only_run_if) as only_run_if
from fields
left join
    own
    on fields.entity = own.entity
    and fields.field = own.field
    and fields.vendor = own.vendor
left join
    with_own_steps
    on fields.entity = with_own_steps.entity
    and fields.field = with_own_steps.field
left join
    waterfall as shared
    on fields.entity = shared.entity
    and fields.vendor = shared.vendor
    and shared.field = '*'
    and with_own_steps.field is null
