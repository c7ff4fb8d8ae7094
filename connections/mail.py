"""Outgoing mail: one SMTP session, whose replies become the same errors as those of every other system (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from connections.errors import AuthenticationFailed, ConnectionFailure, OutcomeUnknown, RequestRejected, Unreachable
from connections.verdicts import Usage
from connections.wording import scrubbed

_SYSTEM = "email"
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class MailCredentials:
    """smtp://host:587 (STARTTLS) or smtps://host:465; `sender` and `recipients` (comma) are addresses of our own."""

    base_url: str
    sender: str
    recipients: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class MailServer:
    """A context manager that logs in with the first message; not for several threads at once."""

    def __init__(self, credentials: MailCredentials) -> None:
        self.usage = Usage()
        self._credentials = credentials
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say good-bye, if anything was said at all."""
        if self._session is not None:
            try:
                self._session.quit()
            except (smtplib.SMTPException, OSError):
                self._session.close()
            self._session = None

    def send(self, message: EmailMessage) -> None:
        """Hand one message over.

        Raises RequestRejected for a permanent refusal (5xx), Unreachable for one of the moment (4xx) or without a
        connection, OutcomeUnknown when the answer to the message itself was lost.
        """
        session = self._session or self._open()
        self.usage.calls += 1
        try:
            session.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            raise self._refusal(code, words) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise self._refusal(refusal.smtp_code, refusal.smtp_error) from refusal
        except (smtplib.SMTPServerDisconnected, OSError) as lost:
            session.close()
            self._session = None
            problem = f"the connection was lost while a message was handed over ({type(lost).__name__})"
            raise OutcomeUnknown(_SYSTEM, problem, "Look into the mailbox before sending it again") from lost

    def _open(self) -> smtplib.SMTP:
        own = self._credentials
        host = urlsplit(own.base_url).hostname or ""
        try:
            session = self._connect(host)
        except (smtplib.SMTPException, OSError) as error:
            words = scrubbed(str(error))
            raise Unreachable(_SYSTEM, f"no session with {host} ({words})", "Check EMAIL_BASE_URL") from error
        try:
            self._sign_in(session, host)
        except smtplib.SMTPAuthenticationError as refusal:
            session.close()
            remedy = "Check EMAIL_USERNAME, EMAIL_PASSWORD"
            raise AuthenticationFailed(_SYSTEM, f"login refused ({refusal.smtp_code})", remedy) from refusal
        except (smtplib.SMTPException, OSError) as error:
            session.close()
            words = scrubbed(str(error))
            raise Unreachable(_SYSTEM, f"no session with {host} ({words})", "Check the EMAIL_ settings") from error
        self._session = session
        return session

    def _connect(self, host: str) -> smtplib.SMTP:
        address = urlsplit(self._credentials.base_url)
        if address.scheme == "smtps":
            trust = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, address.port or 465, timeout=_TIMEOUT_SECONDS, context=trust)
        return smtplib.SMTP(host, address.port or 587, timeout=_TIMEOUT_SECONDS)

    def _sign_in(self, session: smtplib.SMTP, host: str) -> None:
        """Encrypt where the server offers it, which any but the local one must; then log in if a name is given."""
        session.ehlo()
        if not isinstance(session, smtplib.SMTP_SSL) and session.has_extn("starttls"):
            session.starttls(context=ssl.create_default_context())
        elif not isinstance(session, smtplib.SMTP_SSL) and host not in _LOCAL:
            raise smtplib.SMTPNotSupportedError("the server offers no encryption; use one with STARTTLS, or smtps://")
        if self._credentials.username is not None:
            session.login(self._credentials.username, self._credentials.password or "")

    def _refusal(self, code: int, words: bytes | str) -> ConnectionFailure:
        self.usage.errors += 1
        text = scrubbed(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)
        if 400 <= code < 500:
            return Unreachable(_SYSTEM, f"the server refused for the moment ({code} {text})", "Run again later")
        remedy = "Correct the address or the sender's rights"
        return RequestRejected(_SYSTEM, f"{code} {text}", remedy, status=code, code=str(code), body="")
