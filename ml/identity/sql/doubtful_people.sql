-- Records of groups that links hold together although two of their records differ in
-- profile or family name, or a person
-- said that two of them are not the same. Names of one script are held against each
-- other; a record that has its names the
-- other way round is held to none.
create or replace temp table doubtful_people as
with
    swapped as (select distinct right_place as place from person_pairs where is_swapped and score >= {link}),

    traits as (
        select
            linked_people.place,
            linked_people.root,
            people.profile,
            case when people.is_latin_family and swapped.place is null then people.family end as latin_family,
            case when not people.is_latin_family and swapped.place is null then people.family end as other_family
        from linked_people
        inner join people on linked_people.place = people.place
        left join swapped on linked_people.place = swapped.place
    ),

    doubtful as (
        select root
        from traits
        group by root
        having
            count(distinct profile) > 1 or count(distinct latin_family) > 1 or count(distinct other_family) > 1
        union
        select one.root
        from person_decisions
        inner join linked_people as one on person_decisions.left_place = one.place
        inner join linked_people as other on person_decisions.right_place = other.place and one.root = other.root
        where person_decisions.decision = 'not_same'
    )

select traits.place, traits.profile, traits.latin_family, traits.other_family
from traits
inner join doubtful on traits.root = doubtful.root
