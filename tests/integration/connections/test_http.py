"""Every way a request can go wrong, against a server that really does it."""

from __future__ import annotations

import io
import logging
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from connections import AuthenticationFailed, OutcomeUnknown, QuotaExhausted, RequestRejected, Unreachable
from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect, Usage

from .scripted import Answer, Script, serve

Opener = Callable[..., Connection]
FAST = RetryPolicy(base_seconds=0.001)


def connect(url: str, sleeps: list[float] | None = None, **changes: Any) -> Connection:
    """A connection without a vendor; waits are noted, not waited."""
    terms: dict[str, Any] = {
        "system": "acme", "base_url": url, "dialect": Dialect(root="/v1"), "rate": Rate(), "secrets": ("s3cret",),
        "retry": FAST,
    }  # fmt: skip
    return Connection(Terms(**(terms | changes)), sleep=(sleeps if sleeps is not None else []).append)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_retried(server: Script, status: int) -> None:
    server.on("/v1/things", Answer(status), Answer(status), Answer(200, {"n": 1}))
    with connect(server.url) as acme:
        assert acme.request("GET", "things").json() == {"n": 1}
    assert acme.usage == Usage(calls=3, retries=2, errors=0)


def test_a_lasting_fault_ends_in_one_line(server: Script) -> None:
    server.on("/v1/things", Answer(503))
    with connect(server.url) as acme, pytest.raises(Unreachable) as caught:
        acme.request("GET", "things", params={"q": "O'Brien"})
    assert "acme: GET things was answered with 503" in str(caught.value)
    assert "tries: 6" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Brien" not in str(caught.value)
    assert acme.usage.errors == 1


def test_retry_after_is_a_minimum_in_both_forms(server: Script) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    server.on("/v1/a", Answer(429, headers={"Retry-After": "7"}), Answer(503, headers={"Retry-After": date}), Answer())
    sleeps: list[float] = []
    with connect(server.url, sleeps) as acme:
        acme.request("GET", "a")
    assert 7.0 <= sleeps[0] < 7.1
    assert 6.0 <= sleeps[1] < 9.1


def test_waiting_is_bounded_in_all(server: Script) -> None:
    server.on("/v1/a", Answer(429, headers={"Retry-After": "3600"}))
    sleeps: list[float] = []
    with connect(server.url, sleeps) as acme, pytest.raises(Unreachable):
        acme.request("GET", "a")
    assert sleeps == []


@pytest.mark.parametrize("answer", [Answer(cut=0), Answer(500), Answer(502), Answer(200, b"x" * 100, cut=10)])
def test_a_lost_answer_to_a_write_is_unknown_and_never_repeated(server: Script, answer: Answer) -> None:
    server.on("/v1/a", answer)
    with connect(server.url) as acme, pytest.raises(OutcomeUnknown):
        acme.request("POST", "a", json={})
    assert len(server.calls("/v1/a")) == 1


def test_a_write_that_was_refused_unprocessed_is_repeated(server: Script) -> None:
    server.on("/v1/a", Answer(429), Answer(503), Answer(201, {"id": 1}))
    with connect(server.url) as acme:
        assert acme.request("POST", "a", json={}).status_code == 201


@pytest.mark.parametrize("answer", [Answer(cut=0), Answer(200, b"x" * 100, cut=10)])
def test_a_cut_read_is_repeated(server: Script, answer: Answer) -> None:
    server.on("/v1/a", answer, Answer(200, b"whole"))
    with connect(server.url) as acme:
        assert acme.request("GET", "a").content == b"whole"


def test_a_refused_request_is_not_repeated_and_keeps_the_answer(server: Script) -> None:
    server.on("/v1/a", Answer(400, {"message": "no such field"}))
    with connect(server.url) as acme, pytest.raises(RequestRejected) as caught:
        acme.request("GET", "a")
    assert (caught.value.status, caught.value.code, len(server.seen)) == (400, "400", 1)
    assert "no such field" in caught.value.body
    with connect(server.url) as acme:
        assert acme.request("GET", "a", expect={400}).status_code == 400


def test_missing_rights_name_the_credentials(server: Script) -> None:
    server.on("/v1/a", Answer(401))
    with connect(server.url) as acme, pytest.raises(AuthenticationFailed, match="Check the ACME_ credentials"):
        acme.request("GET", "a")


def test_the_daily_budget_stops_before_it_is_exceeded(server: Script) -> None:
    def note(_response: object, usage: Usage) -> None:
        usage.daily_limit, usage.daily_remaining = 100, 100 - 79 - usage.calls

    server.on("/v1/a", Answer())
    with connect(server.url, dialect=Dialect(root="/v1", note=note), daily_budget_ratio=0.8) as acme:
        acme.request("GET", "a")
        with pytest.raises(QuotaExhausted, match="80 of the day's 100 API calls are used, and we stop at 80%"):
            acme.request("GET", "a")
    assert len(server.seen) == 1


def test_a_broken_download_goes_on_where_it_broke(server: Script) -> None:
    body = bytes(range(256)) * 400
    server.on(
        "/v1/file",
        Answer(200, body, cut=5000),
        lambda seen: Answer(206, body[int(seen.headers["range"][6:-1]) :]),
    )
    target = io.BytesIO()
    with connect(server.url) as acme:
        acme.download("file", target)
    assert target.getvalue() == body
    assert acme.usage.retries == 1


def test_a_broken_download_starts_again_without_ranges(server: Script) -> None:
    body = b"0123456789" * 10_000
    server.on("/v1/file", Answer(200, body, cut=70_000), Answer(200, body))
    target = io.BytesIO()
    with connect(server.url) as acme:
        acme.download("file", target)
    assert target.getvalue() == body


def test_nobody_listens() -> None:
    with connect("http://127.0.0.1:9") as acme, pytest.raises(Unreachable) as caught:
        acme.request("POST", "a")
    assert "nothing listens at http://127.0.0.1:9" in str(caught.value)
    assert "Check ACME_BASE_URL" in str(caught.value)


def test_an_unknown_host() -> None:
    with connect("http://no-such-host.invalid") as acme, pytest.raises(Unreachable, match="not known to DNS"):
        acme.request("GET", "a")


@pytest.mark.parametrize("url", ["", "acme.example.com", "ftp://acme.example.com", "https://"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(Unreachable, match="Set ACME_BASE_URL to https://host"):
        connect(url)


def test_a_private_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with serve(Script(), context) as server:
        server.on("/v1/a", Answer())
        with connect(server.url) as acme, pytest.raises(Unreachable, match=r"is not trusted .* SSL_CERT_FILE"):
            acme.request("GET", "a")
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        with connect(server.url) as acme:
            assert acme.request("GET", "a").status_code == 200


def test_plain_http_behind_an_https_address(server: Script) -> None:
    with connect(server.url.replace("http:", "https:")) as acme, pytest.raises(Unreachable, match="must speak https"):
        acme.request("GET", "a")


def test_a_missing_authority_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(Unreachable, match="Check SSL_CERT_FILE"):
        connect("https://127.0.0.1:9")


def test_nothing_secret_or_personal_in_texts_and_logs(server: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.on("/v1/people/jo@x.example", Answer(503), Answer(400))
    with connect(server.url) as acme, pytest.raises(RequestRejected) as caught:
        acme.request("GET", "people/jo@x.example", params={"secret": "s3cret", "phone": "+49 30 1234567"})
    text = caplog.text + str(caught.value)
    assert "try 2" in caplog.text
    for hidden in ("jo@x", "s3cret", "1234567"):
        assert hidden not in text


def test_the_rate_is_kept_among_threads(server: Script) -> None:
    server.on("/v1/a", Answer())
    sleeps: list[float] = []
    acme = connect(server.url, sleeps, rate=Rate(calls=1000, seconds=1.0, concurrent=2))
    with acme:
        threads = [threading.Thread(target=acme.request, args=("GET", "a")) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert acme.usage.calls == 20
