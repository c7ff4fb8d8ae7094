"""What is looked at before anything is touched: the seeds, every system's login, and what the syncs will write to.

All faults are found before giving up, so that a person corrects them in one round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from connections import ConnectionFailure
from orchestration import asking, syncs
from orchestration.errors import PreflightFailed
from orchestration.settings import Settings
from orchestration.transformation import Transformation


def check(settings: Settings, transformation: Transformation) -> int:
    """Check everything and return how many systems answered; raises PreflightFailed with every fault."""
    with ThreadPoolExecutor(1, thread_name_prefix="asking") as side:
        asked = side.submit(asking.ask, settings, list(settings.credentials))  # the syncs look at the others
        faults = list(_seed_faults(settings))
        answers = asked.result()
    unusable = {answer.system: answer.words for answer in answers if not answer.is_good}
    faults += unusable.values()
    for name, spec in syncs.active(settings).items():
        if spec.destination not in unusable:
            faults += _sync_faults(settings, name, transformation.columns(spec.model))
    if faults:
        raise PreflightFailed(*faults)
    return len(settings.credentials)


def check_seeds(settings: Settings) -> None:
    """Raises PreflightFailed with every fault of the seeds."""
    if faults := list(_seed_faults(settings)):
        raise PreflightFailed(*faults)


def _seed_faults(settings: Settings) -> Iterator[str]:
    from expectations import seeds

    for fault in seeds.validate(settings.project_dir):
        yield str(fault)


def _sync_faults(settings: Settings, name: str, columns: Mapping[str, str]) -> list[str]:
    try:
        return syncs.preflight(settings, name, columns)
    except ConnectionFailure as failure:
        return [str(failure)]
