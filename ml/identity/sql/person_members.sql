-- Every person record with its person and the strongest link that holds it there; a
-- record that nothing links stands for
-- itself. Then the pairs that came close.
create or replace temp table person_members as
with
    -- One join at a time: left to itself DuckDB may join the members with each other
    -- first.
    lefts as materialized (
        select person_links.right_place, person_links.left_place, person_links.score, person_links.method, one.root
        from person_links
        inner join linked_people as one on person_links.left_place = one.place
    ),

    within as (
        select lefts.left_place, lefts.right_place, lefts.score, lefts.method
        from lefts
        inner join linked_people as other on lefts.right_place = other.place and lefts.root = other.root
    ),

    held as (
        select left_place as place, score, method from within
        union all
        select right_place as place, score, method from within
    ),

    strongest as (
        select place, max(score) as confidence, any_value(method order by score desc, method desc) as method
        from held
        group by place
    )

select
    people.place,
    coalesce(linked_people.root, people.place) as root,
    case when coalesce(linked_people.root, people.place) = people.place then 'main_record' else strongest.method end as method,
    case when coalesce(linked_people.root, people.place) = people.place then 1.0 else strongest.confidence end as confidence
from people
left join linked_people on people.place = linked_people.place
left join strongest on people.place = strongest.place;

create or replace temp table person_reviews as
with
    lefts as materialized (
        select person_pairs.left_place, person_pairs.right_place, person_pairs.score, person_pairs.evidence, one.root
        from person_pairs
        inner join person_members as one on person_pairs.left_place = one.place
        where person_pairs.score >= {review} and person_pairs.score < {link}
    ),

    both_sides as materialized (
        select lefts.*, other.root as right_root
        from lefts
        inner join person_members as other on lefts.right_place = other.place
    )

select left_place, right_place, score, evidence
from both_sides
where root != right_root
