"""How well groups and links agree with the truth of a world: pairwise, B-cubed, per lead. `truth` is attached."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

LIVE_ACCOUNTS = "select * from truth.company_records where source = 'salesforce' and object = 'Account' and is_live"
_SUFFIXES = "inc|incorporated|corp|corporation|co|company|llc|ltd|limited|gmbh|ag|sa|sas|srl|spa|bv|nv|ab|oy|as|pty|kg"
_HOST = r"nullif(regexp_extract(lower(trim(website)), '^(?:https?://)?(?:www\.)?([^/:?]+)', 1), '')"
_DOMAIN = rf"nullif(regexp_extract({_HOST}, '([a-z0-9-]+\.(?:com?\.|ac\.|org\.)?[a-z]+)$', 1), '')"
_WORDS = r"regexp_replace(lower(strip_accents(company_name)), '[^\p{L}\p{N}]+', ' ', 'g')"
_NAME = f"nullif(trim(regexp_replace({_WORDS}, '( ({_SUFFIXES}))+ *$', '')), '')"

# What a user would do instead: the columns that two records must share, any one of the lists being enough.
BASELINES: dict[str, tuple[str, ...]] = {
    "domain": ("domain",),
    "name_country": ("name || '/' || country_code",),
    "domain_or_name": ("domain", "name"),
    "mattermost": ("host",),
}


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """0 when nothing was found."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(connection: duckdb.DuckDBPyConnection, guesses: str, truth: str, wanted: str) -> Agreement:
    """`guesses` has record keys and `guess` (null: alone); `truth` says in column `wanted` what is so."""
    row = connection.execute(
        f"""with
            known as (
                select guess, {wanted} as so from ({truth}) left join ({guesses}) using (source, object, record_id)
                where {wanted} is not null
            ),
            guessed as (select count(*) as n from known where guess is not null group by guess),
            real as (select count(*) as n from known group by so),
            agreed as (select count(*) as n from known where guess is not null group by guess, so)
        select (select sum(n * (n - 1)) from agreed) / (select nullif(sum(n * (n - 1)), 0) from guessed),
            (select sum(n * (n - 1)) from agreed) / (select sum(n * (n - 1)) from real)"""
    ).fetchall()[0]
    return Agreement(row[0] or 0.0, row[1] or 0.0)


def b_cubed(connection: duckdb.DuckDBPyConnection, guesses: str, truth: str, wanted: str) -> Agreement:
    """The mean over records of the share of its group that is right, and of its true group that is found."""
    row = connection.execute(
        f"""with
            known as (
                select coalesce(cast(guess as text), record_id) as guess, {wanted} as so
                from ({truth}) left join ({guesses}) using (source, object, record_id) where {wanted} is not null
            ),
            sized as (
                select count(*) over (partition by guess, so) as shared, count(*) over (partition by guess) as guessed,
                    count(*) over (partition by so) as real
                from known
            )
        select avg(shared / guessed), avg(shared / real) from sized"""
    ).fetchall()[0]
    return Agreement(*row)


def baseline(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...]) -> Agreement:
    """Pairs of live CRM accounts that share any of the keys, against the truth."""
    same = " union ".join(
        f"""select one.record_id as one, other.record_id as other from records as one
        inner join records as other on one.key{place} = other.key{place} and one.record_id < other.record_id"""
        for place in range(len(keys))
    )
    columns = ", ".join(f"{key} as key{place}" for place, key in enumerate(keys))
    row = connection.execute(
        f"""with
            cleaned as (
                select *, {_HOST} as host, {_DOMAIN} as domain, {_NAME} as name from intermediate.int_company_records
            ),
            records as (
                select record_id, company_id, {columns} from cleaned
                inner join ({LIVE_ACCOUNTS}) using (source, object, record_id)
            ),
            pairs as ({same}),
            judged as (
                select one.company_id = other.company_id as is_right from pairs
                inner join records as one on pairs.one = one.record_id
                inner join records as other on pairs.other = other.record_id
            ),
            sizes as (select count(*) as n from records group by company_id)
        select count(*) filter (is_right) / nullif(count(*), 0),
            count(*) filter (is_right) / (select sum(n * (n - 1) / 2) from sizes) from judged"""
    ).fetchall()[0]
    return Agreement(row[0] or 0.0, row[1] or 0.0)


OURS = """select record_id as lead_id, account_id from ml.account_records
    where source = 'salesforce' and object = 'Lead' and account_id is not null"""
# Mattermost's public rule: the account whose website is exactly the lead's e-mail domain; of several, the oldest.
OLDEST_OF_DOMAIN = f"""with
    hosts as (
        select record_id, {_HOST} as host, created_at from intermediate.int_company_records
        where object = 'Account' and merged_into_record_id is null
    )
    select leads.record_id as lead_id, any_value(ml.account_records.account_id order by hosts.created_at) as account_id
    from intermediate.int_company_records as leads
    inner join hosts on hosts.host = lower(split_part(leads.email, '@', -1))
    inner join ml.account_records on hosts.record_id = ml.account_records.record_id
    where leads.source = 'salesforce' and leads.object = 'Lead'
    group by leads.record_id"""


def lead_accuracy(connection: duckdb.DuckDBPyConnection, links: str) -> tuple[float, float]:
    """(share of unconverted leads with the right answer, share of wrong ones among the links made).

    Right is the account of the lead's company, or none where the company has no live account.
    """
    row = connection.execute(
        f"""with
            companies as (
                select account_id, mode(company_id) as company_id
                from ml.account_records inner join ({LIVE_ACCOUNTS}) using (source, object, record_id)
                group by account_id
            ),
            judged as (
                select companies.company_id as guess, links.account_id, held.company_id as so
                from (
                    select source, object, record_id from intermediate.int_company_records
                    where source = 'salesforce' and object = 'Lead' and linked_record_id is null
                ) as leads
                inner join truth.company_records as known using (source, object, record_id)
                left join ({links}) as links on leads.record_id = links.lead_id
                left join companies using (account_id)
                left join (select distinct company_id from companies) as held on known.company_id = held.company_id
            )
        select count(*) filter (account_id is null and so is null or guess = so) / count(*),
            count(*) filter (account_id is not null and guess is distinct from so) / count(account_id)
        from judged"""
    ).fetchall()[0]
    return row[0] or 0.0, row[1] or 0.0
