"""The whole asset graph as text, one line per asset, job and schedule: what the snapshot test compares.

`python -m tests.integration.orchestration.lineage` writes the snapshot anew after a wanted change.
"""

import os
import tempfile
from pathlib import Path

import dagster as dg

from orchestration import definitions, settings
from orchestration.automation import CALENDAR

SNAPSHOT = Path(__file__).with_name("lineage.txt")
SYSTEMS = {
    "SALESFORCE_BASE_URL": "https://salesforce.example",
    "SALESFORCE_CLIENT_ID": "id",
    "SALESFORCE_CLIENT_SECRET": "secret",
    "MARKETO_BASE_URL": "https://marketo.example",
    "MARKETO_CLIENT_ID": "id",
    "MARKETO_CLIENT_SECRET": "secret",
    "ZOOMINFO_BASE_URL": "https://zoominfo.example",
    "ZOOMINFO_USERNAME": "user",
    "ZOOMINFO_PASSWORD": "secret",
    "BOMBORA_BASE_URL": "https://bombora.example",
    "BOMBORA_API_KEY": "key",
}


def load(home: Path, systems: dict[str, str]) -> dg.Definitions:
    """The definitions for a home and the systems that are on."""
    current = settings.load({"MARKETMAP_HOME": str(home)}, home, systems=systems)
    current.export()
    return definitions.build(current)


def describe(loaded: dg.Definitions) -> str:
    """Keys, groups, dependencies and how many checks stand on each asset (and stop what follows); jobs; schedules."""
    graph = loaded.resolve_asset_graph()
    lines = []
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = " ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        stopping = sum(graph.get(check).blocking for check in node.check_keys)
        checks = f" ({len(node.check_keys)} checks, {stopping} stop)" if node.check_keys else ""
        lines.append(f"{key.to_user_string()} [{node.group_name}]{checks} <- {parents}".rstrip(" <-"))
    lines += [f"job {job.name}" for job in sorted(loaded.resolve_all_job_defs(), key=lambda job: job.name)]
    lines += [f"schedule {job} {appointment.cron}" for job, appointment in sorted(CALENDAR.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MARKETMAP_HOME"] = folder
        SNAPSHOT.write_text(describe(load(Path(folder), SYSTEMS)), encoding="utf-8")
