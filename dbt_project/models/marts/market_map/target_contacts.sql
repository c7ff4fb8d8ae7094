{{ config(materialized="view") }}
-- The list for sequences and multi-threading: who fits a persona exactly at a Tier 1
-- account and may be written to, account by account.
with
    personas as (select * from {{ ref("contact_personas") }} where is_target),
    contacts as (select * from {{ ref("dim_contacts") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    valuations as (select * from {{ ref("account_valuations") }}),
    final as (
        select
            personas.contact_id,
            personas.account_id,
            accounts.account_name,
            accounts.owner_user_id,
            personas.account_tier,
            contacts.full_name,
            contacts.title,
            contacts.email,
            personas.persona_id,
            personas.persona_tier,
            personas.buying_role,
            personas.is_engaged_last_7_days,
            valuations.valuation_usd,
            cast(
                count(*) over (partition by personas.account_id) as integer
            ) as account_contact_count,
            cast(
                row_number() over (
                    partition by personas.account_id
                    order by
                        personas.is_engaged_last_7_days desc,
                        personas.persona_fit_score desc,
                        personas.contact_id
                ) as integer
            ) as place_in_account
        from personas
        inner join contacts on personas.contact_id = contacts.contact_id
        inner join accounts on personas.account_id = accounts.account_id
        left join valuations on personas.account_id = valuations.account_id
    )
select *
from final
