"""The syncs that are declared, and the way to their destinations with the settings' credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

import reverse_etl
from connections import SalesforceCredentials, open_salesforce
from connections.errors import ConnectionFailure
from orchestration import audiences_and_messages, seeds, switches
from orchestration.errors import RequestFault
from orchestration.settings import SYSTEMS, Settings
from reverse_etl import engine
from reverse_etl.destinations import Destination
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.errors import SyncFault
from reverse_etl.mapping import read_mapping
from reverse_etl.preflight import description_faults
from reverse_etl.reconciliation import Reconciliation, reconcile, verify_push
from reverse_etl.report import Mode, SyncReport
from reverse_etl.spec import SyncSpec, load_specs

_FOLDER = Path(reverse_etl.__file__).parent / "syncs"


@contextmanager
def _salesforce(credentials: SalesforceCredentials) -> Iterator[Destination]:
    with open_salesforce(credentials) as connection:
        yield SalesforceDestination(connection)


# How the credentials of a system become a destination; a new destination adds its line.
OPENERS: Mapping[str, Callable[[Any], AbstractContextManager[Destination]]] = {
    "salesforce": _salesforce,
    **audiences_and_messages.OPENERS,
}


def declared() -> dict[str, SyncSpec]:
    """Every sync by name; raises SpecFault."""
    return load_specs(_FOLDER)


def active(settings: Settings) -> dict[str, SyncSpec]:
    """The syncs whose destination has credentials, and of which field_map.csv writes at least one field."""
    return {name: spec for name, spec in declared().items() if why_off(settings, spec) is None}


def mirrored() -> list[str]:
    """The syncs that take out of their destination what they no longer hold, such as members of audiences."""
    return [name for name, spec in declared().items() if "delete" in spec.operations]


def why_off(settings: Settings, spec: SyncSpec) -> str | None:
    """What a person would have to do to turn a sync on; None when it is."""
    if spec.destination not in settings.credentials:
        return f"set {', '.join(SYSTEMS[spec.destination].variables)}"
    if remedy := switches.why_off(settings.project_dir, spec.destination, spec.name):
        return remedy
    rows = [row for row in seeds.rows(settings.project_dir, "field_map") if row["sync"] == spec.name]
    if rows and all(row["write_mode"] == "never" for row in rows):
        return "give one of its fields another write_mode than never in field_map.csv"
    return None


def find(settings: Settings, name: str) -> SyncSpec:
    """The sync `name`; raises RequestFault with the names that exist."""
    specs = declared()
    if name not in specs:
        raise RequestFault(f"There is no sync {name!r}; there is {', '.join(sorted(specs))}.")
    if specs[name].destination not in settings.credentials:
        raise RequestFault(f"Sync {name}: {specs[name].destination} is off; set its credentials to turn it on.")
    if remedy := why_off(settings, specs[name]):
        raise RequestFault(f"Sync {name} is off; {remedy}.")
    return specs[name]


def preflight(settings: Settings, name: str, columns: Mapping[str, str]) -> list[str]:
    """What the destination lacks for this sync, judged before anything is built: `columns` are the model's, with types.

    Raises ConnectionFailure.
    """
    spec = find(settings, name)
    with duckdb.connect() as declared:  # an empty warehouse of the declared shape
        model_schema, _, model = spec.model.partition(".")
        shape = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        declared.execute(f'create schema "{model_schema}"; create table "{model_schema}"."{model}" ({shape})')
        field_map = str(settings.project_dir / "seeds" / "field_map.csv")
        declared.execute(
            "create schema seeds; create table seeds.field_map as from read_csv($1, all_varchar = true)", [field_map]
        )
        try:
            mapping = read_mapping(declared, spec)
        except SyncFault as fault:
            return list(fault.lines)
    with _destination(settings, spec) as destination:
        faults = description_faults(spec, mapping, destination.describe(spec.object), destination.limits)
        return faults or destination.check(spec.object, spec.operations, [field.target for field in mapping.fields])


def run(
    settings: Settings,
    name: str,
    *,
    mode: Mode,
    approval: str | None,
    progress: Callable[[str], None],
    resync: str | None = None,
    sample: int = 0,
) -> SyncReport:
    """Plan, guard and (live) write; raises ConnectionFailure or RequestFault, anything else stands in the report.

    `resync` = why everything is compared with the destination again, whatever the ledger holds; `sample` = write only
    so many records, read them back and end. All that a full push wrote is read back and compared.
    """
    spec = find(settings, name)
    with _destination(settings, spec) as destination:
        report = engine.run(
            spec,
            warehouse=settings.warehouse,
            destination=destination,
            mode=mode,
            progress=progress,
            approval=approval or None,
            resync=resync or None,
            sample=sample or None,
        )
        return report if mode == "dry_run" else _verified(settings, spec, destination, report)


def _verified(settings: Settings, spec: SyncSpec, destination: Destination, report: SyncReport) -> SyncReport:
    """The report, after a full push with what reading it back has shown."""
    try:
        found = verify_push(spec, warehouse=settings.warehouse, destination=destination, run_id=report.run_id)
    except ConnectionFailure as failure:
        return replace(
            report, messages=(*report.messages, f"{spec.name}: what was written could not be read back: {failure}")
        )
    if found is None:
        return report
    words = f"all {found.found:,} read back and equal" if found.is_equal else "; ".join(found.lines)
    return replace(report, message=f"{report.message}; {words}", messages=(*report.messages, *found.lines))


def verify(settings: Settings, name: str) -> Reconciliation:
    """Compare what a destination holds with what it acknowledged; raises RequestFault, SyncFault, ConnectionFailure."""
    spec = find(settings, name)
    with _destination(settings, spec) as destination:
        if destination.limits.reads != "values":
            raise RequestFault(f"Sync {name}: {spec.destination} cannot be read, so there is nothing to compare with.")
        return reconcile(spec, warehouse=settings.warehouse, destination=destination)


@contextmanager
def _destination(settings: Settings, spec: SyncSpec) -> Iterator[Destination]:
    with opener(spec)(settings.credentials[spec.destination]) as destination:
        yield destination


def opener(spec: SyncSpec) -> Callable[[Any], AbstractContextManager[Destination]]:
    """What opens the destination of a sync: an object that is served in a way of its own has a line of its own."""
    if spec.destination not in OPENERS:
        raise RequestFault(f"Sync {spec.name}: nothing can write to {spec.destination} yet.")
    return OPENERS.get(f"{spec.destination}.{spec.object}", OPENERS[spec.destination])
