"""The world's HubSpot portal, made when it is first served: the same market, another system of record."""

from importlib.resources import files
from pathlib import Path

import duckdb

_RECORDS = """
    insert into truth.company_records
    select 'hubspot', 'Company', ids.id::varchar, records.company_id, records.family_id, records.is_live
    from truth.company_records as records
    inner join company_ids as ids on records.record_id = ids.salesforce_id
    where records.source = 'salesforce' and records.object = 'Account'
"""
_PEOPLE = """
    insert into truth.person_records
    select 'hubspot', 'Contact', ids.id::varchar, records.person_id, records.is_live
    from truth.person_records as records inner join contact_ids as ids using (source, object, record_id)
"""


def populate_hubspot(home: Path) -> None:
    """Add schema `hubspot` to `home/world.duckdb`, and to `truth.duckdb` which of its records is who; once."""
    with duckdb.connect(str(home / "world.duckdb")) as connection:
        if connection.execute("select 1 from duckdb_schemas() where schema_name = 'hubspot'").fetchall():
            return
        connection.execute("set timezone = 'UTC'")
        truth = home / "truth.duckdb"
        connection.execute("begin")
        connection.execute(files("sandbox.world.schema").joinpath("hubspot.sql").read_text("utf-8"))
        connection.execute("commit")
        if truth.exists():
            connection.execute(f"attach '{str(truth).replace(chr(39), chr(39) * 2)}' as truth")
            for statement in (_RECORDS, _PEOPLE):
                connection.execute(statement)
