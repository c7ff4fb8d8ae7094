"""`marketmap sql`: three forms of the answer, and friendly words for a wrong question."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration import query
from orchestration.errors import RequestFault


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema ops; create table ops.sync_runs (run_id varchar)")
        connection.execute("""
            create table marts.dim_accounts as
            select * from (values
                ('a1', 'O''Brien, "Söhne" 🚀', 12.50::decimal(18, 2), true, date '2026-01-02', ['x', null]),
                ('a2', '', null, false, null, null)
            ) as t (account_id, account_name, annual_revenue_usd, is_customer, won_date, topics)
        """)
        connection.execute("create table marts.account_tiers as select 'a1' as account_id, 'T1' as tier")
    return path


def test_csv_keeps_every_character_and_nulls_empty(published: Path) -> None:
    answer = query.ask(published, "select account_name, annual_revenue_usd, is_customer, won_date from dim_accounts")
    assert query.as_csv(answer).splitlines() == [
        "account_name,annual_revenue_usd,is_customer,won_date",
        '"O\'Brien, ""Söhne"" 🚀",12.50,true,2026-01-02',
        ",,false,",
    ]


def test_json_has_types(published: Path) -> None:
    answer = query.ask(published, "from dim_accounts")
    assert json.loads(query.as_json(answer))[0] == {
        "account_id": "a1",
        "account_name": 'O\'Brien, "Söhne" 🚀',
        "annual_revenue_usd": 12.5,
        "is_customer": True,
        "won_date": "2026-01-02",
        "topics": ["x", None],
    }


def test_a_long_query_shows_no_progress_amid_its_answer(published: Path) -> None:
    shown = "select value from duckdb_settings() where name = 'enable_progress_bar'"
    assert query.ask(published, shown).rows == [("false",)]


def test_a_wrong_table_name_gets_a_suggestion(published: Path) -> None:
    with pytest.raises(RequestFault, match=r"no table dim_acounts\. Did you mean marts\.dim_accounts"):
        query.ask(published, "select * from dim_acounts")
    with pytest.raises(RequestFault, match=r"no table tiers\. Did you mean marts\.account_tiers"):
        query.ask(published, "select * from tiers")


def test_a_wrong_column_is_told_in_one_line(published: Path) -> None:
    with pytest.raises(RequestFault, match=r"teir.*tier") as caught:
        query.ask(published, "select teir from account_tiers")
    assert len(caught.value.lines) == 1
    assert "\n" not in caught.value.lines[0]


@pytest.mark.parametrize("statement", ["drop table marts.dim_accounts", "insert into account_tiers values ('b', 'T2')"])
def test_nothing_can_be_written(published: Path, statement: str) -> None:
    with pytest.raises(RequestFault, match="read-only"):
        query.ask(published, statement)


def test_before_the_first_run_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        query.ask(tmp_path / "published.duckdb", "select 1")
