"""Which fields that the syncs write does the CRM have, and which rules there depend on them or may refuse them?

What is missing can be made from a package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connections import SalesforceCredentials, open_salesforce
from orchestration import seeds, syncs
from orchestration.errors import RequestFault
from orchestration.settings import Settings
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.destinations.salesforce.metadata import Check, Wanted, check_fields, package
from reverse_etl.destinations.salesforce.rules import ValidationRule, active_rules
from reverse_etl.spec import SyncSpec

_SALESFORCE = "salesforce"
_MODES = {"always": "overwrites", "if_blank": "populates when blank", "on_create": "fills in new records"}


@dataclass(frozen=True)
class PushedField:
    """A field with its mode and owner, and the rules of the CRM that read it (seed crm_rules)."""

    check: Check
    words: str

    def __str__(self) -> str:
        return f"{self.check}; {self.words}"


@dataclass(frozen=True)
class FieldReport:
    """`rules` are the active validation rules of the objects, a line each."""

    fields: tuple[PushedField, ...]
    rules: tuple[str, ...]

    @property
    def checks(self) -> list[Check]:
        """What the CRM has of each field."""
        return [field.check for field in self.fields]


def check(settings: Settings, names: list[str]) -> FieldReport:
    """The fields of Salesforce that the syncs `names` write; raises ConnectionFailure or RequestFault."""
    specs = [spec for name in names if (spec := syncs.find(settings, name)).destination == _SALESFORCE]
    credentials = settings.credentials.get(_SALESFORCE)
    if not specs or not isinstance(credentials, SalesforceCredentials):
        raise RequestFault("Only fields of Salesforce can be checked so far; name one of its syncs.")
    fields: list[PushedField] = []
    with open_salesforce(credentials) as connection:
        destination = SalesforceDestination(connection)
        for spec in specs:
            described = destination.describe(spec.object)
            if described is None:
                raise RequestFault(f"{spec.name}: Salesforce has no object {spec.object}, or it may not be seen.")
            words = _words(settings, spec)
            checks = check_fields(_wanted(settings, spec), described)
            fields += [PushedField(found, words.get(found.wanted.name, "read before each write")) for found in checks]
        rules = active_rules(connection, [spec.object for spec in specs])
    return FieldReport(tuple(fields), tuple(_rule_lines(settings, specs, rules)))


def _words(settings: Settings, spec: SyncSpec) -> dict[str, str]:
    """Mode, owner and dependent rules by target field."""
    known = [row for row in seeds.rows(settings.project_dir, "crm_rules") if row["sync"] == spec.name]
    return {
        row["target_field"]: ", ".join(
            [
                f"{_MODES.get(row['write_mode'], 'not pushed')}, the word of {row['authority']} counts",
                *(
                    f"{rule['relation']} {rule['rule_kind']} {rule['rule_name']!r} of {rule['owner']}"
                    for rule in known
                    if rule["target_field"] == row["target_field"]
                ),
            ]
        )
        for row in seeds.rows(settings.project_dir, "field_map")
        if row["sync"] == spec.name
    }


def _rule_lines(settings: Settings, specs: Iterable[SyncSpec], rules: list[ValidationRule] | None) -> list[str]:
    """One line per validation rule of the org, and whether crm_rules.csv knows it."""
    if rules is None:
        return ["validation rules cannot be read: give the user of the connection View Setup and Configuration"]
    noted = {(row["sync"], row["rule_name"]) for row in seeds.rows(settings.project_dir, "crm_rules")}
    syncs_of = {rule.object_name: {spec.name for spec in specs if spec.object == rule.object_name} for rule in rules}
    lines = []
    for rule in rules:
        is_noted = any((sync, rule.name) in noted for sync in syncs_of[rule.object_name])
        field = f" at {rule.field}" if rule.field else ""
        remedy = "" if is_noted else "; not in crm_rules.csv yet"
        lines.append(f"{rule.object_name} rule {rule.name} refuses with {rule.message!r}{field}{remedy}")
    return lines


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
