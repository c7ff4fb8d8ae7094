"""What is looked at before anything is touched: the seeds, every system's login, and what the syncs will write to.

All faults are found before giving up, so that a person corrects them in one round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import connections
from connections import Connection, ConnectionFailure
from orchestration import syncs
from orchestration.errors import PreflightFailed
from orchestration.settings import Settings

# The cheapest call that needs a valid login, per system.
_PROBES: Mapping[str, tuple[Callable[[Any], Connection], str]] = {
    "salesforce": (connections.open_salesforce, "limits"),
    "marketo": (connections.open_marketo, "/rest/v1/activities/types.json"),
    "zoominfo": (connections.open_zoominfo, "/lookup/usage"),
    "bombora": (connections.open_bombora, "/surge/reports"),
}


def check(settings: Settings) -> int:
    """Check everything and return how many systems answered; raises PreflightFailed with every fault."""
    faults = list(_seed_faults(settings))
    with ThreadPoolExecutor(max_workers=len(_PROBES)) as pool:
        probes = pool.map(lambda system: _probe(settings, system), settings.credentials)
        unusable = {system: fault for system, fault in zip(settings.credentials, probes, strict=True) if fault}
    faults += unusable.values()
    for name, spec in syncs.active(settings).items():
        if spec.destination not in unusable:
            faults += _sync_faults(settings, name)
    if faults:
        raise PreflightFailed(*faults)
    return len(settings.credentials)


def _seed_faults(settings: Settings) -> Iterator[str]:
    from expectations import seeds

    for fault in seeds.validate(settings.project_dir):
        yield str(fault)


def _probe(settings: Settings, system: str) -> str | None:
    opener, path = _PROBES[system]
    try:
        with opener(settings.credentials[system]) as connection:
            connection.request("GET", path)
    except ConnectionFailure as failure:
        return str(failure)
    return None


def _sync_faults(settings: Settings, name: str) -> list[str]:
    try:
        return syncs.preflight(settings, name)
    except ConnectionFailure as failure:
        return [str(failure)]
