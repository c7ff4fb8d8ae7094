{{
    listed_members(
        "marketo_program", "marketo_lead_id", "program_id", with_status=true
    )
}}
