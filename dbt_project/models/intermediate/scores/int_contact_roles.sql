{{ roles_of_contacts(ref("int_contacts")) }}
