"""Sources that load at the same time, in threads of one process, into one warehouse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .conftest import Lake


def test_sources_load_side_by_side(lake: Lake) -> None:
    sources = ("salesforce", "marketo", "bombora")
    for expected in (True, False):
        with ThreadPoolExecutor(len(sources)) as pool:
            reports = list(pool.map(lake.load, sources))
        assert [bool(report.rows) for report in reports] == [expected] * 3
    assert lake.load("zoominfo").rows == {"companies": 29}
    counts = lake.rows("""
        select (select count(*) from raw_salesforce.contacts), (select count(*) from raw_marketo.leads),
            (select count(*) from raw_bombora.company_surges), (select count(*) from world.bombora.company_surges)""")
    assert counts == [(120, 60, 120, 120)]
    assert lake.rows("select source, count(distinct run_id) from ops.ingestion_runs group by 1 order by 1") == [
        ("bombora", 2), ("marketo", 2), ("salesforce", 2), ("zoominfo", 1),
    ]  # fmt: skip
