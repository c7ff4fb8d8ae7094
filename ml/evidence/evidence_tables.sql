create schema if not exists ml;
create or replace table ml.evidence_status as
select cast(status as varchar) as status, cast(deal_count as bigint) as deal_count,
    cast(customer_count as bigint) as customer_count
from found_status;
create or replace table ml.segment_evidence as
select cast(attribute as varchar) as attribute, cast(segment as varchar) as segment,
    cast(closed_count as bigint) as closed_count, cast(won_count as bigint) as won_count,
    cast(win_ratio as double) as win_ratio, cast(win_ratio_low as double) as win_ratio_low,
    cast(win_ratio_high as double) as win_ratio_high, cast(lift as double) as lift,
    cast(mean_won_usd as decimal(18, 2)) as mean_won_usd, cast(mean_cycle_days as double) as mean_cycle_days,
    cast(buyer_count as bigint) as buyer_count, cast(churned_count as bigint) as churned_count,
    cast(p_value as double) as p_value, cast(q_value as double) as q_value,
    cast(verdict as varchar) as verdict, cast(is_driver as boolean) as is_driver
from found_segments
order by attribute, segment;
create or replace table ml.driver_evidence as
select cast(driver as varchar) as driver, cast(attribute as varchar) as attribute, cast(item as varchar) as item,
    cast(place as integer) as place, cast(is_driver as boolean) as is_driver,
    cast(alone_p_value as double) as alone_p_value, cast(given_others_p_value as double) as given_others_p_value,
    cast(chi_square as double) as chi_square, cast(degrees as integer) as degrees
from found_drivers
order by driver;
create or replace table ml.suggested_weights as
select cast(vector_id as varchar) as vector_id, cast(matching_deals as bigint) as matching_deals,
    cast(effect as double) as effect, cast(effect_low as double) as effect_low, cast(effect_high as double) as effect_high,
    cast(weight_ratio as double) as weight_ratio, cast(weight_ratio_low as double) as weight_ratio_low,
    cast(weight_ratio_high as double) as weight_ratio_high
from found_weights
order by vector_id;
