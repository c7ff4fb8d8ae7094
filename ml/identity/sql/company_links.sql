-- The account of every company record that is no CRM account itself: the link its
-- source gives, else the best fit.
create or replace temp table company_links as
with
    fits as (
        select open_records.place, lead_fits.root, lead_fits.score, lead_fits.method, lead_fits.reason
        from open_records
        inner join
            lead_evidence
            on open_records.name_key is not distinct from lead_evidence.name_key
            and open_records.domain is not distinct from lead_evidence.domain
            and open_records.country is not distinct from lead_evidence.country
            and open_records.city is not distinct from lead_evidence.city
            and open_records.industry is not distinct from lead_evidence.industry
            and open_records.employee_count is not distinct from lead_evidence.employee_count
            and open_records.annual_revenue_usd is not distinct from lead_evidence.annual_revenue_usd
            and open_records.contact_root is not distinct from lead_evidence.contact_root
        inner join lead_fits on lead_evidence.evidence = lead_fits.evidence
    )

select place, root, 'source_link' as method, 1.0 as confidence, 'given by the source' as reason
from given_links
union all
select place, root, method, score as confidence, reason
from fits
