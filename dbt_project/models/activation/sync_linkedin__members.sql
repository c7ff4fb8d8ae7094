{{ hashed_members("linkedin", {"email_sha256": hashed_email("contacts.email")}) }}
