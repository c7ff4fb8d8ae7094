-- Pairs of CRM account records worth comparing, each once, the higher-ranking record
-- first, when at least one of them is
-- new or changed since the last run. Every block is bounded: in one of more than
-- {largest_block} records each is compared
-- with the first of its exact twins alone, so that 5,000 branches on one domain or
-- 10,000 records of one name cost no
-- more than as many records elsewhere.
create or replace temp table account_blocks as
with
    accounts as (select * from companies where is_account and letters is not null),

    contacts as (
        select distinct accounts.place, people.email
        from accounts
        inner join people on accounts.record_id = people.account_record_id and accounts.source = people.source
        where people.object = 'Contact' and people.email is not null
    ),

    keys as (
        select place, 'domain' as kind, domain as key from accounts where domain is not null and not is_branch
        union all
        select place, 'branch' as kind, concat_ws('/', domain, city) as key
        from accounts
        where is_branch and domain is not null and city is not null
        union all
        select place, 'name' as kind, short_name as key from accounts where short_name is not null
        union all
        select place, 'phone' as kind, phone_key as key from accounts where phone_key is not null
        union all
        select place, 'site' as kind, concat_ws('/', postal_key, street_key) as key
        from accounts
        where postal_key is not null and street_key is not null
        union all
        -- Misspelt names: same town, same beginning.
        select place, 'town' as kind, concat_ws('/', country, city, left(letters, 3)) as key
        from accounts
        where country is not null and city is not null
        union all
        select place, 'contact' as kind, email as key from contacts
    ),

    sizes as (select kind, key, count(*) as size from keys group by kind, key having count(*) > 1)

select
    keys.*,
    sizes.size > {largest_block} as is_crowded,
    min(keys.place) over (
        partition by keys.kind, keys.key, accounts.letters, accounts.country, accounts.is_branch
    ) as twin
from keys
inner join sizes on keys.kind = sizes.kind and keys.key = sizes.key
inner join accounts on keys.place = accounts.place;

-- A block that is crowded no longer was not compared all with all before: its records
-- count as changed.
create or replace temp table relieved as
select distinct account_blocks.place
from account_blocks
inner join ml.account_crowds as crowds on account_blocks.kind = crowds.kind and account_blocks.key = crowds.key
where not account_blocks.is_crowded;

insert into changed_accounts
select place
from relieved
where place not in (select place from changed_accounts);

delete from ml.account_crowds
;
insert into ml.account_crowds
select distinct kind, key
from account_blocks
where is_crowded
order by all;

create or replace temp table account_candidates as
with
    blocks as (
        select account_blocks.*, changed_accounts.place is not null as is_changed
        from account_blocks
        left join changed_accounts on account_blocks.place = changed_accounts.place
    ),

    pairs as (
        select first.place as left_place, second.place as right_place
        from blocks as first
        inner join blocks as second on first.kind = second.kind and first.key = second.key
        where
            first.place < second.place
            and not first.is_crowded
            and (first.is_changed or second.is_changed)
        union
        select twin as left_place, place as right_place
        from blocks
        where is_crowded and twin < place
    )

select *
from pairs
order by left_place, right_place
