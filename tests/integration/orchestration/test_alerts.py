"""Alerts of real runs: read from Dagster's history, sent to real webhooks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration import job, publication, run_lock, settings
from orchestration.alerts import after_run, of_run
from orchestration.errors import RunBrokenOff
from tests.integration.reverse_etl.destinations.test_email import Mailbox, content, serve


class Receiver:
    """Two incoming webhooks; those that are `down` refuse."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.down: set[str] = set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path not in receiver.down:
                    receiver.got.append((self.path, json.loads(body)))
                self.send_response(404 if self.path in receiver.down else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def current(tmp_path: Path, receiver: Receiver) -> settings.Settings:
    urls = {"ALERT_SLACK_URL": f"{receiver.url}/services/T/B/key", "ALERT_TEAMS_URL": f"{receiver.url}/workflows/x"}
    found = settings.load({"MARKETMAP_HOME": str(tmp_path / "acme"), **urls}, tmp_path)
    found.home.mkdir()
    return found


def run(instance: dg.DagsterInstance, *, red: bool = False, broken: bool = False) -> str:
    """One run of a lineage of two assets: a blocking check on the first, and a second that may break."""

    @dg.asset
    def accounts() -> None:
        pass

    @dg.asset_check(asset=accounts, blocking=True)
    def blank_tier() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=not red,
            description="accounts: blank_tier: 9 of 10; expected at most 5 %" if red else None,
            metadata={"owner": "revops@example.com"},
        )

    @dg.asset(deps=[accounts])
    def sync() -> None:
        if broken:
            raise RuntimeError("Salesforce does not answer & nothing was written")

    job = dg.define_asset_job("job", dg.AssetSelection.all())
    defined = dg.Definitions(assets=[accounts, sync], asset_checks=[blank_tier], jobs=[job])
    return defined.resolve_job_def("job").execute_in_process(instance=instance, raise_on_error=False).run_id


def test_one_cause_is_one_problem() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        red = of_run(instance, run(instance, red=True))
        assert [problem.key for problem in red.problems] == ["check:accounts:blank_tier"]
        assert red.problems[0].owner == "revops@example.com"
        broken = of_run(instance, run(instance, broken=True))
        assert [(problem.key, problem.lines) for problem in broken.problems] == [
            ("step:sync", ("Salesforce does not answer & nothing was written",))
        ]
        assert not of_run(instance, run(instance)).problems


def test_channels_hear_of_a_problem_and_of_its_end_once(current: settings.Settings, receiver: Receiver) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for broken in (True, True, False, False):
            after_run.tell(current, instance, run(instance, broken=broken))
    slack = [body["text"] for path, body in receiver.got if path.startswith("/services")]
    assert slack == [
        "marketmap (acme): 1 new problem\n🔴 Salesforce does not answer &amp; nothing was written",
        "marketmap (acme): 1 over\n✅ over: Salesforce does not answer &amp; nothing was written",
    ]
    cards = [body["attachments"][0]["content"]["body"] for path, body in receiver.got if path == "/workflows/x"]
    assert [block["text"] for block in cards[0]] == [
        "marketmap (acme): 1 new problem",
        "🔴 Salesforce does not answer & nothing was written",
    ]


def test_a_channel_that_is_down_fails_no_run_and_is_told_later(current: settings.Settings, receiver: Receiver) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        receiver.down = {"/workflows/x"}
        after_run.tell(current, instance, run(instance, broken=True))
        receiver.down.clear()
        after_run.tell(current, instance, run(instance, broken=True))
        after_run.tell(current, instance, run(instance, broken=True))
    assert [path for path, _ in receiver.got] == ["/services/T/B/key", "/workflows/x"]


def test_the_run_after_a_killed_one_says_so_once(current: settings.Settings, receiver: Receiver) -> None:
    (current.home / "run.lock").write_text('{"process": 4711, "since": "2026-11-22 02:00 UTC"}', encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(3):
            with run_lock.hold(current.home):
                after_run.tell(current, instance, run(instance))
    slack = [body["text"] for path, body in receiver.got if path.startswith("/services")]
    assert [text.splitlines()[0] for text in slack] == [
        "marketmap (acme): 1 new problem",
        "marketmap (acme): 1 over",
    ]
    assert "process 4711 since 2026-11-22 02:00 UTC" in slack[0]


def test_each_killed_run_is_told_though_the_one_before_was_killed_too(
    current: settings.Settings, receiver: Receiver
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for process in (4711, 4712):
            mark = f'{{"process": {process}, "since": "2026-11-22 02:00 UTC"}}'
            (current.home / "run.lock").write_text(mark, encoding="utf-8")
            with run_lock.hold(current.home):
                after_run.tell(current, instance, run(instance))
    slack = [body["text"] for path, body in receiver.got if path.startswith("/services")]
    assert ["process 4711" in slack[0], "process 4712" in slack[1]] == [True, True]
    assert len(slack) == 2


@pytest.mark.parametrize("had_begun", [True, False])
def test_a_run_that_dagster_finds_dead_is_told_once(
    current: settings.Settings, receiver: Receiver, *, had_begun: bool
) -> None:
    """As the daemon does when somebody killed the process that it had started."""
    if had_begun:
        mark = '{"process": 4711, "since": "2026-11-22 02:00 UTC"}'
        (current.home / "run.lock").write_text(mark, encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        defined = dg.Definitions(jobs=[dg.define_asset_job("job", dg.AssetSelection.all())])
        dead = instance.create_run_for_job(defined.resolve_job_def("job"), status=dg.DagsterRunStatus.STARTED)
        instance.report_run_failed(dead)
        with run_lock.hold(current.home):
            after_run.tell(current, instance, dead.run_id)
    (told,) = [body["text"] for path, body in receiver.got if path.startswith("/services")]
    assert told.splitlines()[0] == "marketmap (acme): 1 new problem"
    assert ("process 4711 since 2026-11-22 02:00 UTC" in told) is had_begun
    assert ("ended from outside" in told) is not had_begun


def test_people_hear_by_mail(tmp_path: Path) -> None:
    box = Mailbox()
    server, port = serve(box)
    mail = {
        "EMAIL_BASE_URL": f"smtp://127.0.0.1:{port}",
        "EMAIL_SENDER": "m@acme.com",
        "EMAIL_RECIPIENTS": "r@acme.com",
    }
    current = settings.load(
        {"MARKETMAP_HOME": str(tmp_path / "acme"), "ALERT_EMAIL_TO": "a@acme.com, b@acme.com", **mail}, tmp_path
    )
    current.home.mkdir()
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            for broken in (True, True, False):
                after_run.tell(current, instance, run(instance, broken=broken))
    finally:
        server.stop()
    assert [(message["To"], message["Subject"]) for message in box.messages] == [
        ("a@acme.com, b@acme.com", "marketmap (acme): 1 new problem"),
        ("a@acme.com, b@acme.com", "marketmap (acme): 1 over"),
    ]
    assert "Salesforce does not answer & nothing was written" in content(box.messages[0])


def test_what_a_failed_run_did_is_published(current: settings.Settings) -> None:
    with duckdb.connect(str(current.warehouse)) as connection:
        connection.execute("create schema marts; create schema ops; create table marts.dim_accounts as select 1 as a")
    publication.publish(current.warehouse, current.published, publication.MARTS)
    with duckdb.connect(str(current.warehouse)) as connection:
        connection.execute("create table ops.check_results as select 'blank_tier' as check_name, false as is_passed")
    with dg.DagsterInstance.ephemeral() as instance:
        after_run.tell(current, instance, run(instance, red=True))
    with duckdb.connect(str(current.published), read_only=True) as connection:
        assert connection.execute("select check_name from ops.check_results").fetchall() == [("blank_tier",)]


def test_a_run_that_dagster_cannot_record_is_told(tmp_path: Path, receiver: Receiver) -> None:
    """A full disk: Dagster's own record of the run is the first thing that cannot be written."""
    address = {"ALERT_SLACK_URL": f"{receiver.url}/services/T/B/key"}
    current = settings.load({"MARKETMAP_HOME": str(tmp_path / "acme"), **address}, tmp_path)
    current.home.mkdir()
    (current.home / f"alerts.json.{os.getpid()}").mkdir()  # nor can the book of alerts be written

    def broken() -> None:
        with job.told_when_broken_off(current):
            raise OSError(28, "No space left on device", "event_log.db")

    with pytest.raises(RunBrokenOff, match=r"No space left on device.*make room"):
        broken()
    assert [path for path, _ in receiver.got] == ["/services/T/B/key"]
    assert "No space left on device" in receiver.got[0][1]["text"]
