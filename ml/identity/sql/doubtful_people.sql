-- Records of groups that links hold together although two of their records differ in
-- profile or family name, or a person
-- said that two of them are not the same.
create or replace temp table doubtful_people as
with
    doubtful as (
        select linked_people.root
        from linked_people
        inner join people on linked_people.place = people.place
        group by linked_people.root
        having count(distinct people.profile) > 1 or count(distinct people.family) > 1
        union
        select one.root
        from person_decisions
        inner join linked_people as one on person_decisions.left_place = one.place
        inner join linked_people as other on person_decisions.right_place = other.place and one.root = other.root
        where person_decisions.decision = 'not_same'
    )

select linked_people.place, people.profile, people.family
from linked_people
inner join doubtful on linked_people.root = doubtful.root
inner join people on linked_people.place = people.place
