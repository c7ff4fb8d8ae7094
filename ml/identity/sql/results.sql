-- The results of this run in place of the last one's; times of what stands unchanged
-- stay as they were.
insert into ml.account_id_history
select entity_id, event, into_id, {now}, reason
from account_events
order by entity_id, event;

create or replace temp table minted as
select account_id, min("at") as minted_at
from ml.account_id_history
where event in ('minted', 'split')
group by account_id;

delete from ml.accounts
;
insert into ml.accounts
select
    account_ids.entity_id,
    profiles.name_key,
    profiles.domain,
    coalesce(tops.domain, profiles.domain),
    profiles.country,
    coalesce(minted.minted_at, {now})
from account_profiles as profiles
inner join account_ids on profiles.root = account_ids.root
inner join account_placements on account_ids.entity_id = account_placements.account_id
inner join account_ids as top_ids on account_placements.global_ultimate_account_id = top_ids.entity_id
inner join account_profiles as tops on top_ids.root = tops.root
left join minted on account_ids.entity_id = minted.account_id
order by 1;

-- The two large tables are made anew, which costs half of emptying and filling them.
create or replace table ml.account_records as
select
    companies.source,
    companies.object,
    companies.record_id,
    account_ids.entity_id as account_id,
    coalesce(account_members.method, links.method) as method,
    cast(coalesce(account_members.confidence, links.confidence) as double) as confidence
from companies
left join account_members on companies.place = account_members.place
left join (from company_links where confidence >= {lead_link}) as links on companies.place = links.place
left join account_ids on coalesce(account_members.root, links.root) = account_ids.root;

delete from ml.lead_accounts
;
insert into ml.lead_accounts by name
select
    companies.source,
    companies.record_id as lead_id,
    case when links.confidence >= {lead_link} then account_ids.entity_id end as account_id,
    links.method,
    links.confidence,
    links.reason as evidence,
    given_ids.entity_id as crm_account_id,
    case when links.fit_score >= {lead_link} then fit_ids.entity_id end as our_account_id,
    links.fit_method as our_method,
    links.fit_score as our_confidence,
    links.fit_reason as our_evidence
from companies
inner join company_links as links on companies.place = links.place
left join account_ids on links.root = account_ids.root
left join account_ids as given_ids on links.given_root = given_ids.root
left join account_ids as fit_ids on links.fit_root = fit_ids.root
where companies.object = 'Lead' and companies.source != 'marketo'
order by companies.source, lead_id;

create or replace table ml.person_records as
select
    people.source,
    people.object,
    people.record_id,
    person_ids.entity_id as contact_id,
    account_ids.entity_id as account_id,
    members.method,
    cast(members.confidence as double) as confidence
from people
inner join person_members as members on people.place = members.place
inner join person_ids on members.root = person_ids.root
left join person_homes on members.root = person_homes.root
left join account_ids on person_homes.account_root = account_ids.root;

delete from ml.account_hierarchy
;
insert into ml.account_hierarchy
select *
from account_placements
order by account_id;

create or replace temp table conflicts_before as
select *
from ml.hierarchy_conflicts;

delete from ml.hierarchy_conflicts
;
insert into ml.hierarchy_conflicts
select found.*, coalesce(before."at", {now})
from account_conflicts as found
left join
    conflicts_before as before
    on found.account_id = before.account_id
    and found.kind = before.kind
    and found.path = before.path
    and found.parent_account_id is not distinct from before.parent_account_id
    and found.overruled_parent_account_id is not distinct from before.overruled_parent_account_id
    and found.overruled_source is not distinct from before.overruled_source
order by 1, 2
