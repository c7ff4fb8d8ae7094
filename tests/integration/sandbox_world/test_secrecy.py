"""Nothing that the systems hold tells the truth that they do not know."""

import duckdb

from .conftest import Ask


def test_no_true_key_occurs_in_the_world(connection: duckdb.DuckDBPyConnection) -> None:
    columns = connection.execute(
        """select schema_name, table_name, column_name from duckdb_columns()
           where database_name = 'world' and data_type = 'VARCHAR'"""
    ).fetchall()
    assert len(columns) > 150
    for schema, table, column in columns:
        query = f"""select count(*) from world.{schema}."{table}"
                    where regexp_matches("{column}", '\\b(com|fam|hum)_[0-9]+')"""
        assert connection.execute(query).fetchone() == (0,), f"{schema}.{table}.{column}"


def test_no_column_is_named_after_a_secret(connection: duckdb.DuckDBPyConnection) -> None:
    names = {
        name.lower()
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'world'"
        ).fetchall()
    }
    assert not names & {"company_id", "person_id", "family_id", "lei", "true_fit", "probability_of_win", "enthusiasm"}


def test_neither_ids_nor_row_order_tell_duplicates_from_main_records(ask: Ask) -> None:
    """Among records created within the same months, a repeated company's ids are no closer than chance."""
    neighbours = """
        with accounts as (
            select a.rowid as position, company_id from "Account" a join company_records r on r.record_id = a."Id"
            where r.object = 'Account' and r.source = 'salesforce')
        select count(*) from accounts one join accounts other
        on other.company_id = one.company_id and other.position = one.position + 1
    """
    assert ask(neighbours) <= 4
    assert ask('select count(*) from (select "Id" < lag("Id") over (order by rowid) as b from "Account") where b') == 0


def test_true_keys_are_random(ask: Ask) -> None:
    correlation = """
        select abs(corr(substr(company_id, 5)::double, employee_count)) from companies
        join company_records using (company_id) where object = 'Account'
    """
    assert ask(correlation) < 0.08


def test_marketo_scores_do_not_carry_the_outcome(ask: Ask) -> None:
    """A lead score follows engagement with noise; it must not separate converted leads nearly perfectly."""
    separation = """
        with leads as (select "Person_Score__c" as s, is_converted from "Lead" join lead_companies on lead_id = "Id"
                       where is_decided and "Person_Score__c" > 0)
        select avg((a.s > b.s)::int + 0.5 * (a.s = b.s)::int) from
        (select * from leads where is_converted) a, (select * from leads where not is_converted) b
    """
    assert 0.55 < ask(separation) < 0.85
