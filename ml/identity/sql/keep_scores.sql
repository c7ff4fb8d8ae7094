-- What the next run starts from: every pair's score, and what each record said.
create or replace table ml.account_scores as
select
    one.source as left_source,
    one.object as left_object,
    one.record_id as left_record_id,
    other.source as right_source,
    other.object as right_object,
    other.record_id as right_record_id,
    account_pairs.score,
    account_pairs.method,
    account_pairs.evidence,
    account_pairs.is_apart
from account_pairs
inner join companies as one on account_pairs.left_place = one.place
inner join companies as other on account_pairs.right_place = other.place
order by all;

create or replace table ml.account_evidence as
select source, object, record_id, fingerprint
from account_fingerprints
order by all
