with
    accounts as (select * from {{ ref("dim_accounts") }}),

    key_attributes as (
        select attribute from {{ ref("attribute_catalogue") }} where is_key
    ),

    chosen as (
        select account_id, attribute
        from {{ ref("int_account_attribute_values") }}
        where is_chosen
    ),

    judged as (
        select
            accounts.account_id,
            key_attributes.attribute,
            chosen.attribute is not null as is_filled
        from accounts
        cross join key_attributes
        left join
            chosen
            on accounts.account_id = chosen.account_id
            and key_attributes.attribute = chosen.attribute
    )

select
    account_id,
    {{
        dbt.listagg(
            "case when not is_filled then attribute end",
            "', '",
            "order by attribute",
        )
    }} as missing_fields,
    cast(sum(case when is_filled then 1 else 0 end) as integer) as filled_count,
    cast(count(*) as integer) as key_count,
    cast(
        round(100.0 * sum(case when is_filled then 1 else 0 end) / count(*)) as integer
    ) as completeness_percent
from judged
group by account_id
