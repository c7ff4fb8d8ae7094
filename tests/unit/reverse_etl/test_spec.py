"""Declarations of syncs: what is accepted, and how each fault is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reverse_etl.destinations.salesforce import OBJECTS
from reverse_etl.errors import SpecFault
from reverse_etl.spec import load_specs

ROOT = Path(__file__).parents[3]
SYNCS = ROOT / "reverse_etl" / "syncs"
GOOD = """
name: crm__accounts
model: activation.sync_crm__accounts
destination: crm
object: Account
key: {column: crm_id, field: Id}
mode: update
"""


def test_the_shipped_syncs_are_valid() -> None:
    specs = load_specs(SYNCS)
    assert specs["salesforce__accounts"].key.field == "Id"
    assert specs["salesforce__accounts"].guards.max_changed_ratio_by_field["Intelligence_Score__c"] == 1.0


def test_as_shipped_owners_of_accounts_and_foreign_objects_are_left_alone_and_partners_get_two_fields() -> None:
    crm = {name: spec for name, spec in load_specs(SYNCS).items() if spec.destination == "salesforce"}
    written: dict[str, set[str]] = {name: set() for name in crm}
    with (ROOT / "dbt_project" / "seeds" / "field_map.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["sync"] in crm and row["write_mode"] != "never" and row["direction"] != "pull":
                written[row["sync"]].add(row["target_field"])
    assert {spec.object for spec in crm.values()} <= set(OBJECTS)
    assert [
        name for name in crm if crm[name].object == "Account" and "OwnerId" in (*crm[name].allow, *written[name])
    ] == []
    assert written["salesforce__contact_partners"] == {"Prospect_Share_Status__c", "Partner_Prospect_Status__c"}


def test_a_short_file_gets_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "crm__accounts.yml").write_text(GOOD)
    spec = load_specs(tmp_path)["crm__accounts"]
    assert (spec.guards.min_rows, spec.guards.sample_records, spec.retry.rejected_after_hours) == (1, 20, 168.0)


def test_each_fault_of_each_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "crm__accounts.yml").write_text(
        GOOD.replace("object: Account\n", "").replace("mode: update", "mode: replace")
        + "modell: x\nguards: {max_changed_ratio: 2}\n"
    )
    (tmp_path / "other.yml").write_text(GOOD)
    (tmp_path / "twice.yml").write_text(GOOD + "object: Lead\n")
    with pytest.raises(SpecFault) as fault:
        load_specs(tmp_path)
    lines = fault.value.lines
    assert "crm__accounts.yml: object is missing; add it" in lines
    modes = "'update', 'insert', 'upsert', 'mirror', 'membership' or 'delete'"
    assert f"crm__accounts.yml: mode is 'replace'; input should be {modes}" in lines
    assert "crm__accounts.yml: modell is not known; remove it or correct its name" in lines
    assert "crm__accounts.yml: guards.max_changed_ratio is 2; input should be less than or equal to 1" in lines
    assert "other.yml: name 'crm__accounts' differs from the file's; rename one of them" in lines
    assert any(line.startswith("twice.yml: not readable as YAML: object stands twice") for line in lines)
    assert len(lines) == 6


def test_names_that_could_break_sql_are_refused(tmp_path: Path) -> None:
    (tmp_path / "crm__accounts.yml").write_text(GOOD.replace("activation.sync_crm__accounts", 'a.b"; drop table x'))
    with pytest.raises(SpecFault, match="model is 'a"):
        load_specs(tmp_path)
