{{ current_stages("contacts", key="contact_id", carried=["account_id"]) }}
