{{
    points_of_activities(
        ref("fct_activities"), ref("int_activity_kinds"), ref("int_contact_roles")
    )
}}
