"""Which fields that the syncs write does the CRM have? What is missing can be made from a package."""

from __future__ import annotations

from pathlib import Path

from orchestration import seeds, syncs
from orchestration.errors import RequestFault
from orchestration.settings import Settings
from reverse_etl.destinations.salesforce.metadata import Check, Wanted, check_fields, package
from reverse_etl.spec import SyncSpec

_SALESFORCE = "salesforce"


def check(settings: Settings, names: list[str]) -> list[Check]:
    """The fields of Salesforce that the syncs `names` write; raises ConnectionFailure or RequestFault."""
    specs = [spec for name in names if (spec := syncs.find(settings, name)).destination == _SALESFORCE]
    if not specs:
        raise RequestFault("Only fields of Salesforce can be checked so far; name one of its syncs.")
    checks: list[Check] = []
    with syncs.OPENERS[_SALESFORCE](settings.credentials[_SALESFORCE]) as destination:
        for spec in specs:
            described = destination.describe(spec.object)
            if described is None:
                raise RequestFault(f"{spec.name}: Salesforce has no object {spec.object}, or it may not be seen.")
            checks += check_fields(_wanted(settings, spec), described)
    return checks


def write_package(checks: list[Check], folder: Path) -> list[Path]:
    """Write the files that make what is missing; returns their paths."""
    written = []
    for name, text in package(checks).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _wanted(settings: Settings, spec: SyncSpec) -> list[Wanted]:
    choices: dict[str, list[str]] = {}
    for row in seeds.rows(settings.project_dir, "picklist_map"):
        choices.setdefault(row["target_field"], []).append(row["crm_value"])
    wanted = [
        Wanted(
            spec.object, row["target_field"], row["data_type"], row["description"],
            tuple(choices.get(row["target_field"], ())),
        )
        for row in seeds.rows(settings.project_dir, "field_map")
        if row["sync"] == spec.name and row["direction"] != "pull" and row["write_mode"] != "never"
    ]  # fmt: skip
    if spec.key.field and spec.key.field.endswith("__c"):
        wanted.append(Wanted(spec.object, spec.key.field, "string", "Key of marketmap", is_key=True))
    if spec.prevent_override:
        tick = "Ticked: marketmap leaves this record alone"
        wanted.append(Wanted(spec.object, spec.prevent_override.field, "boolean", tick))
    return wanted
