"""What a person wants to know of a world: sizes, outcomes, dirt, and how hard its identities are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

# A website reduced to its host without www., path or port: the kindest reading of "same domain".
HOST = r"""regexp_replace(regexp_extract(lower(trim("Website")), '^(?:https?://)?([^/:?#]+)', 1), '^www\.', '')"""
LIVE_ACCOUNTS = f"""
    select "Id", company_id, nullif({HOST}, '') as domain,
           lower(trim("Name")) || coalesce("BillingCountryCode", '') as name_and_country
    from world.salesforce."Account"
    join truth.company_records on record_id = "Id" and source = 'salesforce' and object = 'Account' and is_live
"""
DIRT = {
    "account records deleted or merged": """select count(*) from world.salesforce."Account" where "IsDeleted" """,
    "account records that repeat a company": """
        select count(*) - count(distinct company_id) from truth.company_records
        where source = 'salesforce' and object = 'Account' and is_live""",
    "accounts without website": """select count(*) from world.salesforce."Account" where "Website" is null""",
    "contacts without e-mail": """select count(*) from world.salesforce."Contact" where "Email" is null""",
    "contact records that repeat a person": """
        select count(*) - count(distinct person_id) from truth.person_records
        where source = 'salesforce' and object = 'Contact' and is_live""",
    "leads without a usable company": r"""
        select count(*) from world.salesforce."Lead"
        where "Company" is null or not regexp_matches("Company", '\w{3}')""",
}


@dataclass(frozen=True)
class PairScore:
    """Pairwise agreement of a rule with the truth over live CRM accounts: ratios 0 to 1."""

    precision: float
    recall: float
    f1: float


def open_world(directory: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the world and its truth attached read-only under those names."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    for name in ("world", "truth"):
        connection.execute(f"attach '{directory / (name + '.duckdb')}' as {name} (read_only)")
    return connection


def pair_score(connection: duckdb.DuckDBPyConnection, key: str) -> PairScore:
    """How well "equal `key` = same company" does; key is `domain` or `name_and_country`."""
    row = connection.execute(
        f"""
        with accounts as ({LIVE_ACCOUNTS}),
        said as (select sum(n * (n - 1) / 2) as pairs from (select count(*) as n from accounts where {key} is not null
                 group by {key})),
        real as (select sum(n * (n - 1) / 2) as pairs from (select count(*) as n from accounts group by company_id)),
        both_ways as (select sum(n * (n - 1) / 2) as pairs from (select count(*) as n from accounts
                      where {key} is not null group by {key}, company_id))
        select said.pairs, real.pairs, both_ways.pairs from said, real, both_ways
        """
    ).fetchone()
    said, real, right = (float(value or 0) for value in row or (0, 0, 0))
    return PairScore(right / said if said else 0.0, right / real if real else 0.0, 2 * right / max(said + real, 1.0))


def summary_lines(directory: Path) -> list[str]:
    """The world in some 40 lines of text."""
    with open_world(directory) as connection:
        lines = ["rows"]
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'world' order by 1, 2"
        ).fetchall()
        for schema, table in tables:
            lines.append(
                _line(f"{schema}.{table}", _number(connection, f'select count(*) from world.{schema}."{table}"'))
            )
        lines.append("outcomes")
        lines += [_line(name, value) for name, value in _outcomes(connection)]
        lines.append("dirt")
        lines += [_line(name, _number(connection, query)) for name, query in DIRT.items()]
        lines.append("rules a beginner would use to find duplicate accounts (pairs)")
        for label, key in (("same domain", "domain"), ("same name and country", "name_and_country")):
            score = pair_score(connection, key)
            lines.append(f"  {label:<42} precision {score.precision:.2f}  recall {score.recall:.2f}  F1 {score.f1:.2f}")
    return lines


def _outcomes(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, float]]:
    deals = "truth.deals join truth.companies using (company_id) where is_closed"
    middle = f"(select median(true_fit) from {deals})"
    rows = [
        ("closed opportunities", f"select count(*) from {deals}"),
        ("won", f"select count(*) from {deals} and is_won"),
        ("win rate, better half by planted fit", f"select avg(is_won::int) from {deals} and true_fit > {middle}"),
        ("win rate, other half", f"select avg(is_won::int) from {deals} and true_fit <= {middle}"),
        ("leads converted", "select count(*) from truth.lead_companies where is_converted"),
        ("customers", "select count(*) from truth.companies where is_customer"),
    ]
    ceilings = connection.execute(
        "select model, value from truth.ceilings where metric = 'auc' order by model"
    ).fetchall()
    return [(name, _number(connection, query)) for name, query in rows] + [
        (f"best possible AUC, {model}", float(value)) for model, value in ceilings
    ]


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    row = connection.execute(query).fetchone()
    return float(row[0] or 0) if row else 0.0


def _line(name: str, value: float) -> str:
    return f"  {name:<42} {value:>12,.0f}" if value == int(value) else f"  {name:<42} {value:>12.3f}"
