-- Pairs that came close: two accounts, a lead and the account it might belong to, two
-- people.
create or replace temp table reviews_before as
select *
from ml.match_review;

create or replace temp table reviews as
select
    one.source as left_source,
    one.object as left_object,
    one.record_id as left_record_id,
    other.source as right_source,
    other.object as right_object,
    other.record_id as right_record_id,
    found.score,
    found.evidence
from account_reviews as found
inner join companies as one on found.left_place = one.place
inner join companies as other on found.right_place = other.place
union all
select
    one.source,
    one.object,
    one.record_id,
    account.source,
    account.object,
    account.record_id,
    links.confidence,
    links.reason
from company_links as links
inner join companies as one on links.place = one.place
inner join companies as account on links.root = account.place
where links.confidence < {lead_link}
union all
select one.source, one.object, one.record_id, other.source, other.object, other.record_id, found.score, found.evidence
from person_reviews as found
inner join people as one on found.left_place = one.place
inner join people as other on found.right_place = other.place;

delete from ml.match_review
;
insert into ml.match_review
select reviews.*, coalesce(before."at", {now})
from reviews
left join
    reviews_before as before
    on reviews.left_source = before.left_source
    and reviews.left_object = before.left_object
    and reviews.left_record_id = before.left_record_id
    and reviews.right_source = before.right_source
    and reviews.right_object = before.right_object
    and reviews.right_record_id = before.right_record_id
    and reviews.score = before.score
    and reviews.evidence = before.evidence
order by all
