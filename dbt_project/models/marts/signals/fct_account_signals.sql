with
    news_events as (select * from {{ ref("stg_predictleads__news_events") }}),

    job_openings as (select * from {{ ref("stg_predictleads__job_openings") }}),

    breaches as (select * from {{ ref("stg_hibp__breaches") }}),

    signal_types as (select * from {{ ref("signal_types") }}),

    -- A provider knows a company by its domain alone: the top of the hierarchy there.
    accounts as (
        select
            domain,
            {{ first_value_by("account_id", "hierarchy_level || account_id") }}
            as account_id
        from {{ ref("dim_accounts") }}
        where domain is not null
        group by domain
    ),

    listed as (
        select
            'predictleads' as provider,
            news_event_id as provider_id,
            category as provider_type,
            domain,
            headline,
            article_url as url,
            amount_usd,
            cast(null as bigint) as person_count,
            found_at as signalled_at
        from news_events
        union all
        select
            'predictleads',
            job_opening_id,
            'job_opening',
            domain,
            title,
            job_url,
            cast(null as decimal(18, 2)),
            cast(null as bigint),
            first_seen_at
        from job_openings
        union all
        select
            'hibp',
            breach_id,
            'breach',
            domain,
            title || ' breach',
            cast(null as text),
            cast(null as decimal(18, 2)),
            person_count,
            added_at
        from breaches
    )

select
    listed.provider
    || ':'
    || listed.provider_type
    || ':'
    || listed.provider_id as account_signal_id,
    accounts.account_id,
    listed.provider,
    listed.provider_type,
    signal_types.signal_type,
    listed.domain,
    listed.headline,
    listed.url,
    listed.amount_usd,
    listed.person_count,
    cast(listed.signalled_at as date) as signal_date,
    listed.signalled_at
from listed
left join
    signal_types
    on listed.provider = signal_types.provider
    and listed.provider_type = signal_types.provider_type
left join accounts on {{ vocabulary_key("listed.domain") }} = accounts.domain
where coalesce(signal_types.is_enabled, true)
