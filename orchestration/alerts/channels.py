"""How alerts reach people: one message per change of the book, to each channel whose address is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from typing import Any, cast

from connections.mail import MailCredentials, MailServer
from connections.webhook import open_address, teams_message, text_block
from connections.wording import scrubbed
from orchestration.alerts.book import Alert, Changes
from orchestration.alerts.problems import ERROR
from orchestration.settings import Settings

_LONGEST = 700  # the remedy stands at the end
_MOST = 10  # problems named in one message; the rest are counted


def message(changes: Changes, home: str) -> str:
    """The text of a message. E-mail addresses and phone numbers in examples are masked: a channel has many readers."""
    lines = [f"marketmap ({home}): {_counted(changes)}"]
    lines += [_opened(alert) for alert in changes.opened[:_MOST]]
    if len(changes.opened) > _MOST:
        lines.append(f"... and {len(changes.opened) - _MOST} more: marketmap status")
    lines += [f"✅ over: {_said(alert)}" for alert in changes.resolved[:_MOST]]
    if len(changes.resolved) > _MOST:
        lines.append(f"... and {len(changes.resolved) - _MOST} more are over")
    return "\n".join(lines)


def send(settings: Settings, channel: str, text: str) -> None:
    """Send a message to one channel; raises ConnectionFailure."""
    address = settings.alert_addresses[channel]
    if channel == "email":
        _mail(settings, address, text)
        return
    with open_address(f"alert_{channel}", address, secrets=(address,)) as connection:
        connection.request("POST", "", json=_BODIES[channel](text))


def _counted(changes: Changes) -> str:
    problems = len(changes.opened)
    parts = [f"{problems} new problem{'s' * (problems != 1)}"] if problems else []
    if changes.resolved:
        parts.append(f"{len(changes.resolved)} over")
    return ", ".join(parts)


def _opened(alert: Alert) -> str:
    owner = f" (owner: {alert.owner})" if alert.owner else ""
    return f"{'🔴' if alert.severity == ERROR else '🟡'} {_said(alert)}{owner}"


def _said(alert: Alert) -> str:
    return scrubbed(" ".join(alert.lines), longest=_LONGEST)


def _mail(settings: Settings, recipients: str, text: str) -> None:
    credentials = cast("MailCredentials", settings.credentials["email"])
    subject, _, _ = text.partition("\n")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = credentials.sender, recipients, subject
    mail.set_content(text)
    with MailServer(credentials) as server:
        server.send(mail)


def _slack(text: str) -> dict[str, Any]:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": escaped}


def _teams(text: str) -> dict[str, Any]:
    return teams_message([text_block(line) for line in text.splitlines()])


# By the channels of settings.ALERT_CHANNELS that are webhooks.
_BODIES: Mapping[str, Callable[[str], dict[str, Any]]] = {"slack": _slack, "teams": _teams}
