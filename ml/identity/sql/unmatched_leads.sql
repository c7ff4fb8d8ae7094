-- CRM leads of companies that no account is known for: a name and a domain of their
-- own, no account that is linked or
-- proposed, and none of that domain. In place of what the last run found.
create or replace table ml.unmatched_leads as
select leads.source, leads.record_id as lead_id, leads.domain
from companies as leads
anti join company_links on leads.place = company_links.place
anti join (select domain from companies where is_account) as accounts on leads.domain = accounts.domain
where
    leads.object = 'Lead'
    and leads.source in (select source from companies where is_account)
    and leads.merged_into_record_id is null
    and leads.name_key is not null
    and leads.domain is not null
order by all
