"""Formula fields: what they say changes with other records and with the calendar, and no time of change tells of it.

So they are read again for every record once in a while, by themselves, and rows whose formulas now say otherwise land
anew (Salesforce Help, "Formula Fields": a formula's result is not stored and does not touch SystemModstamp).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pyarrow as pa

from ingestion.frames import frame
from ingestion.ledger import utc_now
from ingestion.rounds import Round, State
from ingestion.salesforce import bulk, rest
from ingestion.salesforce.objects import Reading, object_pages
from ingestion.salesforce.soql import select
from ingestion.warehouse import quoted, rows


def current_pages(reading: Reading, state: State, current: Round) -> Iterator[pa.Table]:
    """New and changed rows, then those of which only a formula changed, where these are due."""
    was_whole = "cursor" not in state
    yield from object_pages(reading, state, current)
    if not reading.fields.formulas or reading.sobject.table in current.unfinished:
        return
    now = utc_now()
    due = (
        "formulas_read" not in state
        or now - datetime.fromisoformat(state["formulas_read"]) > reading.options.formulas_every
    )
    if due and not was_whole:
        yield from _changed(reading)
    if due or was_whole:
        state["formulas_read"] = now.isoformat()


def _changed(reading: Reading) -> Iterator[pa.Table]:
    """The landed rows whose formulas differ from what they are now, with what they are now."""
    columns = reading.fields.columns
    names = ["Id", *sorted(reading.fields.formulas)]
    formulas = [columns[name] for name in names[1:]]
    differs = " or ".join(f"landed.{quoted(name)} is distinct from found.{quoted(name)}" for name in formulas)
    replaced = ", ".join(f"found.{quoted(name)} as {quoted(name)}" for name in formulas)
    sql = f"""select landed.* exclude (_dlt_load_id) replace ({replaced})
        from raw_salesforce.{quoted(reading.sobject.table)} as landed inner join found using (id) where {differs}"""
    for page in _values(reading, names):
        with duckdb.connect(str(reading.warehouse)) as connection:
            connection.register("found", page)
            changed = connection.execute(sql).to_arrow_table()
        if changed.num_rows:
            yield changed


def _values(reading: Reading, names: list[str]) -> Iterator[pa.Table]:
    """Id and formulas of every living record."""
    types = {name: reading.fields.types[name] for name in names}
    columns = {name: reading.fields.columns[name] for name in names}
    living = "IsDeleted = false" if reading.sobject.deletable else None
    soql = select(names, reading.sobject.name, reading.sobject.condition, living)
    landed = rows(reading.warehouse, f"select count(*) from raw_salesforce.{quoted(reading.sobject.table)}")
    if landed and landed[0][0] > reading.options.bulk_above:
        job = bulk.start_job(reading.connection, soql)
        bulk.wait_for(reading.connection, job, reading.options.patience_seconds)
        size = reading.options.bulk_page_rows
        pages = bulk.result_pages(reading.connection, job, reading.scratch, types, columns, size)
        yield from (page for page in pages if page is not None)
        return
    found = rest.first_page(reading.connection, soql)
    yield frame(found.records, types, columns)
    for records in rest.further_pages(reading.connection, found):
        yield frame(records, types, columns)
