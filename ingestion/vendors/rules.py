"""What people decided about enrichment: the vendors, the waterfall, which input means what. Read from dbt's seeds."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

EVERY_FIELD = "*"
RESEARCH = "research"  # the vendor that answers custom_criteria
API, FILE = "api", "file"
ALLOWED, ANONYMISED = "allowed", "anonymised"
CONTACTS, PEOPLE_SEARCH = "contacts", "people_search"  # what is about people: records of ours, and who else is there
ROLE_FIELDS = ("title", "seniority", "job_function")  # all that stays of a person whose data are anonymised


@dataclass(frozen=True)
class Vendor:
    """One row of vendors.csv. Credits are the vendor's own; an answer is bought again after `refresh_days`."""

    name: str
    kind: str = API
    is_enabled: bool = True
    is_gdpr_compliant: bool = True
    personal_data: str = ALLOWED
    refresh_days: int = 90
    monthly_credits: float = 100_000
    credits_per_load: float = 50_000

    def may_be_asked(self, entity: str) -> bool:
        """Whether records of this entity may go to the vendor: people only to one that is compliant and allowed.

        Nobody is searched for who would have to stay anonymous.
        """
        if not self.is_enabled:
            return False
        if entity == PEOPLE_SEARCH:
            return self.is_gdpr_compliant and self.personal_data == ALLOWED
        return entity != CONTACTS or (self.is_gdpr_compliant and self.personal_data in {ALLOWED, ANONYMISED})

    def shown_columns(self, entity: str, mapped: Mapping[str, str]) -> Collection[str] | None:
        """The vendor's columns that may be kept of an answer, None for all. `mapped` is our field -> its column."""
        if entity != CONTACTS or self.personal_data == ALLOWED:
            return None
        return {mapped[field] for field in ROLE_FIELDS if field in mapped}


@dataclass(frozen=True)
class Step:
    """One row of enrichment_waterfall.csv: at this position the field is asked of this vendor."""

    entity: str
    field: str
    position: int
    vendor: str
    unit_cost_usd: float = 0.0
    conditions: tuple[str, ...] = ()  # any of them; in the order of their priority


@dataclass(frozen=True)
class InputColumn:
    """One row of enrichment_inputs.csv: a landed column that tells us who is meant.

    `column` may lead over a key to the account: `account_id.name`. Of the inputs that share a `requirement` at least
    one must be filled.
    """

    entity: str
    source: str
    record_object: str
    table: str
    name: str
    column: str
    requirement: str = ""


@dataclass(frozen=True)
class Criterion:
    """One row of custom_criteria.csv: a question about each company, and what its answer is (text, number, flag)."""

    name: str
    question: str
    answer_type: str
    model: str
    unit_cost_usd: float = 0.0
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """All of it. `fields` holds, by vendor and entity, the landed column of each of our fields.

    `of_source` holds the conditions that say only where a record comes from (entity, condition -> source): they are
    known before anything is built.
    """

    vendors: Mapping[str, Vendor]
    steps: tuple[Step, ...]
    fields: Mapping[tuple[str, str], Mapping[str, str]]
    inputs: tuple[InputColumn, ...]
    criteria: tuple[Criterion, ...] = ()
    of_source: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)

    def fields_of(self, vendor: str, entity: str) -> Mapping[str, str]:
        """Our field -> the vendor's landed column."""
        return self.fields.get((vendor, entity), {})

    def waterfall(self, entity: str) -> dict[str, list[Step]]:
        """The steps of each field in order; a step that its vendor has no column for is left out."""
        own: dict[str, list[Step]] = {}
        for step in self.steps:
            if step.entity == entity:
                own.setdefault(step.field, []).append(step)
        known = sorted({field for (_, of), columns in self.fields.items() if of == entity for field in columns})
        found = {}
        for field in known:
            steps = sorted(own.get(field) or own.get(EVERY_FIELD, []), key=lambda step: step.position)
            steps = [step for step in steps if field in self.fields_of(step.vendor, entity)]
            if steps:
                found[field] = steps
        return found

    def order(self) -> list[str]:
        """The vendors so that each comes after those that stand before it in the waterfall of some field.

        Where two stand before each other in different fields, the one of the lower position goes first, and what it
        could have been spared is found out only by the next load.
        """
        before: dict[str, set[str]] = {vendor: set() for vendor in self.vendors}
        for entity in sorted({step.entity for step in self.steps}):
            for steps in self.waterfall(entity).values():
                for place, step in enumerate(steps):
                    before.setdefault(step.vendor, set()).update(earlier.vendor for earlier in steps[:place])
        try:
            return list(
                TopologicalSorter({name: sorted(before[name] - {name}) for name in sorted(before)}).static_order()
            )
        except CycleError:
            places = {step.vendor: (step.position, step.unit_cost_usd) for step in reversed(self.steps)}
            return sorted(before, key=lambda vendor: (places.get(vendor, (0, 0.0)), vendor))

    def unit_cost(self, vendor: str, entity: str) -> float:
        """What one answer costs in US dollars, as the waterfall states it."""
        costs = [step.unit_cost_usd for step in self.steps if step.vendor == vendor and step.entity == entity]
        return min(costs, default=0.0)


def read_rules(seeds: Path) -> Rules:
    """Read the seeds in `seeds` (dbt_project/seeds), which the preflight has validated."""
    fields: dict[tuple[str, str], dict[str, str]] = {}
    for row in _rows(seeds / "vendor_field_map.csv"):
        fields.setdefault((row["vendor"], row["entity"]), {})[row["field"]] = row["vendor_field"]
    criteria = tuple(_criterion(row) for row in _rows(seeds / "custom_criteria.csv") if _flag(row["is_active"]))
    fields[(RESEARCH, "accounts")] = {one.name: one.name for one in criteria}
    asked = (Step("accounts", one.name, 1, RESEARCH, one.unit_cost_usd, one.conditions) for one in criteria)
    return Rules(
        vendors={row["vendor"]: _vendor(row) for row in _rows(seeds / "vendors.csv")},
        steps=(*(_step(row) for row in _rows(seeds / "enrichment_waterfall.csv")), *asked),
        fields=fields,
        inputs=tuple(
            InputColumn(
                row["entity"], row["source"], row["object"], row["table_name"], row["input"], row["column_name"],
                row["requirement"],
            )
            for row in _rows(seeds / "enrichment_inputs.csv")
        ),
        criteria=criteria,
        of_source=_of_source(_rows(seeds / "enrichment_conditions.csv")),
    )  # fmt: skip


def _vendor(row: Mapping[str, str]) -> Vendor:
    return Vendor(
        name=row["vendor"],
        kind=row["kind"],
        is_enabled=_flag(row["is_enabled"]),
        is_gdpr_compliant=_flag(row["is_gdpr_compliant"]),
        personal_data=row["personal_data"],
        refresh_days=int(row["refresh_days"]),
        monthly_credits=float(row["monthly_credits"]),
        credits_per_load=float(row["credits_per_load"]),
    )


def _step(row: Mapping[str, str]) -> Step:
    position, cost = int(row["position"]), float(row["unit_cost_usd"])
    return Step(row["entity"], row["field"], position, row["vendor"], cost, _conditions(row))


def _criterion(row: Mapping[str, str]) -> Criterion:
    told = (row["criterion"], row["question"], row["answer_type"], row["model"])
    return Criterion(*told, float(row["unit_cost_usd"]), _conditions(row))


def _of_source(predicates: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """The conditions with one predicate: that `record_source` equals a name."""
    conditions: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in predicates:
        conditions.setdefault((row["entity"], row["condition"]), []).append(row)
    return {
        condition: rows[0]["value"]
        for condition, rows in conditions.items()
        if [(row["attribute"], row["operator"]) for row in rows] == [("record_source", "equals")]
    }


def _conditions(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in row["only_run_if"].split("|") if part.strip())


def _flag(text: str) -> bool:
    return text.strip().lower() == "true"


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {name: (value or "").strip() for name, value in row.items() if name}
