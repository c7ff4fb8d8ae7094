-- One row per candidate with what the record and the account say, under the names
-- that the model's levels use.
create or replace temp table lead_facts as
with
    names as (
        select letters, count(distinct domain) as domains
        from companies
        where letters is not null and domain is not null
        group by letters
    )

select
    row_number() over (order by lead_candidates.evidence, lead_candidates.face) as pair,
    lead_candidates.evidence,
    faces.root as root_l,
    faces.root as root_r,
    lead_evidence.contact_root as contact_root_l,
    lead_evidence.contact_root as contact_root_r,
    -- A name that cannot be read in the account's script says as little as none.
    coalesce(nullif(lead_name_relations.relation, 'unread'), 'unnamed') as relation_l,
    faces.is_family_domain as is_family_domain_l,
    coalesce(names.domains, 0) as name_domains_l,
    faces.is_branch as is_branch_l,
    faces.is_branch as is_branch_r,
    lead_evidence.domain as domain_l,
    faces.domain as domain_r,
    lead_evidence.legal_form as legal_form_l,
    faces.legal_form as legal_form_r,
    lead_evidence.country as country_l,
    faces.country as country_r,
    lead_evidence.city as city_l,
    faces.city as city_r,
    lead_evidence.industry as industry_l,
    faces.industry as industry_r,
    lead_evidence.employee_count as employee_count_l,
    faces.employee_count as employee_count_r,
    lead_evidence.annual_revenue_usd as annual_revenue_usd_l,
    faces.annual_revenue_usd as annual_revenue_usd_r
from lead_candidates
inner join lead_evidence on lead_candidates.evidence = lead_evidence.evidence
inner join account_faces as faces on lead_candidates.face = faces.face
left join
    lead_name_relations
    on lead_evidence.name_key = lead_name_relations.left_key
    and faces.name_key = lead_name_relations.right_key
    and lead_evidence.full_name = lead_name_relations.left_full
    and faces.full_name = lead_name_relations.right_full
left join names on lead_evidence.letters = names.letters
