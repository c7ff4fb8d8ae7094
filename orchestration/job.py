"""Runs a selection of the lineage in this process and tells how it went.

In-process because each process start costs seconds and DuckDB has one writer; the run still stands in the same Dagster
instance as those of the web interface.
"""

from __future__ import annotations

import gc
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import run_lock, run_log
from orchestration.alerts import after_run
from orchestration.alerts.problems import lines_of
from orchestration.errors import RequestFault, RunBrokenOff
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

# max_concurrent_runs: DuckDB has one writer. compute_logs: Dagster would put a `tail` process between each step and the
# terminal, which then is none any more; what is worth reading is in the run's events and in logs/. retention: a
# schedule's ticks are of no use after a month.
_INSTANCE = """\
telemetry: {enabled: false}
concurrency:
  runs: {max_concurrent_runs: 1}
python_logs:
  managed_python_loggers: [marketmap]
  python_log_level: INFO
event_log_storage:
  module: orchestration.run_history
  class: RunHistory
  config: {base_dir: {env: DAGSTER_HOME}}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
retention:
  schedule: {purge_after_days: 30}
  sensor: {purge_after_days: 7}
freshness: {enabled: true}
nux: {enabled: false}
"""
_LOCATION = "marketmap"
_OBJECTS_UNTIL_COLLECTION = 50_000  # Python's own 700 are for programs that hold little
_WORKSPACE = f"""\
load_from:
  - python_module: {{module_name: orchestration.definitions, location_name: {_LOCATION}}}
"""
# What Dagster puts on the runs that it launches itself: with it ours stand in the timeline and under their job, too.
_TAGS = {".dagster/repository": f"__repository__@{_LOCATION}"}


@dataclass(frozen=True)
class StepFailure:
    """A step that did not end well: one line each, most important first."""

    step: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class JobReport:
    """What a run came to; `started_at` is UTC, `seconds` are wall time, `steps` hold each step's."""

    run_id: str
    started_at: datetime
    seconds: float
    steps: dict[str, float]
    failures: tuple[StepFailure, ...]
    log: Path

    @property
    def succeeded(self) -> bool:
        """Whether every step ended well."""
        return not self.failures


def prepare_instance(settings: Settings) -> Path:
    """Write Dagster's own files where the command line and the web interface find them; returns the workspace's."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    workspace = settings.dagster_home / "workspace.yaml"
    for path, text in ((settings.dagster_home / "dagster.yaml", _INSTANCE), (workspace, _WORKSPACE)):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return workspace


def prepare(settings: Settings) -> None:
    """Do what the first run would begin with: read the dbt project, compile its tests, make Dagster's databases."""
    import dagster as dg

    from orchestration.transformation import Transformation

    settings.export()
    prepare_instance(settings)
    dg.DagsterInstance.get().dispose()
    Transformation(settings.project_dir, settings.home).read()


class Job:
    """The lineage loaded once, to be run any number of times."""

    def __init__(self, settings: Settings) -> None:
        """Load the definitions; raises what `definitions.build` raises."""
        settings.export()
        prepare_instance(settings)
        from orchestration import definitions

        self._settings = settings
        self._definitions = definitions.build(settings)
        # What stands by now lives until the end, and most of what a run makes does: looking through it is in vain.
        gc.freeze()
        gc.set_threshold(_OBJECTS_UNTIL_COLLECTION)

    def run(
        self,
        name: str = "nightly",
        *,
        select: str | None = None,
        full_refresh: bool = False,
        approval: str = "",
        resync: str = "",
        sample: int = 0,
    ) -> JobReport:
        """Run the job `name`, or the part of it that `select` (Dagster's asset selection syntax) names.

        The last three are for its syncs, see `reverse_etl.engine.run`.

        Raises errors.RunActive, errors.RequestFault or, when Dagster itself cannot go on, errors.RunBrokenOff; a
        failing step stands in the report.
        """
        import dagster as dg

        options = {
            "home": str(self._settings.home),
            "full_refresh": full_refresh,
            "approval": approval,
            "resync": resync,
            "sample": sample,
        }
        began = _utc_now()
        with (
            run_lock.hold(self._settings.home),
            told_when_broken_off(self._settings),
            dg.DagsterInstance.get() as instance,
        ):
            job = self._definitions.resolve_job_def(name) if select is None else self._selected(select)
            result = job.execute_in_process(
                run_config={"resources": {"run": {"config": options}}, "loggers": {run_log.FILE: {}}},
                instance=instance,
                tags=_TAGS,
                raise_on_error=False,
            )
            statistics = instance.get_run_step_stats(result.run_id)
            after_run.tell(self._settings, instance, result.run_id)
        steps = {
            step.step_key: step.end_time - step.start_time
            for step in sorted(statistics, key=lambda step: step.start_time or 0)
            if step.start_time and step.end_time
        }
        return JobReport(
            run_id=result.run_id,
            started_at=began,
            seconds=(_utc_now() - began).total_seconds(),
            steps=steps,
            failures=tuple(_failures(result)),
            log=run_log.path(self._settings.logs, result.run_id),
        )

    def _selected(self, select: str) -> dg.JobDefinition:
        import dagster as dg

        graph = self._definitions.resolve_asset_graph()
        try:
            selection = dg.AssetSelection.from_string(select)
            chosen = {key for key in selection.resolve(graph) if graph.get(key).is_executable}
            if chosen:
                job = dg.define_asset_job("selected", dg.AssetSelection.assets(*chosen))  # with the checks on them
                return dg.Definitions.merge(self._definitions, dg.Definitions(jobs=[job])).resolve_job_def("selected")
        except dg.DagsterError as error:
            raise RequestFault(f"--select {select!r}: {_first_line(str(error))}") from error
        raise RequestFault(
            f"--select {select!r} names nothing that can be run. Name assets as `marketmap ui` shows them, for example"
            " 'key:\"marts/*\"' or 'group:salesforce'."
        )


@contextmanager
def told_when_broken_off(settings: Settings) -> Iterator[None]:
    """A failing step is Dagster's to record; when it cannot (a full disk), nobody but we can tell people."""
    try:
        yield
    except RequestFault:
        raise
    except Exception as error:
        free_gb = shutil.disk_usage(settings.home).free / 1e9
        cause = _first_line(str(error) or type(error).__name__)
        line = (
            f"The run broke off: {cause}. {settings.home} has {free_gb:.1f} GB of space left; if that is too little,"
            " make room. What was complete stands: start the run again. If it repeats with room to spare, the newest"
            " files in logs say where."
        )
        after_run.tell_of_breaking_off(settings, line)
        raise RunBrokenOff(line) from error


def _failures(result: Any) -> list[StepFailure]:
    found = []
    red: defaultdict[str | None, list[str]] = defaultdict(list)
    for event in result.all_events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.event_specific_data
            if evaluation.blocking and not evaluation.passed and evaluation.severity.value == "ERROR":
                red[event.step_key] += (evaluation.description or evaluation.check_name).splitlines()
        elif event.is_step_failure:
            lines = lines_of(event.step_failure_data.error)
            found.append(StepFailure(event.step_key, tuple(red[event.step_key]) or lines))
        elif event.is_run_failure and not found:
            found.append(StepFailure("the run", lines_of(event.job_failure_data.error)))
    return found


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]
