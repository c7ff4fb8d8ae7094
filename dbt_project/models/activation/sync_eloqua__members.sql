{{ listed_members("eloqua_list", "eloqua_contact_id", "list_id") }}
