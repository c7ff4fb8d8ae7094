with
    accounts as (select * from {{ ref("int_accounts") }}),
    signals as (select * from {{ ref("int_account_signals") }}),
    used as (
        select attribute
        from {{ ref("icp_vectors") }}
        union
        select attribute
        from {{ ref("account_segments") }}
        union
        select attribute
        from {{ ref("valuation_rules") }}
        union
        select attribute
        from {{ ref("territories") }}
    ),
    facts as (
        {{
            rule_facts(
                "accounts",
                "account_id",
                account_attribute_types(ref("int_accounts")),
                "used",
            )
        }}
        union all
        {{
            rule_facts(
                "signals",
                "account_id",
                {
                    "technology_count": "number",
                    "surging_topics": "list",
                    "surging_topic_count": "number",
                    "engaged_contact_count": "number",
                    "contact_count": "number",
                    "last_engaged_date": "date",
                    "has_open_opportunity": "boolean",
                    "won_opportunity_count": "number",
                },
                "used",
            )
        }}
    )
select *
from facts
