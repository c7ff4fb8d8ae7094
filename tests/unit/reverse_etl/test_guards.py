"""Limits and descriptions: what is refused and how it is told."""

from __future__ import annotations

from typing import Any

import pytest

from reverse_etl.counts import PlanCounts
from reverse_etl.destinations import Channel, Limits
from reverse_etl.guards import plan_faults, rejection_fault, resync_fault
from reverse_etl.spec import Guards, SyncSpec

SPEC = SyncSpec.model_validate(
    {
        "name": "crm__accounts",
        "model": "activation.sync_crm__accounts",
        "destination": "crm",
        "object": "Account",
        "key": {"column": "crm_id", "field": "Id"},
        "mode": "update",
        "guards": {
            "max_changed_ratio": 0.1,
            "max_changed_ratio_by_field": {"Score__c": 1.0},
            "approval_above_records": 500,
        },
    }
)


def counts(**changes: Any) -> PlanCounts:
    usual = {
        "desired": 1000,
        "planned": 100,
        "deferred": 0,
        "skipped": 0,
        "invalid": 0,
        "acknowledged": 1000,
        "removed": 0,
        "creates": 0,
        "deletes": 0,
        "removals": 0,
    }
    return PlanCounts(**{**usual, "changed_by_field": {}, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"desired": 0, "planned": 0}, "holds 0 rows, guards.min_rows is 1"),
        ({"planned": 501}, "this run would write up to 501 records, guards.approval_above_records is 500"),
        ({"removed": 201}, "201 of 1,000 records written before are no longer in"),
        ({"removed": 200}, None),
        ({"changed_by_field": {"Tier__c": 101}}, "Tier__c would change in 101 of 1,000 records"),
        ({"changed_by_field": {"Tier__c": 100, "Score__c": 1000}}, None),
        ({"changed_by_field": {"Tier__c": 1}, "acknowledged": 2}, None),
        ({"acknowledged": 0, "planned": 400}, None),
        (
            {"acknowledged": 0, "changed_by_field": {"Tier__c": 2}},
            "Tier__c would replace what 2 records hold, and none",
        ),
    ],
)
def test_the_plan_is_held_against_each_limit(changes: dict[str, Any], expected: str | None) -> None:
    faults = plan_faults(SPEC, counts(**changes), approval=None, is_resync=False)
    assert len(faults) == (expected is not None)
    assert expected is None or expected in faults[0]


def test_an_approval_lifts_all_limits_but_the_smallest_number_of_rows() -> None:
    wild = {"planned": 900, "removed": 900, "changed_by_field": {"Tier__c": 900}}
    assert len(plan_faults(SPEC, counts(**wild), approval=None, is_resync=True)) == 3
    assert plan_faults(SPEC, counts(**wild), approval="Ada: new thresholds", is_resync=True) == []
    assert plan_faults(SPEC, counts(desired=0), approval="Ada: yes", is_resync=False) != []


def test_rejections_stop_the_run_once_there_are_enough_answers() -> None:
    guards = Guards(max_rejected_ratio=0.2)
    assert rejection_fault("crm", guards, answered=19, rejected=19, words="no") is None
    assert rejection_fault("crm", guards, answered=20, rejected=4, words="no") is None
    fault = rejection_fault("crm", guards, answered=20, rejected=5, words="no")
    assert fault == "crm: 5 of 20 records were refused, guards.max_rejected_ratio is 0.2; last refusal: no"


def test_an_empty_ledger_is_suspicious_only_after_writes() -> None:
    assert resync_fault("crm", is_ledger_empty=True, accepted_before=0, reason=None) is None
    assert resync_fault("crm", is_ledger_empty=False, accepted_before=5, reason=None) is None
    assert resync_fault("crm", is_ledger_empty=True, accepted_before=5, reason="restored") is None
    assert "pass a reason" in str(resync_fault("crm", is_ledger_empty=True, accepted_before=5, reason=None))


def test_the_channel_follows_the_volume() -> None:
    small, large = Channel("small", 0, 200, 2000, 1), Channel("large", 2000, 50_000, 50_000, 1)
    limits = Limits((small, large), key_fields=("Id",), blank_is_null=True)
    assert [limits.channel(records).name for records in (0, 1, 1999, 2000, 10**6)] == ["small"] * 3 + ["large"] * 2
