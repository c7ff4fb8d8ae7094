"""What evidence reads of the warehouse, and what it writes to schema ml."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from ml.evidence.encoding import Attribute

_SQL = Path(__file__).parent / "evidence_tables.sql"


def read_settings(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Seed evidence_settings: sample_floor, minimum_customers, minimum_deals, error_ratio."""
    return dict(connection.execute("select setting, cast(value as double) from seeds.evidence_settings").fetchall())


def read_attributes(connection: duckdb.DuckDBPyConnection) -> list[Attribute]:
    """Seed evidence_attributes, without those that the warehouse does not have."""
    rows = connection.execute(
        """
        select attribute, source, kind, bounds, is_candidate
        from seeds.evidence_attributes
        where is_enabled and (source, attribute) in (
            select case table_name when 'int_accounts' then 'accounts' else 'opportunities' end, column_name
            from information_schema.columns
            where table_schema = 'intermediate' and table_name in ('int_accounts', 'int_opportunities')
        )
        order by source, attribute
        """
    ).fetchall()
    return [
        Attribute(name, source, kind, tuple(float(bound) for bound in (bounds or "").split("|") if bound), candidate)
        for name, source, kind, bounds, candidate in rows
    ]


def read_deals(connection: duckdb.DuckDBPyConnection, attributes: list[Attribute]) -> tuple[pd.DataFrame, int]:
    """Closed deals of known accounts by opportunity_id with the attributes, and the number of customers."""
    columns = "".join(f', {one.source}."{one.name}"' for one in attributes)
    deals = connection.execute(
        f"""
        select
            opportunities.opportunity_id, accounts.account_id, opportunities.is_won,
            cast(opportunities.amount_usd as double) as amount_usd, opportunities.sales_cycle_days,
            not accounts.is_customer and bool_or(opportunities.is_won) over (partition by accounts.account_id)
            as is_churned {columns}
        from intermediate.int_opportunities as opportunities
        inner join intermediate.int_accounts as accounts on opportunities.account_id = accounts.account_id
        where opportunities.is_closed
        order by opportunities.opportunity_id
        """
    ).df()
    ((customers,),) = connection.execute("select count(*) from intermediate.int_accounts where is_customer").fetchall()
    return deals, int(customers)


def read_matches(connection: duckdb.DuckDBPyConnection, deals: pd.DataFrame) -> pd.DataFrame:
    """Per deal (in the order of `deals`) and weighted vector 1 where it matched as of the deal's opening, else 0."""
    rows = connection.execute(
        """
        select opportunity_id, vector_id, case when is_missing then null else is_match end as is_match
        from intermediate.int_opportunities__vector_matches
        where effect = 'score' and weight > 0
        """
    ).df()
    wide = rows.pivot(index="opportunity_id", columns="vector_id", values="is_match")
    return wide.reindex(deals["opportunity_id"]).astype("float").reset_index(drop=True)


def write(
    connection: duckdb.DuckDBPyConnection,
    segments: pd.DataFrame,
    drivers: pd.DataFrame,
    weights: pd.DataFrame,
    status: tuple[str, int, int],
) -> None:
    """Replace the tables of evidence, all or none."""
    summary = pd.DataFrame([status], columns=["status", "deal_count", "customer_count"])
    given = {"status": summary, "segments": segments, "drivers": drivers, "weights": weights}
    for name, frame in given.items():
        connection.register(f"found_{name}", frame)
    try:
        connection.execute(f"begin; {_SQL.read_text(encoding='utf-8')} commit;")
    except duckdb.Error:
        connection.execute("rollback")
        raise
    finally:
        for name in given:
            connection.unregister(f"found_{name}")
