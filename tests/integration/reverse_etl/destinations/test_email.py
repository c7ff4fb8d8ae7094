"""E-mail, against a real SMTP server: the sandbox has none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from connections.errors import AuthenticationFailed, ConnectionFailure
from connections.mail import MailCredentials, MailServer
from reverse_etl.destinations import Destination
from reverse_etl.destinations.email import EmailDestination
from tests.integration.reverse_etl.bench import Bench
from tests.integration.reverse_etl.conformance import TEXTS


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
