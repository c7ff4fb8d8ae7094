"""A finished run as a trace for an OpenTelemetry collector: a span for the run, and below it one for each step.

Off until an endpoint is set. The spans say what ran, when and how it ended: no error text, no value of any record.
"""

from __future__ import annotations

import logging
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg
    from opentelemetry.sdk.trace import TracerProvider

LOG = logging.getLogger("marketmap.telemetry")
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SECONDS = 5  # that a collector may take; the run itself has ended and must not wait for it


def record(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """Send the run where OTEL_EXPORTER_OTLP_ENDPOINT says; a collector that is away costs one line in the log."""
    if not any(name in settings.telemetry for name in _ENDPOINTS):
        return
    try:
        provider = _provider(settings)
    except ImportError:
        LOG.warning("telemetry: %s is set, but its packages are not there: install marketmap[telemetry]", _ENDPOINTS[0])
        return
    try:
        _trace(provider, instance, run_id)
        if not provider.force_flush(_SECONDS * 1000):
            LOG.warning("telemetry: the collector did not take the run in %d s", _SECONDS)
    finally:
        provider.shutdown()


def _provider(settings: Settings) -> TracerProvider:
    """A provider of the run's own: dbt, which knows OpenTelemetry too, must not send through it."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    described = {
        "service.name": settings.telemetry.get("OTEL_SERVICE_NAME", "marketmap"),
        "service.version": version("marketmap"),
        "service.instance.id": settings.home.name,
    }
    provider = TracerProvider(resource=Resource.create(described), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_SECONDS)))
    return provider


def _trace(provider: TracerProvider, instance: dg.DagsterInstance, run_id: str) -> None:
    from opentelemetry.trace import Status, StatusCode, set_span_in_context

    def status(is_good: bool) -> Status:
        return Status(StatusCode.OK if is_good else StatusCode.ERROR)

    found = instance.get_run_record_by_id(run_id)
    if found is None or found.start_time is None:
        return
    run, tracer = found.dagster_run, provider.get_tracer("marketmap")
    named = {"marketmap.run_id": run_id, "marketmap.job": run.job_name}
    whole = tracer.start_span(f"run {run.job_name}", start_time=_nanoseconds(found.start_time), attributes=named)
    whole.set_status(status(run.is_success))
    for step in instance.get_run_step_stats(run_id):
        if step.start_time is None or step.end_time is None or step.status is None:
            continue  # it never began, or the process was killed in it
        span = tracer.start_span(
            step.step_key,
            context=set_span_in_context(whole),
            start_time=_nanoseconds(step.start_time),
            attributes=named | {"marketmap.step": step.step_key, "marketmap.status": step.status.value},
        )
        span.set_status(status(step.status.value != "FAILURE"))
        span.end(_nanoseconds(step.end_time))
    whole.end(_nanoseconds(found.end_time or time.time()))


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
