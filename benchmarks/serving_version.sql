-- What a night changes: scores, their reasons, tiers and values of every account, all of one version.
create or replace temp macro account_key(number) as 'acc_' || left(md5('account ' || number), 16);
create or replace temp table numbers as select (range * 7919) % {accounts} as number from range({accounts});
delete from marts.account_scores;
insert into marts.account_scores by name
select
    account_key(number) as account_id, ((number * 7 + {version} * 13) % 10000) / 100.0 as overall_score, 50 as fit_score,
    20 as engagement_score, 30 as intent_score, 0.25 as propensity, 'A1' as priority, now()::timestamp as scored_at,
    'A' as grade, false as is_hot, number + 1 as score_rank, 25 as interest_score, 10 as engagement_points,
    5 as intent_points, '{version}' as model_version, false as is_in_market, false as is_mql_ready
from numbers;
delete from marts.account_score_explanations;
insert into marts.account_score_explanations by name
select
    account_key(number) as account_id, ['fit', 'engagement', 'intent', 'propensity', 'interest'][1 + part] as component,
    'factor_' || part as factor_id, 'Factor ' || part as factor, 1 as points,
    case when part = 0 then ((number * 7 + {version} * 13) % 10000) / 100.0 - 10 else 2.5 end as contribution,
    1 as event_count, timestamp '2026-10-01' as last_event_at
from numbers cross join (select unnest(range(5))::int as part);
delete from marts.account_tiers;
insert into marts.account_tiers by name
select
    account_key(number) as account_id, ['T1', 'T2', 'T3'][1 + ((number + {version}) % 3)::int] as tier, 50 as fit_score,
    '{version}' as tier_thresholds_version, 'score' as tier_reason, 'Call' as play, 'sales' as owner_team,
    'full' as market_mode, true as is_target
from numbers;
delete from marts.account_valuations;
insert into marts.account_valuations by name
select
    account_key(number) as account_id, 'headcount' as method, '{version}' as version, 1 as method_count,
    (number + {version})::decimal(18, 2) as valuation_usd, (number + {version})::decimal(18, 2) as valuation_amount,
    'USD' as currency_code, ['enterprise', 'mid_market', 'small_business'][1 + (hash(number, 4) % 3)::int] as segment, '{{}}' as inputs, 'rule' as reason
from numbers;
