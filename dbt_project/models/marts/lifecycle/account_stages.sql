{{ current_stages("accounts", key="account_id") }}
