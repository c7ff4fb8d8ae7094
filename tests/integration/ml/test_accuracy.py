"""Identity against the truth of a generated world, beside what a user would do instead."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ml.identity import resolve
from sandbox.world.generation import generate

RECORDS = (Path(__file__).parent / "world_records.sql").read_text("utf-8")


@dataclass(frozen=True)
class Score:
    """Pairwise, or per linked record."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def _world(folder: Path, accounts: int) -> Path:
    generate(folder, accounts=accounts, seed=11, as_of=dt.date(2026, 11, 20))
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{folder / 'world.duckdb'}' as world (read_only)")
        connection.execute(f"attach '{folder / 'truth.duckdb'}' as truth (read_only)")
        connection.execute(RECORDS)
    return warehouse


def _pairs(connection: duckdb.DuckDBPyConnection, found: str, truth: str, wanted: str) -> Score:
    """`found` has record keys and a column `guess` (null: alone); `truth` says in column `wanted` what is so."""
    row = connection.execute(
        f"""with
            known as (
                select guess, {wanted} as so from ({found}) inner join {truth} using (source, object, record_id)
                where {wanted} is not null
            ),
            guessed as (select count(*) as n from known where guess is not null group by guess),
            real as (select count(*) as n from known group by so),
            agreed as (select count(*) as n from known where guess is not null group by guess, so)
        select (select sum(n * (n - 1)) from agreed) / (select sum(n * (n - 1)) from guessed),
            (select sum(n * (n - 1)) from agreed) / (select sum(n * (n - 1)) from real)"""
    ).fetchall()[0]
    return Score(*row)


def _links(connection: duckdb.DuckDBPyConnection, source: str, object_: str) -> Score:
    """Records linked to the account of their company; those of companies outside the CRM should link to none."""
    row = connection.execute(
        f"""with
            companies as (
                select account_id, mode(company_id) as company_id
                from ml.account_records inner join truth.company_records using (source, object, record_id)
                where object = 'Account' and account_id is not null
                group by account_id
            ),
            judged as (
                select records.account_id, companies.company_id as guess, truth.company_id as so
                from ml.account_records as records
                inner join truth.company_records as truth using (source, object, record_id)
                left join companies using (account_id)
                where source = '{source}' and object = '{object_}'
            )
        select count(*) filter (guess = so) / count(account_id),
            count(*) filter (guess = so) / count(*) filter (so in (select company_id from companies))
        from judged"""
    ).fetchall()[0]
    return Score(*row)


ACCOUNTS = "select * from intermediate.int_company_records where object = 'Account'"
DOMAIN_ONLY = f"""select source, object, record_id,
    nullif(regexp_extract(lower(website), '^(?:https?://)?(?:www\\.)?([^/:?]+)', 1), '') as guess from ({ACCOUNTS})"""
NAME_AND_COUNTRY = f"""select source, object, record_id, lower(trim(company_name)) || country_code as guess
    from ({ACCOUNTS})"""
OURS = "select source, object, record_id, account_id as guess from ml.account_records where object = 'Account'"
PEOPLE = "select source, object, record_id, contact_id as guess from ml.person_records"


def _measure(folder: Path, accounts: int) -> dict[str, Score]:
    warehouse = _world(folder, accounts)
    resolve(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{folder / 'truth.duckdb'}' as truth (read_only)")
        companies = "truth.company_records"
        return {
            "accounts": _pairs(connection, OURS, companies, "company_id"),
            "domain only": _pairs(connection, DOMAIN_ONLY, companies, "company_id"),
            "name and country": _pairs(connection, NAME_AND_COUNTRY, companies, "company_id"),
            "people": _pairs(connection, PEOPLE, "truth.person_records", "person_id"),
            "leads": _links(connection, "salesforce", "Lead"),
            "marketo": _links(connection, "marketo", "Lead"),
            "bombora": _links(connection, "bombora", "Company"),
        }


def _check(scores: dict[str, Score]) -> None:
    assert scores["accounts"].precision > 0.93, scores
    assert scores["accounts"].f1 > 0.9, scores
    assert scores["accounts"].f1 > scores["domain only"].f1 + 0.3, scores
    assert scores["accounts"].f1 > scores["name and country"].f1 + 0.1, scores
    assert scores["people"].precision > 0.98, scores
    assert scores["people"].f1 > 0.95, scores
    for kind in ("leads", "marketo", "bombora"):
        assert scores[kind].precision > 0.93, scores
        assert scores[kind].recall > 0.92, scores


def test_a_small_world(tmp_path: Path) -> None:
    _check(_measure(tmp_path, 400))


@pytest.mark.full
def test_a_large_world(tmp_path: Path) -> None:
    _check(_measure(tmp_path, 5_000))
