{{
    hashed_members(
        "google",
        {
            "email_sha256": hashed_google_email("contacts.email"),
            "phone_sha256": hashed_google_phone("contacts.phone"),
        },
    )
}}
