"""What became of one record in all syncs: each value with its run, its rule, and what stood there before."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.errors import RequestFault
from orchestration.query import Answer

_SHORT_ID = 15
_ALWAYS = ("before", "after")  # columns that say something even where they hold nothing


def trace(published: Path, record: str, field: str = "") -> Answer:
    """Rows of ops.sync_records for a record, by its own key or its id there; raises RequestFault if there are none."""
    if not published.exists():
        raise RequestFault(f"Nothing is published at {published} yet. Publish with `marketmap run`.")
    with duckdb.connect(str(published), read_only=True) as connection:
        held = {str(row[0]) for row in connection.execute("describe ops.sync_records").fetchall()}
        # A home that was published by an earlier version has neither of the two.
        operation, remote_id = (name if name in held else "null::varchar" for name in ("operation", "remote_id"))
        result = connection.execute(
            f"""
            select
                strftime(records."at", '%Y-%m-%d %H:%M:%S') as at_utc, records.sync,
                coalesce({operation}, 'update') as did,
                records.field, records."before", records."after", records.status, records.reason as rule,
                nullif(records.message, '') as message, records.run_id, runs.mapping_version as mapping,
            from ops.sync_records as records
            left join ops.sync_runs as runs on records.run_id = runs.run_id
            where
                (record_key = $record or {remote_id} = $record
                    or (length($record) = $short and $record in (left(record_key, $short), left({remote_id}, $short))))
                and ($field = '' or lower(records.field) = lower($field))
            order by records."at", records.sync, records.field
            """,
            {"record": record, "short": _SHORT_ID, "field": field},
        )
        columns = tuple(str(name) for name, *_ in result.description)
        rows = result.fetchall()
    if not rows:
        raise RequestFault(
            f"No sync has written to {record}{' ' + field if field else ''}. Check the id of the record."
        )
    shown = [
        place for place, name in enumerate(columns) if name in _ALWAYS or any(row[place] is not None for row in rows)
    ]
    told = [tuple(row[place] for place in shown) for row in rows]
    return Answer(tuple(columns[place] for place in shown), (False,) * len(shown), told)
