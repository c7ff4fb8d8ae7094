"""Slack and Teams pass the suite; and what only chats must do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connections.errors import ConnectionFailure, OutcomeUnknown
from connections.slack import SlackCredentials, open_slack
from connections.webhook import open_address
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.slack import SlackDestination
from reverse_etl.destinations.teams import TeamsDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, TEXTS, Conformance


class AlertConformance(Conformance):
    """Alerts: a key, words and an address; several of one batch may share a message."""

    object_name, text_field = "alerts", "text"
    has_partial_failure = False

    def values(self, number: int) -> dict[str, str | None]:
        return {"alert_id": self.key(number), "text": f"Account {number} is now Hot", "url": f"https://crm/{number}"}

    def test_texts_arrive_byte_for_byte(self, bench: Bench) -> None:
        for text in TEXTS:
            values = {"alert_id": "a", "text": text}
            assert bench.write("create", {"a": values}) == {"a": "accepted"}, text
        assert self.words(bench.sandbox) == list(TEXTS)

    def words(self, sandbox: RunningSandbox) -> list[str]:
        """The words of all messages in their order."""
        raise NotImplementedError

    def test_what_is_removed_is_gone(self, bench: Bench) -> None:
        """An alert that has ended needs no message."""
        records = self.some(range(1, 4))
        bench.write("create", records)
        told = len(self.words(bench.sandbox))
        assert set(bench.write("delete", self.some([2])).values()) == {"accepted"}
        assert len(self.words(bench.sandbox)) == told


class TestSlack(AlertConformance):
    service = "slack"
    fault_path = "chat.postMessage"
    longest_text = 30_000
    renews_token = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        credentials = SlackCredentials(env["SLACK_BASE_URL"], env["SLACK_BOT_TOKEN"], env["SLACK_CHANNEL"])
        with open_slack(credentials, retry=QUICK) as connection:
            connection.allow(1_000)
            sandbox.configure("slack", rate_calls=1_000)
            yield SlackDestination(connection, credentials.channel)

    def messages(self, sandbox: RunningSandbox) -> list[dict[str, Any]]:
        """What was posted, oldest first."""
        return [write["after"] for write in sandbox.writes("slack", object="Message")]

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        posted = self.messages(sandbox)
        return {alert: {} for one in posted for alert in one["metadata"]["event_payload"]["alerts"]}

    def words(self, sandbox: RunningSandbox) -> list[str]:
        plain = [one["text"].replace("&lt;", "<").replace("&gt;", ">") for one in self.messages(sandbox)]
        return [text.replace("&amp;", "&") for text in plain]

    def test_a_batch_is_one_message_with_links(self, bench: Bench) -> None:
        bench.write("create", self.some([1, 2]))
        assert self.words(bench.sandbox) == [
            "Account 1 is now Hot <https://crm/1|Open in CRM>\nAccount 2 is now Hot <https://crm/2|Open in CRM>"
        ]

    def test_an_alert_that_ended_and_holds_again_is_news_again(self, bench: Bench) -> None:
        cells = table(CELLS, [("record-1", "alert_id", "record-1")])
        bench.write("create", self.some([1, 2]))
        assert bench.destination.find("alerts", cells)["record_key"].to_pylist() == ["record-1"]
        bench.write("delete", self.some([1]))
        assert bench.destination.find("alerts", cells)["record_key"].to_pylist() == []
        still = table(CELLS, [("record-2", "alert_id", "record-2")])
        assert bench.destination.find("alerts", still)["record_key"].to_pylist() == ["record-2"]

    def test_a_lost_answer_posts_nothing_twice(self, bench: Bench) -> None:
        self.strike(bench, "drop_after_commit")
        with pytest.raises(OutcomeUnknown):
            bench.write("create", self.some([1]))
        cells = table(CELLS, [("record-1", "alert_id", "record-1")])
        assert bench.destination.find("alerts", cells)["record_key"].to_pylist() == ["record-1"]
        assert len(self.messages(bench.sandbox)) == 1

    def test_one_alert_with_too_many_words_does_not_stop_the_others(self, bench: Bench) -> None:
        long = self.values(1) | {"text": "x" * 40_001}
        assert bench.write("create", {"a": long}) == {"a": "rejected"}
        assert set(bench.write("create", {"a": long, "b": self.values(2)}).values()) == {"undivided"}
        assert self.messages(bench.sandbox) == []

    def test_a_channel_that_is_not_ours_is_told_beforehand(self, bench: Bench) -> None:
        env = bench.sandbox.env
        with open_slack(SlackCredentials(env["SLACK_BASE_URL"], env["SLACK_BOT_TOKEN"], "C0OTHER")) as connection:
            (fault,) = SlackDestination(connection, "C0OTHER").check("alerts", frozenset({"create"}), [])
        assert "channel_not_found" in fault
        assert "SLACK_CHANNEL" in fault


@pytest.mark.full
class TestTeams(AlertConformance):
    service = "webhook"
    fault_path = "/teams/"
    has_token = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        with open_address("teams", sandbox.env["TEAMS_BASE_URL"], retry=QUICK) as connection:
            yield TeamsDestination(connection)

    def blocks(self, sandbox: RunningSandbox) -> list[dict[str, Any]]:
        """The text blocks of all cards."""
        cards = [write["after"]["body"] for write in sandbox.writes("webhook", object="Card")]
        return [block for card in cards for block in card if block["type"] == "TextBlock"]

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        return {f"record-{text.split()[1]}": {} for text in self.words(sandbox)}

    def words(self, sandbox: RunningSandbox) -> list[str]:
        return [block["text"] for block in self.blocks(sandbox)]

    def test_the_address_stands_in_no_error(self, bench: Bench) -> None:
        address = f"{bench.sandbox.env['TEAMS_BASE_URL']}/secret-of-the-flow?sig=hidden"
        with open_address("teams", address, retry=QUICK) as connection, pytest.raises(ConnectionFailure) as caught:
            Bench(TeamsDestination(connection), bench.sandbox, "alerts").write("create", self.some([1]))
        assert "secret-of-the-flow" not in str(caught.value)
        assert "hidden" not in str(caught.value)
