{{ listed_members("hubspot", "hubspot_contact_id", "list_id") }}
