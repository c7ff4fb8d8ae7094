"""What an error line may say: transport faults in plain words, vendors' texts without secrets and personal data."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterable, Iterator

import httpx

_EMAIL = re.compile(r"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
# A date is looked for first: it is made of what phone numbers are made of.
_DATE_OR_PHONE = re.compile(
    r"(?P<date>(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)(?:[ T]\d{2}:\d{2}(?::\d{2})?)?)|(?<![\w.])\+?\d[\d ()/-]{7,}\d(?![\w.])"
)
_LONGEST_TEXT = 300
# Anything shorter is no secret, and masking it would tear words apart.
_SHORTEST_SECRET = 4


def scrubbed(text: str, secrets: Iterable[str] = (), *, longest: int = _LONGEST_TEXT) -> str:
    """`text` on one line, at most `longest` characters, with secrets, e-mail addresses and phone numbers masked."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    text = _DATE_OR_PHONE.sub(lambda found: found["date"] or "<phone>", _EMAIL.sub("<e-mail>", " ".join(text.split())))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def is_untrusted(error: httpx.TransportError) -> bool:
    """Whether TLS itself failed: waiting does not help."""
    return any(isinstance(cause, ssl.SSLError) for cause in causes(error)) and isinstance(error, httpx.ConnectError)


def was_never_sent(error: httpx.TransportError) -> bool:
    """Whether the request certainly did not reach the server, so that repeating it is safe for any method."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def transport_problem(error: httpx.TransportError, address: str, settings: str) -> tuple[str, str]:
    """(problem, remedy) of a request that got no answer; `address` = scheme, host and port, `settings` = SALESFORCE."""
    where = f"Check {settings}_BASE_URL and the network"
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            remedy = f"If a private CA signed it, name its file in SSL_CERT_FILE; otherwise check {settings}_BASE_URL"
            return f"the certificate of {address} is not trusted ({cause.verify_message})", remedy
        if isinstance(cause, ssl.SSLError) and isinstance(error, httpx.ConnectError):
            return f"no TLS with {address} ({cause.reason or 'handshake failed'})", f"{where}; it must speak https"
        if isinstance(cause, socket.gaierror):
            return f"the host of {address} is not known to DNS", where
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens at {address}", where
    if isinstance(error, httpx.TimeoutException):
        return f"no answer from {address} in time", "Run again; nothing that was complete is lost"
    if isinstance(error, httpx.ConnectError):
        return f"cannot connect to {address} ({scrubbed(str(error))})", where
    return f"the connection to {address} was cut", "Run again; nothing that was complete is lost"
