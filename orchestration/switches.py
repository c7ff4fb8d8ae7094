"""What a system is kept from although its credentials are there (seed integration_switches)."""

from __future__ import annotations

import csv
from pathlib import Path

READ = "read"
_FILE = "integration_switches.csv"
_OFF = {"false", "no", "off", "0"}


def why_off(project_dir: Path, system: str, feature: str) -> str | None:
    """What a person would have to change to turn a feature of a system on; None when it is.

    `feature` is `read`, or the name of a sync. A project without the seed has everything on.
    """
    path = project_dir / "seeds" / _FILE
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["system"], row["feature"]) == (system, feature) and row["is_on"].strip().lower() in _OFF:
                return f"set is_on to true for {system}, {feature} in {_FILE}"
    return None
