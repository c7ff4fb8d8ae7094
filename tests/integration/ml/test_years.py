"""Runs over a world that changes: no id changes without a merge or a split on record."""

import random
from pathlib import Path

import duckdb
import pytest

from ml.identity import resolve
from tests.integration.ml.records import Record, account, company, fill, rows

SURNAMES = ("Ashford", "Brinley", "Calder", "Dunmore", "Eastgate", "Falken", "Garrick", "Holbeck", "Ingram", "Jarrow")
TRADES = ("Robotics", "Foods", "Logistics", "Software", "Textiles", "Optics")


def _company(number: int) -> Record:
    name = f"{SURNAMES[number % 10]} {TRADES[number // 10 % 6]}"
    return {
        "company_name": name,
        "website": f"{name.replace(' ', '').lower()}.com",
        "country_code": "US",
        "city": ("Boston", "Dallas", "Denver")[number % 3],
    }


def _record(number: int, serial: int) -> Record:
    values = _company(number)
    return account(
        f"001{serial:05}", values.pop("company_name"), created_at=f"2024-01-01 00:00:{serial % 60:02}", **values
    )


def _change(world: dict[str, Record], run: int, lots: random.Random) -> None:
    """Adds, edits, deletes and merges, as a CRM's users make them."""
    for _ in range(6):
        serial = len(world) + 1_000 * run + lots.randrange(900)
        record = _record(lots.randrange(60), serial)
        world[record["record_id"]] = record
    live = [key for key, record in world.items() if not record.get("merged_into_record_id")]
    for key in lots.sample(live, 4):
        world[key] = world[key] | {"website": None, "phone": "+1 617 555 0100"}
    for key in lots.sample(live, 2):
        del world[key]
    one, other = lots.sample([key for key in live if key in world], 2)
    world[one] = world[one] | {"merged_into_record_id": other}


def _ids(path: Path) -> dict[str, str]:
    return dict(rows(path, "select record_id, account_id from ml.account_records where object = 'Account'"))


@pytest.mark.parametrize(("runs", "seed"), [(5, 5), *(pytest.param(10, n, marks=pytest.mark.full) for n in (5, 6, 7))])
def test_ids_change_only_with_a_record_of_it(tmp_path: Path, runs: int, seed: int) -> None:
    path, lots = tmp_path / "warehouse.duckdb", random.Random(seed)
    world = {record["record_id"]: record for record in (_record(number, number) for number in range(50))}
    before: dict[str, str] = {}
    for run in range(runs):
        if run:
            _change(world, run, lots)
        vendor = [] if run in {3, 7} else [_vendor(record) for record in world.values()]  # the vendor is away twice
        records = [*world.values(), *vendor]
        lots.shuffle(records)
        fill(path, records)
        events = len(rows(path, "select 1 from ml.account_id_history")) if run else 0
        resolve(path)
        told = {
            key
            for row in rows(path, f"select account_id, into_account_id from ml.account_id_history offset {events}")
            for key in row
        }
        now = _ids(path)
        for record, account_id in now.items():  # none: merged into a record that is gone
            if account_id is not None and before.get(record) not in (None, account_id):
                assert before[record] in told, (run, record)
        before |= {record: account_id for record, account_id in now.items() if account_id is not None}
    with duckdb.connect(str(path)) as connection:
        kinds = {row[0] for row in connection.execute("select distinct event from ml.account_id_history").fetchall()}
    assert {"minted", "merged"} <= kinds


def _vendor(record: Record) -> Record:
    key = str(record["record_id"])
    values = {"website": record["website"], "linked_record_id": key, "vendor_company_id": f"z{record['company_name']}"}
    return company("zoominfo", key, record["company_name"], **values)
