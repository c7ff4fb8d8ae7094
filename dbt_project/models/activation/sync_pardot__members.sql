{{ listed_members("pardot_list", "pardot_prospect_id", "list_id") }}
