"""The whole of identity in one transaction: read, compare, group, name, write."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ml.identity.accounts import cluster_accounts
from ml.identity.errors import IdentityError
from ml.identity.families import place_accounts
from ml.identity.leads import link_companies
from ml.identity.memory import identify
from ml.identity.people import cluster_people
from ml.identity.records import load_records
from ml.identity.tables import statement
from ml.identity.thresholds import read_thresholds


@dataclass(frozen=True)
class IdentityReport:
    """What a run found: records read, the accounts and people they make, Salesforce leads linked, pairs to review."""

    records: int
    accounts: int
    people: int
    linked_leads: int
    review: int
    seconds: float


def resolve(warehouse: Path) -> IdentityReport:
    """Decide which records are one account and one person, and write the tables of schema `ml`.

    Reads intermediate.int_company_records and int_person_records. All or nothing: a run that fails leaves the tables of
    the last one. A second run on the same records changes nothing. Raises IdentityError for what the warehouse lacks.
    """
    begin = time.monotonic()
    if not warehouse.exists():
        raise IdentityError(f"{warehouse} does not exist: load the sources and build intermediate first")
    with duckdb.connect(str(warehouse)) as connection:
        connection.begin()
        try:
            _resolve(connection)
            counts = [int(count) for count in connection.execute(statement("counts")).fetchall()[0]]
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    records, accounts, people, linked_leads, review = counts
    return IdentityReport(records, accounts, people, linked_leads, review, time.monotonic() - begin)


def _resolve(connection: duckdb.DuckDBPyConnection) -> None:
    _drop_outdated(connection)
    connection.execute(statement("ml_tables"))
    load_records(connection)
    thresholds = read_thresholds(connection)
    cluster_accounts(connection, thresholds["account"])
    link_companies(connection, thresholds["lead"])
    cluster_people(connection, thresholds)
    identify(connection, "account", "account_members", "companies")
    identify(connection, "person", "person_members", "people")
    place_accounts(connection)
    link = thresholds["lead"].link
    now = f"timestamp '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}'"
    connection.execute(statement("results", now=now, lead_link=link))
    connection.execute(statement("move_results"))
    connection.execute(statement("unmatched_leads"))
    connection.execute(statement("reviews", now=now, lead_link=link))


def _drop_outdated(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop results of a former version that have other columns; each run writes them whole."""
    columns = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'ml'"
    ).fetchall()
    tables = {table for table, _ in columns}
    for table, column in (
        ("account_hierarchy", "parent_source"),
        ("hierarchy_conflicts", "overruled_source"),
        ("lead_accounts", "our_account_id"),
        ("account_scores", "is_apart"),
    ):
        if table in tables and (table, column) not in columns:
            connection.execute(f"drop table ml.{table}")
