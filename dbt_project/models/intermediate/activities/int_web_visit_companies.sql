-- The company behind an address: of all networks that hold it, the narrowest.
with
    addresses as (
        select distinct ip_address, {{ ipv4_number("ip_address") }} as address_number
        from {{ ref("stg_web_events__page_views") }}
        where ip_address is not null
    ),

    networks as (select * from {{ ref("int_ip_companies") }}),

    ranked as (
        select
            addresses.ip_address,
            networks.domain,
            networks.company_name,
            row_number() over (
                partition by addresses.ip_address
                order by networks.prefix_length desc, networks.network
            ) as place
        from addresses
        inner join
            networks
            on addresses.address_number
            between networks.first_number and networks.last_number
    )

select ip_address, domain, company_name
from ranked
where place = 1
