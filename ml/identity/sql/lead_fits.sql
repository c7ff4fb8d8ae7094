-- The account that each evidence fits best, with the share of the odds that it holds
-- among all its candidates and none of
-- them. Accounts that fit equally well by the same name stand all there, with the
-- share that they hold together
-- (`tied_score`): which of them it is is for the tie-breakers to decide.
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
            max(relation_l) filter (place = 1) in ('equal', 'near') as may_tie,
            sum(odds) filter (is_close and relation_l in ('equal', 'near')) as tied_odds,
            count(*) filter (is_close and relation_l in ('equal', 'near')) as tied_count,
            count(*) as candidate_count
        from candidates
        group by evidence
    ),

    shares as (
        select
            candidates.*,
            totals.candidate_count,
            totals.tied_count,
            candidates.odds / (1 + totals.odds) as probability,
            case
                when may_tie and is_close and relation_l in ('equal', 'near') and tied_count > 1
                then tied_odds / (1 + totals.odds)
            end as tied_probability
        from candidates
        inner join totals on candidates.evidence = totals.evidence
    )

select
    evidence,
    root_l as root,
    place,
    round(probability, 3) as score,
    round(tied_probability, 3) as tied_score,
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
        case
            when tied_probability is not null
            then concat(tied_count, ' accounts fit alike')
            when candidate_count > 1
            then concat('best of ', candidate_count)
        end
    ) as reason
from shares
where (place = 1 or tied_probability is not null) and coalesce(tied_probability, probability) >= {review}
