"""The declared syncs of audiences and alerts, run by the engine: membership follows the model, news is told once."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connections.linkedin import open_linkedin
from connections.meta import MetaCredentials, open_meta
from connections.slack import SlackCredentials, open_slack
from connections.webhook import open_address
from reverse_etl.destinations.linkedin import LinkedInDestination
from reverse_etl.destinations.meta import MetaDestination
from reverse_etl.destinations.slack import SlackDestination
from reverse_etl.destinations.webhook import WebhookDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.conformance import QUICK
from tests.integration.reverse_etl.declared import SPECS, Desk
from tests.integration.reverse_etl.destinations.test_ad_platforms import linkedin_credentials


def hashed(number: int) -> str:
    """The hash of an address."""
    return sha256(f"person{number}@example.com".encode()).hexdigest()


@pytest.fixture
def linkedin(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """LinkedIn audiences of people."""
    credentials = linkedin_credentials(clean_sandbox.env)
    with open_linkedin(credentials, retry=QUICK) as connection:
        destination = LinkedInDestination(connection, credentials.ad_account, sleep=clean_sandbox.advance)
        yield Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["linkedin__members"], destination)


@pytest.fixture
def meta(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """Meta audiences of people."""
    env = clean_sandbox.env
    credentials = MetaCredentials(env["META_BASE_URL"], env["META_ACCESS_TOKEN"], env["META_AD_ACCOUNT"])
    with open_meta(credentials, retry=QUICK) as connection:
        destination = MetaDestination(connection, credentials.ad_account)
        yield Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["meta__members"], destination)


@pytest.fixture
def slack(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """Alerts in a channel."""
    env = clean_sandbox.env
    credentials = SlackCredentials(env["SLACK_BASE_URL"], env["SLACK_BOT_TOKEN"], env["SLACK_CHANNEL"])
    clean_sandbox.configure("slack", rate_calls=1_000)
    with open_slack(credentials, retry=QUICK) as connection:
        connection.allow(1_000)
        destination = SlackDestination(connection, credentials.channel)
        yield Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["slack__alerts"], destination)


def member(number: int, audience: str = "Tier 1 buyers", **more: str) -> dict[str, Any]:
    """A row of an audience's model."""
    values = {"member_id": f"{audience}:{hashed(number)}", "audience": audience, "email_sha256": hashed(number)}
    return values | more


def moves(desk: Desk) -> list[tuple[str, str]]:
    """Who came and went, in order."""
    writes = desk.sandbox.writes(desk.spec.destination, object="AudienceMember")
    return [(write["operation"], write["record_id"]) for write in writes]


def test_an_audience_follows_its_members_and_nothing_else_moves(linkedin: Desk) -> None:
    linkedin.want([member(n) for n in range(1, 6)])
    assert linkedin.run().accepted == 5
    assert sorted(moves(linkedin)) == sorted(("add", hashed(n)) for n in range(1, 6))

    again = linkedin.run()
    assert (again.status, again.planned, again.unchanged, again.api_calls) == ("succeeded", 0, 5, 0)

    linkedin.want([member(n) for n in (1, 2, 3, 6)])
    changed = linkedin.run()
    assert (changed.accepted, changed.unchanged) == (3, 3)
    assert sorted(moves(linkedin)[5:]) == sorted([("remove", hashed(4)), ("remove", hashed(5)), ("add", hashed(6))])


def test_everybody_can_leave_at_once(linkedin: Desk) -> None:
    linkedin.want([member(n) for n in range(1, 4)])
    linkedin.run()
    linkedin.want([])
    report = linkedin.run()
    assert (report.status, report.accepted) == ("succeeded", 3)
    assert [kind for kind, _ in moves(linkedin)] == ["add"] * 3 + ["remove"] * 3
    assert linkedin.run().api_calls == 0


def test_a_dry_run_says_the_same_and_sends_nothing(linkedin: Desk) -> None:
    linkedin.want([member(n) for n in range(1, 4)])
    dry = linkedin.run(mode="dry_run")
    assert (dry.planned, moves(linkedin)) == (3, [])
    assert linkedin.run().accepted == dry.planned


def test_keys_that_are_null_or_stand_twice_are_left_out_and_told(linkedin: Desk) -> None:
    linkedin.want([member(1), member(2), member(2), member(3) | {"member_id": None}])
    report = linkedin.run()
    assert (report.accepted, report.invalid) == (1, 3)
    assert moves(linkedin) == [("add", hashed(1))]


def test_more_identifiers_are_told_again_and_fewer_too(meta: Desk) -> None:
    meta.want([member(1), member(2)])
    meta.run()
    meta.want([member(1, phone_sha256=hashed(901)), member(2)])
    assert meta.run().accepted == 1
    (last,) = meta.sandbox.writes("meta", object="AudienceMember")[2:]
    assert last["after"]["member"] == {"EMAIL": hashed(1), "PHONE": hashed(901)}


@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before", "500"])
def test_a_lost_answer_leaves_the_audience_whole_and_nobody_twice(meta: Desk, kind: str) -> None:
    meta.want([member(n) for n in range(1, 8)])
    meta.sandbox.fault("meta", kind, path="/users$")
    for _ in range(2):
        report = meta.run()
    assert report.status == "succeeded"
    assert sorted(moves(meta)) == sorted(("add", hashed(n)) for n in range(1, 8))
    assert meta.run().api_calls == 0


def test_counts_only_answers_are_divided_down_to_the_culprits(meta: Desk) -> None:
    meta.want([member(n) for n in range(1, 41)])
    meta.spec = meta.spec.model_copy(update={"guards": meta.spec.guards.model_copy(update={"max_rejected_ratio": 1.0})})
    meta.sandbox.fault("meta", "partial_failure", path="/users$", share=0.2, count=None)
    report = meta.run()
    told = {key for _, key in moves(meta)}
    assert (report.status, report.accepted, report.rejected) == ("partial", len(told), 40 - len(told))
    assert 0 < report.rejected < 20
    with duckdb.connect(str(meta.warehouse)) as con:
        words = con.execute("select distinct message from ops.sync_records where status = 'rejected'").fetchall()
    assert words == [("Meta found the row invalid (Could not be processed)",)]


def test_a_spent_quota_stops_the_run_and_the_next_one_goes_on(meta: Desk) -> None:
    meta.want([member(n, audience) for n in range(1, 4) for audience in ("A", "B")])
    meta.sandbox.fault("meta", "quota", path="/users$", count=None)
    stopped = meta.run()
    assert (stopped.status, stopped.accepted) == ("failed", 0)
    assert "quota is used up" in stopped.message
    meta.sandbox.control.delete("/faults")
    assert meta.run().accepted == 6
    assert len(moves(meta)) == 6


def alert(number: int, text: str = "") -> dict[str, Any]:
    """A row of the alerts' model."""
    return {"alert_id": f"hot:acc_{number}", "alert_text": text or f"Account {number} is now Hot with score 86."}


def posted(desk: Desk) -> list[str]:
    """The messages of the channel."""
    return [write["after"]["text"] for write in desk.sandbox.writes("slack", object="Message")]


def test_an_alert_is_told_once_while_it_holds_and_again_when_it_holds_again(slack: Desk) -> None:
    slack.want([])
    assert slack.run().status == "succeeded"
    slack.want([alert(1)])  # 84 -> 86
    slack.run()
    slack.want([alert(1, "Account 1 is now Hot with score 90.")])  # 86 -> 90
    assert slack.run().accepted == 0
    assert posted(slack) == ["Account 1 is now Hot with score 86."]
    slack.want([])  # 90 -> 80
    slack.run()
    assert len(posted(slack)) == 1
    slack.want([alert(1)])  # 80 -> 86
    slack.run()
    assert posted(slack) == ["Account 1 is now Hot with score 86."] * 2
    assert slack.run().api_calls == 0


@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before", "429"])
def test_an_alert_is_told_once_whatever_happens_to_the_answer(slack: Desk, kind: str) -> None:
    slack.want([alert(n) for n in range(1, 4)])
    slack.sandbox.fault("slack", kind, path="chat.postMessage", **({"retry_after": 0} if kind == "429" else {}))
    for _ in range(2):
        slack.run()
    assert sum(text.count("is now Hot") for text in posted(slack)) == 3
    assert slack.run().api_calls == 0


def test_a_webhook_is_told_when_something_begins_and_when_it_ends(
    clean_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    env = clean_sandbox.env
    with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
        destination = WebhookDestination(connection, env["WEBHOOK_SECRET"])
        desk = Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["webhook__alerts"], destination)
        row = alert(1) | {"event_type": "account.became_mql", "account_id": "acc_1", "overall_score": 85.0}
        clean_sandbox.fault("webhook", "500", path="/hooks/", count=2)
        for rows in ([row], [row], []):
            desk.want(rows)
            assert desk.run().status == "succeeded"
    told = [write["after"] for write in clean_sandbox.writes("webhook", object="Event")]
    assert [event["type"] for event in told] == ["account.became_mql", "account.became_mql.ended"]
    assert told[0]["data"]["overall_score"] == 85.0
