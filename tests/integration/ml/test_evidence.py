"""Evidence from a built warehouse: what drives wins is found, noise is not, a short history is told (ICP-11..14)."""

from pathlib import Path

import duckdb
import pytest

from ml.evidence import assess

# 1,200 deals: Technology wins 60%, Retail 20%; the phone's first digit means nothing. One account per deal.
WORLD = """
create schema intermediate; create schema seeds;
create table intermediate.int_accounts as
select 'acc_' || n as account_id, case when n % 2 = 0 then 'Technology' else 'Retail' end as industry,
    cast(hash('phone ' || n) % 5 as varchar) as phone, n < {customers} as is_customer
from range(1200) as t(n);
create table intermediate.int_opportunities as
select 'opp_' || n as opportunity_id, 'acc_' || n as account_id, n >= {open} as is_closed,
    hash('won ' || n) % 100 < case when n % 2 = 0 then 60 else 20 end as is_won,
    1000.0 as amount_usd, 30 as sales_cycle_days
from range(1200) as t(n);
create table intermediate.int_opportunities__vector_matches as
select 'opp_' || n as opportunity_id, vector_id, 'score' as effect, 50.0 as weight, false as is_missing,
    case vector_id when 'industry' then n % 2 = 0 else hash('size ' || n) % 2 = 0 end as is_match
from range(1200) as t(n), (values ('industry'), ('size')) as vectors(vector_id);
create table seeds.evidence_settings as
select * from (values ('sample_floor', 20), ('minimum_customers', 50), ('minimum_deals', 40), ('error_ratio', 0.05))
as t(setting, value);
create table seeds.evidence_attributes as
select attribute, 'accounts' as source, 'category' as kind, null::text as bounds,
    true as is_candidate, true as is_enabled
from (values ('industry'), ('phone'), ('no_such_column')) as t(attribute);
"""


def _warehouse(folder: Path, *, customers: int = 300, open_deals: int = 0) -> Path:
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(WORLD.format(customers=customers, open=open_deals))
    return path


def _rows(warehouse: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_planted_driver_is_found_and_noise_is_not(tmp_path: Path) -> None:
    warehouse = _warehouse(tmp_path)
    report = assess(warehouse)
    assert (report.status, report.deals, report.customers, report.drivers) == ("assessed", 1200, 300, ("industry",))
    assert _rows(warehouse, "select driver, is_driver from ml.driver_evidence order by 1") == [
        ("industry", True),
        ("phone", False),
    ]
    segments = _rows(
        warehouse,
        "select segment, closed_count, win_ratio between 0.55 and 0.65, win_ratio_low < win_ratio, "
        "win_ratio < win_ratio_high from ml.segment_evidence where attribute = 'industry' order by 1",
    )
    assert segments == [("Retail", 600, False, True, True), ("Technology", 600, True, True, True)]
    weights = _rows(warehouse, "select vector_id from ml.suggested_weights order by weight_ratio desc")
    assert weights[0] == ("industry",)


@pytest.mark.parametrize(
    ("customers", "open_deals", "status"),
    [
        (49, 0, "insufficient history, skipped: 49 customers, 50 needed"),
        (50, 1161, "insufficient history, skipped: 39 closed deals, 40 needed"),
    ],
)
def test_a_short_history_gives_empty_tables_and_says_so(
    tmp_path: Path, customers: int, open_deals: int, status: str
) -> None:
    warehouse = _warehouse(tmp_path, customers=customers, open_deals=open_deals)
    assert assess(warehouse).status == status
    assert _rows(warehouse, "select status from ml.evidence_status") == [(status,)]
    for table in ("segment_evidence", "driver_evidence"):
        assert _rows(warehouse, f"select count(*) from ml.{table}") == [(0,)]
    assert _rows(warehouse, "select count(effect), max(matching_deals) from ml.suggested_weights") == [(0, 0)]


def test_a_second_run_says_the_same(tmp_path: Path) -> None:
    warehouse = _warehouse(tmp_path)
    assess(warehouse)
    first = _rows(warehouse, "from ml.segment_evidence")
    assess(warehouse)
    assert _rows(warehouse, "from ml.segment_evidence") == first
