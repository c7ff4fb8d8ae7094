"""What is looked at before anything is touched: the seeds, every system's login, and what the syncs will write to.

All faults are found before giving up, so that a person corrects them in one round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import ingestion
from connections import ConnectionFailure
from orchestration import syncs
from orchestration.errors import PreflightFailed
from orchestration.settings import Settings
from orchestration.transformation import Transformation


def check(settings: Settings, transformation: Transformation) -> int:
    """Check everything and return how many systems answered; raises PreflightFailed with every fault."""
    faults = list(_seed_faults(settings))
    with ThreadPoolExecutor(max_workers=len(settings.credentials) or 1) as pool:
        probes = pool.map(lambda system: probe(settings, system), settings.credentials)
        unusable = {system: fault for system, fault in zip(settings.credentials, probes, strict=True) if fault}
    faults += unusable.values()
    for name, spec in syncs.active(settings).items():
        if spec.destination not in unusable:
            faults += _sync_faults(settings, name, transformation.columns(spec.model))
    if faults:
        raise PreflightFailed(*faults)
    return len(settings.credentials)


def _seed_faults(settings: Settings) -> Iterator[str]:
    from expectations import seeds

    for fault in seeds.validate(settings.project_dir):
        yield str(fault)


def probe(settings: Settings, system: str) -> str | None:
    """Ask one system for one small thing: None when it answers, else what is wrong, with the remedy."""
    if system not in ingestion.SOURCES:  # only written to: its syncs look at it below
        return None
    try:
        ingestion.probe(system, settings.credentials[system])
    except (ConnectionFailure, ingestion.LoadFailure) as failure:
        return str(failure)
    return None


def _sync_faults(settings: Settings, name: str, columns: Mapping[str, str]) -> list[str]:
    try:
        return syncs.preflight(settings, name, columns)
    except ConnectionFailure as failure:
        return [str(failure)]
