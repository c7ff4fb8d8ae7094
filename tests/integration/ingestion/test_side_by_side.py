"""Sources that load at the same time, in threads of one process, into one warehouse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .conftest import Lake


def test_sources_load_side_by_side(lake: Lake) -> None:
    sources = ("salesforce", "marketo", "bombora")
    with ThreadPoolExecutor(len(sources)) as pool:
        assert all(report.rows for report in pool.map(lake.load, sources))
    counts = lake.rows("""
        select (select count(*) from raw_salesforce.contacts), (select count(*) from raw_marketo.leads),
            (select count(*) from raw_bombora.company_surges), (select count(*) from world.bombora.company_surges)""")
    assert counts == [(120, 60, 120, 120)]
    assert lake.rows("select source, count(distinct run_id) from ops.ingestion_runs group by 1 order by 1") == [
        ("bombora", 1), ("marketo", 1), ("salesforce", 1),
    ]  # fmt: skip
