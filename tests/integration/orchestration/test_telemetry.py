"""Runs as traces, sent to a collector that speaks OpenTelemetry's own protocol."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from orchestration import settings
from orchestration.alerts import after_run
from tests.integration.orchestration.test_alerts import run


class Collector:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[ExportTraceServiceRequest] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert (self.path, self.headers["x-key"]) == ("/v1/traces", "k1")
                collector.got.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def spans(self) -> list[Span]:
        """All spans that came, by name."""
        found = [
            span
            for request in self.got
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        return sorted(found, key=lambda span: span.name)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    yield running
    running.close()


def load(home: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> settings.Settings:
    current = settings.load({"MARKETMAP_HOME": str(home / "acme"), **given}, home)
    current.home.mkdir()
    for name, value in current.telemetry.items():  # as Settings.export does for the process
        monkeypatch.setenv(name, value)
    return current


def test_a_run_is_a_trace_of_its_steps_without_a_word_of_what_went_wrong(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = load(
        tmp_path, monkeypatch, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_EXPORTER_OTLP_HEADERS="x-key=k1"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run(instance, broken=True)
        after_run.tell(current, instance, run_id)
    whole = next(span for span in collector.spans if span.name == "run job")
    steps = {span.name: span for span in collector.spans if span is not whole}
    assert set(steps) == {"accounts", "accounts_blank_tier", "sync"}
    assert {span.trace_id for span in steps.values()} == {whole.trace_id}
    assert {span.parent_span_id for span in steps.values()} == {whole.span_id}
    assert all(
        whole.start_time_unix_nano <= span.start_time_unix_nano < span.end_time_unix_nano for span in steps.values()
    )
    assert (whole.status.code, steps["sync"].status.code) == (Status.STATUS_CODE_ERROR, Status.STATUS_CODE_ERROR)
    assert steps["accounts"].status.code == Status.STATUS_CODE_OK
    sent = b"".join(request.SerializeToString() for request in collector.got)
    assert run_id.encode() in sent
    assert b"Salesforce does not answer" not in sent


def test_a_collector_that_is_away_or_packages_that_lack_fail_no_run(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    collector.close()
    current = load(tmp_path, monkeypatch, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/v1/traces")
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run(instance)
        monkeypatch.setattr("orchestration.telemetry._SECONDS", 1)
        after_run.tell(current, instance, run_id)
        with caplog.at_level(logging.WARNING, "marketmap.telemetry"):
            monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
            after_run.tell(current, instance, run_id)
    assert "install marketmap[telemetry]" in caplog.text


def test_nothing_is_sent_unless_an_endpoint_is_set(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        after_run.tell(load(tmp_path, monkeypatch), instance, run(instance))
    assert collector.got == []
