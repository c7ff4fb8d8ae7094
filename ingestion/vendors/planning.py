"""Who is to be asked what: one set-based query over the raw tables, from the waterfall that people wrote.

A field is asked of a vendor when none of the vendors before it gave a value, and each of those that could be asked has
answered (or failed for good). So an expensive vendor never sees a record that a cheap one can still answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from ingestion.vendors.contract import TABLES, Offer, Question
from ingestion.vendors.records import landed_sources, records_sql
from ingestion.vendors.rules import Rules, Step
from ingestion.warehouse import fetch, quoted, tables_of

MOST_FAILURES = 3  # a record that failed so often is left alone until its answer would be bought anew
_NOTHING = pa.table({"question_hash": pa.array([], pa.string())})


@dataclass(frozen=True)
class Wanted:
    """Records as rows, the most urgent first: input_object, record_id, question_hash, the inputs, wanted_fields."""

    table: pa.Table
    inputs: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many records."""
        return int(self.table.num_rows)

    def slices(self, size: int) -> Iterator[Wanted]:
        """The same in parts, in order."""
        for start in range(0, self.count, size):
            yield Wanted(self.table.slice(start, size), self.inputs)

    def questions(self) -> dict[str, Question]:
        """The questions by hash, in order; equal inputs are one."""
        found: dict[str, Question] = {}
        for row in self.table.to_pylist():
            given = {name: row[name] for name in self.inputs if row[name] is not None}
            found.setdefault(row["question_hash"], Question(row["question_hash"], given))
        return found


@dataclass(frozen=True)
class Planner:
    """Plans for one warehouse. `active` are the vendors that have credentials."""

    warehouse: Path
    rules: Rules
    active: Collection[str]

    def wanted(self, vendor: str, entity: str, offer: Offer, now: datetime) -> Wanted:
        """The records to ask `vendor` about."""
        records = records_sql(self.rules, entity, landed_sources(self.warehouse, self.rules))
        steps = self._steps(vendor, entity)
        if not records or not steps or not self.may_ask(vendor, entity):
            return Wanted(_NOTHING, offer.inputs)
        oldest = now - timedelta(days=self.rules.vendors[vendor].refresh_days)
        found = fetch(self.warehouse, self._sql(vendor, entity, offer, records), {"oldest": oldest})
        return Wanted(_NOTHING if found is None else found, offer.inputs)

    def may_ask(self, vendor: str, entity: str) -> bool:
        """Whether the vendor has credentials and may be asked about this entity."""
        return vendor in self.active and self.rules.vendors[vendor].may_be_asked(entity)

    def _steps(self, vendor: str, entity: str) -> dict[str, list[Step]]:
        """The steps of each field that this vendor has a place in, up to that place."""
        found = {}
        for field, steps in self.rules.waterfall(entity).items():
            place = next((number for number, step in enumerate(steps) if step.vendor == vendor), None)
            if place is not None:
                found[field] = steps[: place + 1]
        return found

    def _sql(self, vendor: str, entity: str, offer: Offer, records: str) -> str:
        steps = self._steps(vendor, entity)
        involved = sorted({step.vendor for each in steps.values() for step in each} | {vendor})
        joins = " ".join(
            f"left join ({self._answers(name, entity, steps)}) as {quoted(name)} using (input_object, record_id)"
            for name in involved
        )
        fields = ", ".join(
            f"case when {self._need(field, entity, each)} then '{field}' end" for field, each in steps.items()
        )
        hashed = " || chr(31) || ".join(f"coalesce(lower({quoted(name)}), '')" for name in offer.inputs)
        if offer.wording:
            hashed += f" || chr(31) || '{hashlib.md5(offer.wording.encode(), usedforsecurity=False).hexdigest()}'"
        lacks = " or ".join(f"{quoted(name)} is null" for name in offer.needs) or "false"
        listed = ", ".join(map(quoted, offer.inputs))
        own = quoted(vendor)
        return f"""
            with records as ({records}),
            asked as (select *, md5({hashed}) as question_hash from records where is_eligible and not ({lacks})),
            conditions as ({self._conditions(entity)}),
            judged as (
                select asked.input_object, asked.record_id, asked.question_hash, {listed},
                    {_priority(steps)} as priority,
                    {own}.input_hash is not distinct from asked.question_hash and {own}.observed_at >= $oldest
                        as is_answered,
                    {own}.observed_at is not null as is_refresh,
                    {own}.failure_count,
                    array_to_string(list_filter([{fields}], lambda field: field is not null), '|') as wanted_fields
                from asked {joins} left join conditions using (input_object, record_id)
            )
            select * from judged
            where wanted_fields <> '' and not coalesce(is_answered, false)
                and coalesce(failure_count, 0) < {MOST_FAILURES}
            order by priority, is_refresh, question_hash, record_id"""

    def _answers(self, vendor: str, entity: str, steps: Mapping[str, list[Step]]) -> str:
        """What a vendor has said so far, record by record: when, to which question, and which fields it filled."""
        table, schema = TABLES[entity], f"raw_{vendor}"
        landed = tables_of(self.warehouse, schema).get(table, {})
        mapped = self.rules.fields_of(vendor, entity)
        filled = ", ".join(
            f"{_presence(mapped[field], landed)} as {quoted(f'has_{field}')}" for field in steps if field in mapped
        )
        answers = (
            f"select input_object, input_record_id as record_id, input_hash, observed_at, {filled or 'null as has_'} "
            f"from {schema}.{table}"
            if "observed_at" in landed
            else "select null::varchar as input_object, null::varchar as record_id, null::varchar as input_hash, "
            f"null::timestamp as observed_at, {filled or 'null as has_'} where false"
        )
        failures = f"""select input_object, record_id, count(*) as failure_count from ops.enrichment_attempts
            where vendor = '{vendor}' and entity = '{entity}' and outcome = 'failed' and "at" >= $oldest
            group by all"""
        if "enrichment_attempts" not in tables_of(self.warehouse, "ops"):
            failures = (
                "select null::varchar as input_object, null::varchar as record_id, 0 as failure_count where false"
            )
        return f"select * from ({answers}) full join ({failures}) using (input_object, record_id)"

    def _need(self, field: str, entity: str, steps: list[Step]) -> str:
        """SQL: the field is still empty after all steps before the last one, and those have been taken."""
        terms = [_holds(steps[-1])]
        for step in steps[:-1]:
            name = quoted(step.vendor)
            terms.append(f"not coalesce({name}.{quoted(f'has_{field}')}, false)")
            if self.may_ask(step.vendor, entity):
                failed = f"coalesce({name}.failure_count, 0) >= {MOST_FAILURES}"
                terms.append(f"({name}.observed_at is not null or {failed} or not {_holds(step)})")
        return " and ".join(terms)

    def _conditions(self, entity: str) -> str:
        """The conditions that hold for each record, as the last build judged them.

        A new record meets none yet but those on its source.
        """
        met = [
            f"select input_object, record_id, '{condition}' as condition from records where source = '{source}'"
            for (of, condition), source in self.rules.of_source.items()
            if of == entity
        ]
        if "enrichment_condition_matches" in tables_of(self.warehouse, "marts"):
            judged = f"from marts.enrichment_condition_matches where entity = '{entity}'"
            met.append(f"select input_object, record_id, condition {judged}")
        if not met:
            met = ["select null::varchar as input_object, null::varchar as record_id, null as condition where false"]
        return f"select input_object, record_id, list(condition) as met from ({' union '.join(met)}) group by all"


def _holds(step: Step) -> str:
    """SQL: one of the step's conditions is met, or it has none."""
    if not step.conditions:
        return "true"
    return f"coalesce(list_has_any(met, [{_texts(step.conditions)}]), false)"


def _priority(steps: Mapping[str, list[Step]]) -> str:
    """SQL: the place of the first condition that is met, among those of this vendor's steps."""
    conditions = list(dict.fromkeys(name for each in steps.values() for name in each[-1].conditions))
    cases = " ".join(f"when list_contains(met, '{name}') then {place}" for place, name in enumerate(conditions, 1))
    return f"case {cases} else {len(conditions) + 1} end" if cases else "1"


def _presence(column: str, landed: Mapping[str, str]) -> str:
    """SQL: the vendor filled the column; an empty list is no value."""
    if column not in landed:
        return "false"
    return f"coalesce(cast({quoted(column)} as varchar), '') not in ('', '[]')"


def _texts(values: Collection[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
