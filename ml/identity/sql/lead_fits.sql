-- The one account that each evidence fits best, with the share of the odds that it
-- holds among all its candidates and
-- none of them. Accounts that fit equally well by the same name share their odds:
-- which of them it is says nothing about
-- the company, and the tie-breakers decide.
create or replace temp table lead_fits as
with
    judged as (
        select
            lead_facts.*,
            probabilities.weight,
            row_number() over (
                partition by evidence, root_l order by probabilities.weight desc, lead_facts.pair
            ) as face_rank
        from lead_facts
        inner join lead_probabilities as probabilities on lead_facts.pair = probabilities.pair
    ),

    candidates as (
        select
            *,
            power(2, least(weight, 60)) as odds,
            max(weight) over (partition by evidence) - weight < {tie} as is_close,
            row_number() over (partition by evidence order by weight desc, root_l) as place
        from judged
        where face_rank = 1
    ),

    totals as (
        select
            evidence,
            sum(odds) as odds,
            sum(odds) filter (is_close and relation_l in ('equal', 'near', 'unnamed')) as tied_odds,
            count(*) filter (is_close) as tied_count,
            count(*) as candidate_count,
            max(relation_l) filter (place = 1) as best_relation
        from candidates
        group by evidence
    ),

    ranked as (
        select
            candidates.*,
            totals.candidate_count,
            totals.tied_count,
            case
                when totals.best_relation in ('equal', 'near') then totals.tied_odds else candidates.odds
            end / (1 + totals.odds) as probability,
            row_number() over (
                partition by candidates.evidence
                order by
                    case when totals.best_relation in ('equal', 'near') then not (is_close and relation_l in ('equal', 'near')) else place > 1 end,
                    account_ranks.rank,
                    candidates.root_l
            ) as choice
        from candidates
        inner join totals on candidates.evidence = totals.evidence
        inner join account_ranks on candidates.root_l = account_ranks.root
    )

select
    evidence,
    root_l as root,
    round(probability, 3) as score,
    case
        when contact_root_l = root_l
        then 'contact'
        when domain_l = domain_r
        then case when relation_l in ('different', 'unnamed') then 'domain' else 'domain_and_name' end
        when country_l = country_r
        then 'name_and_country'
        else 'name'
    end as method,
    concat_ws(
        ', ',
        {words},
        case when tied_count > 1 then concat(tied_count, ' accounts fit alike') when candidate_count > 1 then concat('best of ', candidate_count) end
    ) as reason
from ranked
where choice = 1 and probability >= {review}
