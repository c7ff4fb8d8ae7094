-- The scores of this run's pairs take the place of those of changed and vanished
-- records. The model's probability is
-- bounded by what no weight of evidence may overrule:
-- a branch is itself, a domain alone joins nothing, nor does a name alone, parent and
-- child that somebody stated are
-- two until a person says otherwise, and
-- records that contradict each other in
-- domain or country are for a person to judge.
create or replace temp table account_scored as
with
    facts as (
        select
            account_facts.*,
            account_probabilities.probability,
            coalesce(domain_l = domain_r, false) as same_domain,
            coalesce(country_l = country_r, false) as same_country,
            coalesce(phone_key_l = phone_key_r, false) as same_phone,
            coalesce(street_key_l = street_key_r and (postal_key_l = postal_key_r or city_l = city_r), false) as same_site,
            coalesce(city_l = city_r, false) as same_city,
            coalesce(parent_record_id_l = record_id_r or parent_record_id_r = record_id_l, false) as is_parent,
            -- What bears out a name that no second company is known under.
            name_domains_l < 2 and name_towns_l < 2 and (
                coalesce(vendor_id_l = vendor_id_r, false)
                or (
                    coalesce(employee_count_l > 0 and employee_count_l < employee_count_r * {alike} and employee_count_r < employee_count_l * {alike}, false)
                    and coalesce(annual_revenue_usd_l > 0 and annual_revenue_usd_l < annual_revenue_usd_r * {alike} and annual_revenue_usd_r < annual_revenue_usd_l * {alike}, false)
                )
            ) as fits_only_name,
            coalesce(domain_l != domain_r, false) or coalesce(country_l != country_r, false) as contradicts
        from account_facts
        inner join account_probabilities on account_facts.pair = account_probabilities.pair
    ),

    bounded as (
        select
            *,
            case
                when is_branch_l != is_branch_r
                then 0.0
                when is_branch_l and not same_site and not (
                    relation_l in ('equal', 'near')
                    and (same_city or same_phone or shared_contacts_l > 0 or name_towns_l < 2)
                )
                then {doubt}
                -- One name in many towns: sites that nobody marked as branches.
                when name_towns_l > 2 and not (same_city or same_site or same_phone or shared_contacts_l > 0)
                then {doubt}
                -- A brand and its branches and subsidiaries begin with one name in
                -- one town; many
                -- names share their consonants.
                when relation_l in ('part', 'acronym', 'sound') and not (
                    same_domain or same_site or same_phone or shared_contacts_l > 0 or coalesce(vendor_id_l = vendor_id_r, false)
                )
                then {doubt}
                when relation_l in ('different', 'unread') or contradicts
                then {doubt}
                when is_parent
                then {doubt}
                when not (same_domain or same_country or same_phone or same_site or shared_contacts_l > 0 or fits_only_name)
                then {doubt}
                else 0.999
            end as most
        from facts
    )

select
    left_place,
    right_place,
    round(least(probability, most), 3) as score,
    case
        when same_domain
        then 'domain_and_name'
        when same_site
        then 'name_and_address'
        when same_phone
        then 'name_and_phone'
        else 'name_and_country'
    end as method,
    concat_ws(', ', {words}) as evidence,
    is_parent or least(probability, most) < {against} as is_apart
from bounded;

create or replace temp table kept_scores as
select
    least(one.place, other.place) as left_place,
    greatest(one.place, other.place) as right_place,
    scores.score,
    scores.method,
    scores.evidence,
    scores.is_apart
from ml.account_scores as scores
inner join
    account_fingerprints as one
    on scores.left_source = one.source
    and scores.left_object = one.object
    and scores.left_record_id = one.record_id
inner join
    account_fingerprints as other
    on scores.right_source = other.source
    and scores.right_object = other.object
    and scores.right_record_id = other.record_id
where
    one.place not in (select place from changed_accounts)
    and other.place not in (select place from changed_accounts);

-- Pairs that a crowded block brings up again are scored anew.
create or replace temp table account_pairs as
select * from account_scored
union all
select kept_scores.*
from kept_scores
anti join account_scored
    on kept_scores.left_place = account_scored.left_place
    and kept_scores.right_place = account_scored.right_place
order by left_place, right_place
