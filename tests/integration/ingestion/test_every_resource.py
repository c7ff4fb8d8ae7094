"""Every resource of every source: whole, then exactly what changed, whatever goes wrong in between.

What a source must tell about itself for this stands in `sources/`, one module each.
"""

from __future__ import annotations

from typing import Any

import pytest

from connections import ConnectionFailure
from connections.local import open_folder
from ingestion import SOURCES, LoadFailure

from .conftest import Lake
from .sources import CASES, SourceCase

# What passes by itself: name -> the fault and how it is set.
PASSING: dict[str, dict[str, Any]] = {
    "429": {"kind": "429", "count": 2},
    "429 with Retry-After": {"kind": "429", "retry_after": 1},
    "500": {"kind": "500", "count": 2},
    "time-out": {"kind": "slow", "seconds": 4},
    "cut before the answer": {"kind": "drop_before"},
    "cut mid-page": {"kind": "cut"},
    "expired token": {"kind": "expire_token"},
    "malformed row": {"kind": "garble"},  # the last: a CSV with a broken line stops the load
}
# What lasts until somebody does something.
LASTING: dict[str, dict[str, Any]] = {
    "quota exhausted": {"kind": "quota", "count": None},
    "down": {"kind": "500", "count": None},
    "malformed for good": {"kind": "garble", "count": None},
}
SECONDS = 1.5  # for one answer, so that a time-out does not take a minute
PATIENCE = 5.0  # for repeating a call, so that a system that is down does not take five

each_source = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def mostly_full(*ordinary: str, step: str = "") -> pytest.MarkDecorator:
    """Each source that has the step; in the ordinary form only these, as a load of every source costs seconds."""
    chosen = [case for case in CASES.values() if step not in case.skip]
    marked = [
        pytest.param(case, id=case.source, marks=[] if case.source in ordinary else [pytest.mark.full])
        for case in chosen
    ]
    return pytest.mark.parametrize("case", marked)


def test_no_resource_is_left_out() -> None:
    # Vendors are asked about records instead of read: test_vendors.py holds them to their own contract. What lies in a
    # folder of ours has no vendor that could fail: test_files.py, test_web_events.py, test_changes.py.
    read = {
        name: spec
        for name, spec in SOURCES.items()
        if "salesforce" not in spec.after and spec.opener is not open_folder
    }
    assert {name: set(spec.resources) for name, spec in read.items()} == {
        name: {resource.table for resource in case.resources} for name, case in CASES.items()
    }


# One source for each way to learn what changed: cursor and deletions, paging tokens, search, files, change tracking,
# a header and lists of what is gone, exports, days that are restated.
@mostly_full("salesforce", "marketo", "hubspot", "bombora", "dynamics", "zoho", "eloqua", "linkedin")
def test_whole_then_nothing_then_what_changed(lake: Lake, case: SourceCase) -> None:
    case.prepare(lake)
    case.load(lake)
    assert case.differences(lake) == {}
    if "same load" not in case.skip:
        assert case.load(lake).rows == {}
    case.edit(lake)
    report = case.load(lake)
    assert case.differences(lake) == {}
    if "same load" not in case.skip:
        assert report.rows == {resource.table: resource.brings for resource in case.resources if resource.brings}
        assert case.load(lake).rows == {}
    assert twins(lake, case) == {}


@mostly_full("bombora", "salesforce")
def test_columns_come_and_change_their_type(lake: Lake, case: SourceCase) -> None:
    case.prepare(lake)
    case.load(lake)
    case.drift(lake)
    case.load(lake)
    assert case.differences(lake) == {}
    kinds = {
        f"{table}.{column}": kind
        for table, column, kind in lake.rows(f"""select table_name, column_name, data_type from duckdb_columns()
            where database_name <> 'world' and schema_name = 'raw_{case.source}'""")
    }
    assert {column: kinds.get(column) for column in case.drifted} == case.drifted


@mostly_full("salesforce", "marketo", "hubspot", "bombora", "zoho")
def test_what_passes_by_itself_leaves_no_gap(lake: Lake, case: SourceCase) -> None:
    """One load through all of it: each fault strikes a later call than the one before."""
    case.prepare(lake)
    for number, (name, fault) in enumerate(PASSING.items()):
        if name not in case.skip:
            lake.sandbox.fault(case.source, path=case.data, skip=number, **fault)
    load_to_the_end(lake, case)
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}


@pytest.mark.full
@each_source
@pytest.mark.parametrize("name", [*PASSING, *LASTING])
@pytest.mark.parametrize("skip", [0, 3])
def test_each_fault_ends_complete_or_in_one_line(lake: Lake, case: SourceCase, name: str, skip: int) -> None:
    if name in case.skip:
        return
    case.prepare(lake)
    lake.sandbox.fault(case.source, path=case.data, skip=skip, **(PASSING | LASTING)[name])
    load_to_the_end(lake, case)
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}


@mostly_full("bombora")
def test_what_lasts_stops_in_one_line_and_the_next_load_goes_on(lake: Lake, case: SourceCase) -> None:
    case.prepare(lake)
    lake.sandbox.fault(case.source, path=case.data, skip=case.stops_after, **LASTING["quota exhausted"])
    with pytest.raises((ConnectionFailure, LoadFailure)) as caught:
        case.load(lake, retry_seconds=PATIENCE)
    check_line(lake, case, caught.value)
    lake.sandbox.clear_faults()
    case.load(lake)
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}


@mostly_full("marketo", step="moving")
def test_a_boundary_that_moves_while_paging_hides_nothing(lake: Lake, case: SourceCase) -> None:
    case.prepare(lake)
    case.moving(lake)
    for _ in range(case.moving_loads):
        case.load(lake)
    assert not lake.sandbox.faults()
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}


def load_to_the_end(lake: Lake, case: SourceCase) -> None:
    """Load; a stop must be clean and in one line, and the next load must go on from it."""
    try:
        case.load(lake, answer_seconds=SECONDS, retry_seconds=PATIENCE)
    except (ConnectionFailure, LoadFailure) as failure:
        check_line(lake, case, failure)
        lake.sandbox.clear_faults()
        case.load(lake)


def check_line(lake: Lake, case: SourceCase, failure: Exception) -> None:
    assert "\n" not in str(failure)
    assert str(failure).startswith(f"{case.source}: ")
    recorded = lake.rows("""select message from ops.ingestion_runs where status = 'failed'
        and finished_at = (select max(finished_at) from ops.ingestion_runs)""")
    assert {message for (message,) in recorded} == {str(failure)}


def twins(lake: Lake, case: SourceCase) -> dict[str, int]:
    """Rows too many per key, by table."""
    found = {}
    for table in SOURCES[case.source].tables:
        key = ", ".join(table.key)
        raw = f"raw_{case.source}.{table.name}"
        if surplus := lake.rows(f"select count(*) - count(distinct ({key})) from {raw}")[0][0]:
            found[table.name] = surplus
    return found
