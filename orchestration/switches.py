"""What a system is kept from although its credentials are there (seed integration_switches)."""

from __future__ import annotations

from pathlib import Path

from orchestration import seeds

READ = "read"
_SEED = "integration_switches"
_OFF = {"false", "no", "off", "0"}


def why_off(project_dir: Path, system: str, feature: str) -> str | None:
    """What a person would have to change to turn a feature of a system on; None when it is.

    `feature` is `read`, or the name of a sync. A project without the seed has everything on.
    """
    for row in seeds.rows(project_dir, _SEED):
        if (row["system"], row["feature"]) == (system, feature) and row["is_on"].strip().lower() in _OFF:
            return f"set is_on to true for {system}, {feature} in {_SEED}.csv"
    return None
