"""One file into a warehouse, timed in this process: `python -m benchmarks.ingestion_paths PATH RUNNER FILE FOLDER`.

Prints a line of JSON with rows per second and the peak of resident memory in 10^9 bytes. Imports are not timed.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dlt.destinations.impl.duckdb.duck
import dlt.sources.helpers.requests
import duckdb
import pyarrow as pa
import sqlalchemy  # noqa: F401 - dlt imports it late, within the time that is measured

from ingestion import files, web_events
from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, WHOLE, csv_pages
from ingestion.marketo.activities import extract_pages
from ingestion.pipeline import SourcePipeline
from ingestion.rounds import Round, State, Table
from ingestion.spooled import event_pages
from ingestion.warehouse import kept_open

_STAMP = "strftime(timestamp '2024-01-01' + to_seconds(n % 70000000), '%Y-%m-%dT%H:%M:%S.000Z')"
_TASKS = f"""
    select '00TTW' || lpad(n::varchar, 10, '0') || 'YAA' as "Id", false as "IsDeleted",
        '003TW' || lpad((n % 100000)::varchar, 10, '0') || 'YAA' as "WhoId",
        '001TW' || lpad((n % 10000)::varchar, 10, '0') || 'YAA' as "AccountId",
        'Call with O''Brien no ' || n as "Subject", 'Completed' as "Status", 'Normal' as "Priority",
        if(n % 3 = 0, 'Call', 'Email') as "Type", 'Task' as "TaskSubtype", left({_STAMP}, 10) as "ActivityDate",
        {_STAMP} as "CompletedDateTime", '005TW0000000001YAA' as "OwnerId",
        if(n % 3 = 0, n % 600, null) as "CallDurationInSeconds", true as "IsClosed",
        if(n % 5 = 0, 'Long "text"' || chr(10) || 'second line ' || n, null) as "Description",
        {_STAMP} as "CreatedDate", '005TW0000000001YAA' as "CreatedById", {_STAMP} as "LastModifiedDate",
        '005TW0000000001YAA' as "LastModifiedById", {_STAMP} as "SystemModstamp", n * 1.25 as "Score__c"
    from range({{rows}}) as numbers(n)"""
_ACTIVITIES = """
    select 'guid-' || n as "marketoGUID", n % 100000 as "leadId",
        strftime(timestamp '2024-01-01' + to_seconds(n % 70000000), '%Y-%m-%dT%H:%M:%SZ') as "activityDate",
        1 + n % 12 as "activityTypeId", n % 500 as "campaignId", n % 900 as "primaryAttributeValueId",
        '/product/page-' || n % 300 as "primaryAttributeValue",
        json_object('Client IP Address', '203.0.113.' || n % 250, 'User Agent', 'Mozilla/5.0', 'Query Parameters',
            'utm_source=x&n=' || n)::varchar as attributes
    from range({rows}) as numbers(n)"""
_EVENTS = """
    select 'event-' || n as event_id, strftime(timestamp '2026-01-01' + to_seconds(n), '%Y-%m-%dT%H:%M:%SZ')
        as occurred_at, strftime(timestamp '2026-01-01' + to_seconds(n), '%Y-%m-%dT%H:%M:%SZ') as received_at,
        'visitor-' || n % 50000 as visitor_id, 'session-' || n % 200000 as session_id, null::varchar as properties,
        'https://www.acme.example/product/page-' || n % 300 || '?utm_source=ads' as url,
        '/product/page-' || n % 300 as path, 'Ny Æra, page ' || n % 300 as title,
        'https://search.example/' as referrer, 'ads' as utm_source, null::varchar as utm_campaign,
        '203.0.113.' || n % 250 as ip, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36' as user_agent
    from range({rows}) as numbers(n)"""
_COMPANIES = """
    select 'O''Brien & Söhne ' || n || ' GmbH' as "Company Name",
        'https://www.company' || n || '.example/' as "Website", 'Germany' as "Country",
        'Straße ' || n || ',' || chr(10) || 'Haus 2' as "Street", 'Köln' as "City", 50000 + n % 40000 as "Zip",
        '+49 221 ' || n as "Phone", 'Software' as "Industry", 10 + n % 5000 as "Employees", 'Hall ' || n % 9 as "Booth"
    from range({rows}) as numbers(n)"""


@dataclass(frozen=True)
class Way:
    """How a file of this path is made, and how it enters: `pages` of `table`."""

    suffix: str
    sql: str
    options: str
    table: Table
    pages: Callable[[Path], Iterator[pa.Table]]


_TASK_TYPES = {
    "IsDeleted": FLAG, "ActivityDate": DAY, "CompletedDateTime": MOMENT, "CallDurationInSeconds": WHOLE,
    "IsClosed": FLAG, "CreatedDate": MOMENT, "LastModifiedDate": MOMENT, "SystemModstamp": MOMENT, "Score__c": NUMBER,
}  # fmt: skip
_IMPORT_ALIASES = {
    "companyname": "company_name", "website": "website", "country": "country", "street": "street", "city": "city",
    "zip": "postal_code", "phone": "phone", "industry": "industry", "employees": "employee_count",
}  # fmt: skip


def _import_pages(file: Path) -> Iterator[pa.Table]:
    aliases: Mapping[str, Mapping[str, str]] = dict.fromkeys(files.OBJECTS, _IMPORT_ALIASES)
    now = datetime(2026, 1, 1)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
    manifest = files.prepare(file, aliases=aliases, object_name="companies", list_name=None, given={}, now=now)
    return files.list_pages(manifest, file, file.parent, lambda _line: None)


PATHS = {
    "salesforce": Way(
        ".csv", _TASKS, "format csv, header, force_quote *", Table("tasks", ("id",), version="system_modstamp"),
        lambda file: csv_pages(file, _TASK_TYPES),
    ),
    "marketo": Way(
        ".csv", _ACTIVITIES, "format csv, header, nullstr 'null'",
        Table("activities", ("marketo_guid",), immutable=True), extract_pages,
    ),
    "web_events": Way(
        ".ndjson", _EVENTS, "format json", Table("page_views", ("event_id",), immutable=True),
        lambda file: event_pages(file, web_events.STREAMS["page_views"]),
    ),
    "import": Way(
        ".csv", _COMPANIES, "format csv, header", Table("rows", ("import_id", "row_number"), immutable=True),
        _import_pages,
    ),
}  # fmt: skip


def make_file(path: str, rows: int, folder: Path) -> Path:
    """Write a file of so many rows as its system would."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = PATHS[path]
    file = folder / f"{path}{kind.suffix}"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({kind.sql.format(rows=rows)}) to '{file}' ({kind.options})")
    return file


def by_ours(path: str, file: Path, folder: Path) -> int:
    """The loader, as a source's first load uses it."""
    kind = PATHS[path]

    def pages(_memory: State, _current: Round) -> Iterator[pa.Table]:
        yield from kind.pages(file)

    with kept_open(folder / "w.duckdb"):
        pipeline = SourcePipeline(path, [kind.table], folder / "w.duckdb", folder / "state")
        pipeline.recover()
        tallies = [tally for _, tally in pipeline.run({kind.table.name: pages})]
    return sum(sum(tally.rows.values()) for tally in tallies)


def by_duckdb(path: str, file: Path, folder: Path) -> int:
    """DuckDB's own reading of the file into a table."""
    reader = "read_json" if PATHS[path].suffix == ".ndjson" else "read_csv"
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        connection.execute(f"create table t as from {reader}('{file}')")
        return int(connection.execute("select count(*) from t").fetchall()[0][0])


def by_dicts(path: str, file: Path, folder: Path) -> int:
    """dlt as its documentation starts: a generator of dicts, every default as it is."""

    def records() -> Iterator[dict[str, Any]]:
        with file.open(encoding="utf-8", newline="") as lines:
            yield from (map(json.loads, lines) if PATHS[path].suffix == ".ndjson" else csv.DictReader(lines))

    pipeline = dlt.pipeline(
        "plain", pipelines_dir=str(folder), destination=dlt.destinations.duckdb(str(folder / "w.duckdb"))
    )
    pipeline.run(records(), table_name="t")
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return int(connection.execute(f"select count(*) from {pipeline.dataset_name}.t").fetchall()[0][0])


RUNNERS = {"ours": by_ours, "duckdb": by_duckdb, "dict": by_dicts}


def main() -> None:
    """Run one way and print what it took."""
    path, way, file, folder = sys.argv[1:]
    began = time.perf_counter()
    rows = RUNNERS[way](path, Path(file), Path(folder))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps({"rows": rows, "rows_per_s": rows / seconds, "peak_gb": peak}))


if __name__ == "__main__":
    main()
