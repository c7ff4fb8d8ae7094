"""Records that the org refuses, faults on the way, and answers that get lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from connections.http import Connection
from reverse_etl.destinations.salesforce import SalesforceDestination
from tests.integration.reverse_etl.conftest import SMALL_BULK, Desk, account_id, make_spec

COLLECTIONS_PATH = "/composite/sobjects$"
EVERY_CHANNEL = pytest.mark.parametrize("is_bulk", [False, True], ids=["collections", "bulk"])


def prepare(desk: Desk, *, is_bulk: bool) -> None:
    """All but the sample go through the channel; refusals do not stop the run."""
    desk.channels = SMALL_BULK if is_bulk else desk.channels
    desk.spec = make_spec(guards={"sample_records": 1, "max_rejected_ratio": 1.0})


@EVERY_CHANNEL
def test_a_refused_record_does_not_hold_up_the_others(desk: Desk, is_bulk: bool) -> None:
    prepare(desk, is_bulk=is_bulk)
    desk.rule("ICP_Fit_Score__c > 16", "Scores above 16: ask Sales Ops")
    report = desk.run()
    assert (report.status, report.planned, report.accepted, report.rejected) == ("partial", 11, 10, 1)
    words = "FIELD_CUSTOM_VALIDATION_EXCEPTION: Scores above 16: ask Sales Ops"
    assert report.messages[1] == f"1 record rejected: {words} (for example {account_id(11)})"
    assert desk.sql("select distinct record_key, message from ops.sync_records where status = 'rejected'") == [
        (account_id(11), words)
    ]
    assert desk.sql("select count(*) from ops.sync_ledger where record_key = ?", account_id(11)) == [(0,)]


def test_a_refused_record_is_tried_again_when_its_value_changes_or_time_has_passed(desk: Desk) -> None:
    prepare(desk, is_bulk=False)
    desk.rule("ICP_Fit_Score__c > 16", "too high")
    desk.run()
    waiting = desk.run()
    assert (waiting.planned, waiting.deferred, waiting.api_calls) == (0, 1, 0)

    desk.sql("update ops.sync_deferrals set retry_at = retry_at - interval 8 day")
    assert desk.run().rejected == 1
    assert desk.run().deferred == 1

    desk.change("icp_fit_score = 15", f"salesforce_account_id = '{account_id(11)}'")
    assert desk.run().accepted == 1
    assert desk.held(11, "ICP_Fit_Score__c", "Account_Tier__c") == [15.0, "Tier 3"]
    assert desk.sql("select count(*) from ops.sync_deferrals") == [(0,)]


@EVERY_CHANNEL
def test_locked_records_are_sent_again_in_smaller_batches(desk: Desk, is_bulk: bool) -> None:
    prepare(desk, is_bulk=is_bulk)
    desk.map_field("is_branch", "Is_Branch__c")
    desk.change("is_branch = false")
    path = "/jobs/ingest/" if is_bulk else COLLECTIONS_PATH
    desk.run("dry_run")
    desk.sandbox.fault("salesforce", "partial_failure", path=path, method="PATCH", share=0.5, count=2 - is_bulk)
    report = desk.run()
    assert (report.status, report.accepted, report.rejected) == ("succeeded", 11, 0)
    assert "refused for the moment; trying again in smaller batches" in " ".join(desk.lines)
    assert desk.writes() == 11
    assert desk.are_faults_over()


def test_what_stays_locked_is_tried_again_in_the_next_run(desk: Desk) -> None:
    prepare(desk, is_bulk=False)
    desk.sandbox.fault("salesforce", "partial_failure", path=COLLECTIONS_PATH, share=1.0, count=None)
    report = desk.run()
    assert (report.status, report.accepted) == ("stopped", 0)
    assert "every record of the sample was refused: UNABLE_TO_LOCK_ROW" in report.message
    desk.sandbox.control.delete("/faults")
    assert desk.run().accepted == 11


def test_too_many_refusals_stop_the_run_early(desk: Desk) -> None:
    desk.spec = make_spec(guards={"sample_records": 1})
    for number in (*range(13, 29), 30):
        desk.want(number, account_tier="Tier 1", icp_fit_score=50)
    desk.rule("ICP_Fit_Score__c > 49", "no")
    report = desk.run()
    assert report.status == "stopped"
    assert (
        "17 of 28 records were refused, guards.max_rejected_ratio is 0.2; last refusal: FIELD_CUSTOM" in report.message
    )
    assert report.accepted == 11


@pytest.mark.parametrize(
    ("is_bulk", "fault"),
    [
        (False, {"kind": "expire_token"}),
        (False, {"kind": "429", "count": 2}),
        (True, {"kind": "expire_token"}),
        (True, {"kind": "drop_before"}),
    ],
)
def test_faults_before_a_write_are_overcome(desk: Desk, is_bulk: bool, fault: dict[str, Any]) -> None:
    prepare(desk, is_bulk=is_bulk)
    desk.connection.request("GET", "limits")
    path = "/jobs/ingest" if is_bulk else COLLECTIONS_PATH
    desk.sandbox.fault("salesforce", path=path, **fault)
    report = desk.run()
    assert (report.status, report.accepted, desk.writes()) == ("succeeded", 11, 11)
    assert desk.are_faults_over()


@pytest.mark.parametrize("kind", ["drop_after_commit", "500"])
def test_a_lost_answer_is_read_back_before_anything_is_sent_again(desk: Desk, kind: str) -> None:
    prepare(desk, is_bulk=False)
    desk.sandbox.fault("salesforce", kind, path=COLLECTIONS_PATH, method="PATCH", count=2)
    report = desk.run()
    assert (report.status, report.accepted, report.unknown) == ("succeeded", 11, 0)
    assert desk.writes() == 11
    assert desk.are_faults_over()
    assert "an answer was lost; reading back what was sent" in " ".join(desk.lines)
    messages = desk.sql("select distinct message from ops.sync_records where status = 'accepted'")
    expected = {"the answer was lost; read back and found written"} if kind == "drop_after_commit" else {""}
    assert {message for (message,) in messages} == expected


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_lost_answer_about_a_bulk_job_does_no_harm(desk: Desk, method: str) -> None:
    prepare(desk, is_bulk=True)
    desk.sandbox.fault("salesforce", "drop_after_commit", path="/jobs/ingest", method=method)
    report = desk.run()
    assert (report.status, report.accepted, report.unknown, desk.writes()) == ("succeeded", 11, 0, 11)
    assert desk.are_faults_over()
    assert desk.sql("select count(*) from ops.sync_in_flight") == [(0,)]


class GoingAway(SalesforceDestination):
    """An org that cannot be reached from the second reading on."""

    def __init__(self, connection: Connection, desk: Desk) -> None:
        super().__init__(connection)
        self._desk = desk
        self._readings = 0

    def read(self, object_name: str, keys: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Read, the first time."""
        self._readings += 1
        if self._readings == 2:
            self._desk.sandbox.fault("salesforce", "drop_before", path="/composite/sobjects/Account", count=None)
        return super().read(object_name, keys, fields)


def test_an_org_that_goes_away_leaves_the_unknown_to_the_next_run(desk: Desk) -> None:
    prepare(desk, is_bulk=False)
    desk.sandbox.fault("salesforce", "drop_after_commit", path=COLLECTIONS_PATH, method="PATCH", count=1)
    report = desk.run(destination=GoingAway(desk.connection, desk))
    assert (report.status, report.accepted, report.unknown) == ("failed", 0, 1)
    assert desk.sql("select count(*) > 0 from ops.sync_in_flight") == [(True,)]
    desk.sandbox.control.delete("/faults")

    report = desk.run()
    assert (report.status, report.accepted, desk.writes()) == ("succeeded", 10, 11)
    assert desk.sql("select count(*) from ops.sync_in_flight") == [(0,)]


def test_the_days_quota_stops_the_run_and_the_next_one_goes_on(desk: Desk) -> None:
    prepare(desk, is_bulk=False)
    desk.sandbox.fault("salesforce", "quota", path=COLLECTIONS_PATH, count=None)
    report = desk.run()
    assert (report.status, report.accepted, report.unknown, desk.writes()) == ("failed", 0, 0, 0)
    assert "the quota is used up" in report.message
    assert desk.sql("select count(*) from ops.sync_in_flight") == [(0,)]
    desk.sandbox.control.delete("/faults")
    assert desk.run().accepted == 11


def test_a_spent_budget_of_bulk_batches_stops_the_run_and_the_next_one_goes_on(desk: Desk) -> None:
    prepare(desk, is_bulk=True)
    desk.sandbox.configure("salesforce", bulk_batches=0)
    report = desk.run()
    assert (report.status, report.accepted, report.unknown, desk.writes()) == ("failed", 1, 0, 1)
    assert "ExceededQuota : ApiBatchItems Limit exceeded" in report.message
    desk.sandbox.configure("salesforce", bulk_batches=15_000)
    assert (desk.run().accepted, desk.writes()) == (10, 11)
