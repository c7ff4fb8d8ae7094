{{ listed_members("marketo", "marketo_lead_id", "list_id") }}
