"""What a run says about problems: the ones it found, and the ones that it could have found and did not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg

ERROR, WARNING = "error", "warning"
# What is known of a run that Dagster's own processes found dead.
ENDED_OUTSIDE = (
    "The run was ended from outside: its process died, or somebody ended it. What was complete stands: start it again.",
)


@dataclass(frozen=True)
class Problem:
    """Something that a person should know: `key` is the same each time it happens, `lines` say what and the remedy."""

    key: str
    severity: str
    lines: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True)
class Verdicts:
    """The problems of a run, and every key that it judged: a judged key without a problem is over."""

    problems: tuple[Problem, ...] = ()
    judged: frozenset[str] = field(default_factory=frozenset)


def of_run(instance: dg.DagsterInstance, run_id: str) -> Verdicts:
    """Read a finished run's events.

    A failed step is a problem of its own only when no red check explains it: one cause, one alert.
    """
    from dagster import DagsterEventType as Kind

    wanted = {Kind.ASSET_CHECK_EVALUATION, Kind.STEP_FAILURE, Kind.STEP_SUCCESS, Kind.RUN_FAILURE, Kind.RUN_SUCCESS}
    problems: list[Problem] = []
    judged: set[str] = set()
    explained: dict[str, int] = defaultdict(int)
    for record in instance.all_logs(run_id, of_type=wanted):
        event = record.dagster_event
        if event is None:
            continue
        data: Any = event.event_specific_data
        if event.event_type is Kind.ASSET_CHECK_EVALUATION:
            found = _red(data)
            judged |= _keys(data)
            problems += found
            explained[event.step_key or ""] += len(found)
        elif event.event_type in {Kind.STEP_FAILURE, Kind.STEP_SUCCESS}:
            key = f"step:{event.step_key}"
            judged.add(key)
            if event.event_type is Kind.STEP_FAILURE and not explained[event.step_key or ""]:
                problems.append(Problem(key, ERROR, lines_of(data.error)))
        else:
            judged.add("run")
            if event.event_type is Kind.RUN_FAILURE and not problems:
                problems.append(Problem("run", ERROR, lines_of(data.error) if data else ENDED_OUTSIDE))
    return Verdicts(tuple(problems), frozenset(judged))


def _keys(evaluation: Any) -> set[str]:
    """A check of one table's dbt tests tells of each test (`assets.dbt_tests`); any other is one thing."""
    check = _key(evaluation, evaluation.check_name)
    tests = evaluation.metadata.get("tests")
    return {check, *(_key(evaluation, name) for name in tests.value)} if tests else {check}


def _red(evaluation: Any) -> list[Problem]:
    if evaluation.passed:
        return []
    if red := evaluation.metadata.get("red"):
        return [
            Problem(
                key=_key(evaluation, name),
                severity=ERROR if test["severity"] == "ERROR" else WARNING,
                lines=(test["line"],),
                owner=test["owner"],
            )
            for name, test in red.value.items()
        ]
    owner = evaluation.metadata.get("owner")
    return [
        Problem(
            key=_key(evaluation, evaluation.check_name),
            severity=ERROR if evaluation.severity.value == "ERROR" else WARNING,
            lines=(evaluation.description or f"{_table(evaluation)}: {evaluation.check_name} failed",),
            owner=str(owner.value) if owner is not None else "",
        )
    ]


def _key(evaluation: Any, name: str) -> str:
    return f"check:{_table(evaluation)}:{name}"


def _table(evaluation: Any) -> str:
    return ".".join(evaluation.asset_key.path)


def lines_of(error: Any) -> tuple[str, ...]:
    """The root cause's own words, without the class names and wrappers that Dagster puts around them."""
    if error is None:
        return ("it ended without a reason",)
    while error.cause is not None:
        error = error.cause
    text = error.message.strip()
    prefix = f"{error.cls_name}: "
    _, found, rest = text.partition(prefix)
    return tuple(line for line in (rest if found else text).splitlines() if line.strip())
