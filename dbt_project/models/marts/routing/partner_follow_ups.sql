-- Contacts pass through no flow and have no log: what they asked before a partner
-- worked them, or longer ago than the setting says, is history.
with
    contacts as (select * from {{ ref("int_partner_contacts") }}),
    by_rule as (select * from {{ ref("partner_contacts") }}),
    accounts as (select * from {{ ref("dim_accounts") }}),
    users as (select * from {{ ref("dim_users") }} where is_active),
    terms as (
        select
            max(
                case
                    when setting = 'partner_follow_up_days'
                    then {{ cast_or_null("value", "integer") }}
                end
            ) as days
        from {{ ref("routing_settings") }}
    ),
    final as (
        select
            contacts.salesforce_contact_id,
            contacts.account_id,
            -- Who has left follows nothing up.
            coalesce(users.user_id, accounts.owner_user_id) as followup_user_id,
            case
                when by_rule.rule_id is not null
                then 'Rule ' || by_rule.rule_id || ' of partner_contact_rules'
                else 'Prospect Share Status ' || contacts.prospect_share_status
            end as reason,
            contacts.partner_since_at,
            contacts.last_inbound_at
        from contacts
        cross join terms
        left join
            by_rule on contacts.salesforce_contact_id = by_rule.salesforce_contact_id
        left join users on contacts.owner_user_id = users.user_id
        left join accounts on contacts.account_id = accounts.account_id
        where
            (
                by_rule.rule_id is not null
                or nullif(trim(contacts.prospect_share_status), '') is not null
            )
            and contacts.last_inbound_at
            >= coalesce(contacts.partner_since_at, timestamp '1970-01-01 00:00:00')
            and contacts.last_inbound_at
            >= {{ as_of_timestamp() }} - terms.days * interval '1 day'
    )
select *
from final
