{{ listed_members("marketo_campaign", "marketo_lead_id", "campaign_id") }}
