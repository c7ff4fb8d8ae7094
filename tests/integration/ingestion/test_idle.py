"""A load of every source with nothing new: a probe for each object, no row, and seconds for all of them together."""

from __future__ import annotations

import time

import pytest

from ingestion.rest import RestOptions
from ingestion.salesforce.objects import SalesforceOptions

from .conftest import Lake
from .sources import CASES

# What a probe costs where it is more than a call: Eloqua's exports are defined, started, looked at and read.
CALLS_PER_PROBE = {"eloqua": 4}
SIGNING_IN, PER_SOURCE = 1, 1  # and what is asked once for all objects, such as Salesforce's survey
AS_SHIPPED = {"salesforce": SalesforceOptions}


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_a_load_with_nothing_new_costs_a_probe_for_each_object(lake: Lake) -> None:
    for case in CASES.values():
        case.prepare(lake)
        case.load(lake)
    brought: dict[str, int] = {}
    calls: dict[str, tuple[int, int]] = {}
    began = time.process_time()
    for name, case in CASES.items():
        options = AS_SHIPPED[name]() if name in AS_SHIPPED else case.options() if case.options else None
        report = case.load(lake, options=RestOptions() if isinstance(options, RestOptions) else options)
        brought |= {f"{name}.{table}": rows for table, rows in report.rows.items()}
        allowed = SIGNING_IN + PER_SOURCE + len(case.resources) * CALLS_PER_PROBE.get(name, 1)
        if report.usage.calls > allowed:
            calls[name] = (report.usage.calls, allowed)
    assert brought == {}
    assert calls == {}
    assert time.process_time() - began < 10
