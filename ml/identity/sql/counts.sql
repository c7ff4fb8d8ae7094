select
    (select count(*) from companies) + (select count(*) from people),
    (select count(*) from ml.accounts),
    (select count(distinct contact_id) from ml.person_records),
    (select count(account_id) from ml.lead_accounts),
    (select count(*) from ml.match_review)
