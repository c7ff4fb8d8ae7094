{{
    hashed_members(
        "meta",
        {
            "email_sha256": hashed_email("contacts.email"),
            "phone_sha256": hashed_phone("contacts.phone"),
            "first_name_sha256": hashed_name("contacts.first_name"),
            "last_name_sha256": hashed_name("contacts.last_name"),
            "country_sha256": hashed_country("contacts.country_code"),
        },
    )
}}
