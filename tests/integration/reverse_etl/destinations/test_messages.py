"""Slack, Teams, e-mail and webhooks pass the suite; and what only messages must do."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from connections.errors import AuthenticationFailed, ConnectionFailure, OutcomeUnknown
from connections.mail import MailCredentials, MailServer
from connections.slack import SlackCredentials, open_slack
from connections.webhook import open_address, signature
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.email import EmailDestination
from reverse_etl.destinations.slack import SlackDestination
from reverse_etl.destinations.teams import TeamsDestination
from reverse_etl.destinations.webhook import WebhookDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.conformance import QUICK, TEXTS, Bench, Conformance, table


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


class TestWebhook(Conformance):
    service, object_name, text_field = "webhook", "alerts", "text"
    fault_path = "/hooks/"
    has_token, has_partial_failure = False, False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
            connection.allow(1_000)
            yield WebhookDestination(connection, env["WEBHOOK_SECRET"])

    def values(self, number: int) -> dict[str, str | None]:
        return {"event_type": "account.became_hot", "text": f"Account {number}", "overall_score": "85.5", "tier": None}

    def events(self, sandbox: RunningSandbox) -> list[dict[str, Any]]:
        """What the receiver took."""
        return [write["after"] for write in sandbox.writes("webhook", object="Event")]

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        state: dict[str, dict[str, Any]] = {}
        for event in self.events(sandbox):
            if event["type"].endswith(".ended"):
                state.pop(event["data"]["id"])
            else:
                state[event["data"]["id"]] = event["data"]
        return state

    def test_an_event_says_what_happened_in_types(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        (event,) = self.events(bench.sandbox)
        assert event["type"] == "account.became_hot"
        assert event["data"] == {"id": "record-1", "text": "Account 1", "overall_score": 85.5, "tier": None}

    def test_the_same_event_is_taken_once(self, bench: Bench) -> None:
        for batch_id in ("one", "one", "two"):
            bench.write("create", self.some([1]), batch_id=batch_id)
        assert len(self.events(bench.sandbox)) == 2

    def test_failures_of_the_moment_are_tried_again_with_the_same_signature_rules(self, bench: Bench) -> None:
        for kind in ("500", "429"):
            self.strike(bench, kind, count=2, **({"retry_after": 0} if kind == "429" else {}))
            assert bench.write("create", self.some([1]), batch_id=kind) == {"record-1": "accepted"}
        assert len(self.events(bench.sandbox)) == 2

    def test_a_wrong_secret_an_old_event_and_an_address_that_is_gone_stop_the_run(self, bench: Bench) -> None:
        env = bench.sandbox.env
        wrong = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
        gone = env["WEBHOOK_BASE_URL"].replace("/revops", "/gone")
        for address, secret, clock in (
            (env["WEBHOOK_BASE_URL"], wrong, None),
            (env["WEBHOOK_BASE_URL"], "not a secret", None),
            (gone, env["WEBHOOK_SECRET"], None),
        ):
            with open_address("webhook", address, retry=QUICK) as connection:
                bench.destination = WebhookDestination(connection, secret, **({"clock": clock} if clock else {}))
                with pytest.raises(ConnectionFailure):
                    bench.write("create", self.some([1]))
        with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
            bench.destination = WebhookDestination(connection, env["WEBHOOK_SECRET"], clock=lambda: 1_700_000_000.0)
            assert bench.write("create", self.some([1])) == {"record-1": "rejected"}
        assert self.events(bench.sandbox) == []

    def test_a_replay_is_not_taken(self, bench: Bench) -> None:
        """Somebody who saw an event cannot send it again after five minutes, nor change a byte of it at once."""
        address, secret = bench.sandbox.env["WEBHOOK_BASE_URL"], bench.sandbox.env["WEBHOOK_SECRET"]
        body = b'{"type":"account.became_hot","data":{}}'
        then = int(time.time()) - 600
        headers = {"webhook-id": "evt_1", "webhook-timestamp": str(then)}
        with bench.sandbox.client("https://127.0.0.1") as thief:
            old = headers | {"webhook-signature": signature(secret, "evt_1", then, body)}
            assert thief.post(address, content=body, headers=old).status_code == 400
            forged = old | {"webhook-timestamp": str(then + 1)}
            assert thief.post(address, content=body, headers=forged).status_code == 401

    def test_leads_tell_what_is_new_and_what_is_no_more(self, bench: Bench) -> None:
        bench.object_name = "leads"
        bench.write("create", {"00Q1": {"grade": "B", "overall_score": "61"}})
        bench.write("update", {"00Q1": {"grade": None, "overall_score": "84.25"}})
        told = [(event["type"], event["data"]) for event in self.events(bench.sandbox)]
        assert told == [
            ("lead.created", {"id": "00Q1", "grade": "B", "overall_score": 61.0}),
            ("lead.score_updated", {"id": "00Q1", "overall_score": 84.25, "grade": None}),
        ]


class Mailbox:
    """A real SMTP server's handler that keeps what it takes; `refuse` answers instead, by recipient."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.drop = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        if self.drop:
            assert server.transport is not None
            server.transport.close()
        return "250 taken"


def content(message: EmailMessage) -> str:
    """The words; lines end in CRLF on the wire (RFC 5321)."""
    return str(message.get_content()).replace("\r\n", "\n")


def serve(box: Mailbox) -> tuple[Controller, int]:
    """A mail server on a port that is free; aiosmtpd's controller cannot choose one itself."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    return controller, port


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, Bench]]:
    """A mail server on a free port, and the destination that talks to it."""
    box = Mailbox()
    controller, port = serve(box)
    credentials = MailCredentials(f"smtp://127.0.0.1:{port}", "marketmap <alerts@acme.com>", "revops@acme.com")
    with MailServer(credentials) as server:
        destination: Destination = EmailDestination(server, credentials.sender, credentials.recipients)
        yield box, Bench(destination, None, "alerts")  # type: ignore[arg-type]  # no sandbox: a real SMTP server
    controller.stop()


class TestEmail:
    """SMTP knows no faults of the sandbox; a real server answers."""

    @staticmethod
    def _alert(number: int, recipient: str | None = None, text: str = "") -> dict[str, str | None]:
        return {"alert_id": f"a{number}", "recipient": recipient, "text": text or f"Account {number} is now Hot"}

    def test_each_owner_gets_one_message_and_everybody_the_rest(self, mailbox: tuple[Mailbox, Bench]) -> None:
        box, bench = mailbox
        texts = {"a1": self._alert(1, "ann@acme.com"), "a2": self._alert(2, "ann@acme.com"), "a3": self._alert(3)}
        assert set(bench.write("create", texts).values()) == {"accepted"}
        told = {str(message["To"]): content(message) for message in box.messages}
        assert told == {
            "ann@acme.com": "Account 1 is now Hot\n\nAccount 2 is now Hot\n",
            "revops@acme.com": "Account 3 is now Hot\n",
        }
        assert [str(message["Subject"]) for message in box.messages] == [
            "2 accounts to look at",
            "Account 3 is now Hot",
        ]
        assert set(bench.write("delete", texts).values()) == {"accepted"}
        assert len(box.messages) == 2

    def test_texts_arrive_byte_for_byte(self, mailbox: tuple[Mailbox, Bench]) -> None:
        box, bench = mailbox
        texts = [text for text in TEXTS if "\r" not in text] + ["Ж" * 32_000]
        for number, text in enumerate(texts):
            assert bench.write("create", {"a": self._alert(number, text=text)}) == {"a": "accepted"}
        assert [content(message).removesuffix("\n") for message in box.messages] == texts

    def test_a_refused_recipient_does_not_stop_the_others(self, mailbox: tuple[Mailbox, Bench]) -> None:
        box, bench = mailbox
        box.refuse = {"gone@acme.com": "550 no such user here", "full@acme.com": "452 try later"}
        alerts = {
            "ok": self._alert(1, "ann@acme.com"),
            "gone": self._alert(2, "gone@acme.com"),
            "full": self._alert(3, "full@acme.com"),
            "after": self._alert(4, "bob@acme.com"),
        }
        statuses = bench.write("create", alerts)
        assert statuses == {"ok": "accepted", "gone": "rejected", "full": "retryable", "after": "accepted"}

    def test_a_lost_answer_is_unknown_and_never_sent_again_by_itself(self, mailbox: tuple[Mailbox, Bench]) -> None:
        box, bench = mailbox
        box.drop = True
        assert bench.write("create", {"a": self._alert(1)}) == {"a": "unknown"}
        assert not bench.destination.limits.is_repeatable

    def test_a_server_that_is_not_there_is_told_in_one_line(self) -> None:
        credentials = MailCredentials("smtp://127.0.0.1:1", "a@acme.com", "b@acme.com")
        with MailServer(credentials) as server, pytest.raises(ConnectionFailure, match="Check EMAIL_BASE_URL"):
            server.send(EmailMessage())

    def test_a_refused_login_is_told(self) -> None:
        controller, port = serve(Mailbox())
        credentials = MailCredentials(f"smtp://127.0.0.1:{port}", "a@acme.com", "b@acme.com", "user", "password")
        with MailServer(credentials) as server, pytest.raises((AuthenticationFailed, ConnectionFailure)):
            server.send(EmailMessage())
        controller.stop()
