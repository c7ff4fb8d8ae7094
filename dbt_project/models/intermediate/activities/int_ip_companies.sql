-- Networks of companies as ranges of numbers.
with
    networks as (
        select
            network,
            lower(domain) as domain,
            company_name,
            {{ ipv4_number("split_part(network, '/', 1)") }} as network_number,
            cast(
                coalesce(nullif(split_part(network, '/', 2), ''), '32') as integer
            ) as prefix_length
        from {{ ref("ip_companies") }}
    ),

    sized as (
        select *, cast(power(2, 32 - prefix_length) as bigint) as network_size
        from networks
    )

select
    network,
    domain,
    company_name,
    prefix_length,
    network_number - network_number % network_size as first_number,
    network_number - network_number % network_size + network_size - 1 as last_number
from sized
