"""Rows of the rule language: predicate (attribute, operator, value) on an entity, with an effect.

What an operator takes stands in rule_operators.csv, which attributes exist in attribute_catalogue.csv (accounts) and
rule_attributes.csv; the seed's `meta: rules` says in which columns the predicate stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expectations.seeds.cells import type_fault
from expectations.seeds.declarations import SeedDeclaration
from expectations.seeds.faults import SeedFault
from expectations.seeds.files import Row, SeedFile

_CATALOGUE_TYPES = {"text[]": "list", "boolean": "boolean", "date": "date", "timestamp": "date", "text": "text"}
_PARSED_AS = {"number": "double", "boolean": "boolean", "date": "date", "days": "integer"}


@dataclass(frozen=True)
class Operator:
    """One row of rule_operators.csv."""

    name: str
    value_kind: str
    minimum: int
    maximum: int | None
    attribute_types: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The words of the rule language: operators by name, and the type of each attribute by entity."""

    operators: dict[str, Operator]
    attributes: dict[str, dict[str, str]]


def read_vocabulary(seeds: Mapping[str, SeedFile]) -> Vocabulary:
    """Collect it from the seeds; rows that are themselves faulty are left out."""
    operators = {}
    for row in _rows(seeds, "rule_operators"):
        least, most = row.get("minimum_values", ""), row.get("maximum_values", "")
        types = tuple(row.get("attribute_types", "").split("|"))
        operators[row.get("operator", "")] = Operator(
            name=row.get("operator", ""),
            value_kind=row.get("value_kind", ""),
            minimum=int(least) if least.isdigit() else 0,
            maximum=int(most) if most.isdigit() else None,
            attribute_types=types,
        )
    attributes: dict[str, dict[str, str]] = {"accounts": {}}
    for row in _rows(seeds, "attribute_catalogue"):
        declared = row.get("data_type", "")
        attributes["accounts"][row.get("attribute", "")] = _CATALOGUE_TYPES.get(declared, "number")
    for row in _rows(seeds, "rule_attributes"):
        attributes.setdefault(row.get("entity", ""), {})[row.get("attribute", "")] = row.get("data_type", "")
    return Vocabulary(operators, attributes)


def _rows(seeds: Mapping[str, SeedFile], name: str) -> Iterator[Row]:
    if name in seeds:
        yield from (row for _, row in seeds[name].rows)


def rule_faults(seed: SeedFile, declaration: SeedDeclaration, vocabulary: Vocabulary) -> Iterator[SeedFault]:
    """All faults of the predicates in a seed that declares `meta: rules`."""
    if declaration.rules is None:
        return
    places = declaration.rules
    for line, row in seed.rows:
        for column, value, message in _predicate_faults(row, places, vocabulary):
            yield SeedFault(seed.file, line, column, value, message, declaration.remedy_for(column))


def _predicate_faults(row: Row, places: Mapping[str, Any], words: Vocabulary) -> Iterator[tuple[str, str, str]]:
    at_attribute, at_operator, at_value = (str(places.get(part, part)) for part in ("attribute", "operator", "value"))
    attribute, operator, value = (row.get(name, "") for name in (at_attribute, at_operator, at_value))
    if not attribute:
        for column, cell in ((at_operator, operator), (at_value, value)):
            if cell:
                yield column, cell, f"stands without an {at_attribute}"
        return
    entities = _entities(row, places)
    kinds = (words.attributes.get(entity, {}).get(attribute) for entity in entities)
    kind = next((kind for kind in kinds if kind is not None), None)
    if kind is None:
        yield at_attribute, attribute, _unknown_attribute(entities, attribute, words)
    known = words.operators.get(operator)
    if known is None:
        yield at_operator, operator, f"is not an operator; there are {', '.join(words.operators)}"
        return
    if kind is not None and kind not in known.attribute_types:
        applying = [other.name for other in words.operators.values() if kind in other.attribute_types]
        message = f"does not apply to {attribute}, which is a {kind}; {', '.join(applying)} do"
        yield at_operator, operator, message
        return
    if reason := _value_fault(value, known, kind):
        yield at_value, value, reason


def _entities(row: Row, places: Mapping[str, Any]) -> list[str]:
    """Whose attributes a row may name: those of one entity or of several, or of the one in a column."""
    named = places.get("entity", "accounts")
    if isinstance(named, Mapping):
        return [row.get(str(named["column"]), "")]
    return [str(name) for name in named] if isinstance(named, list) else [str(named)]


def _unknown_attribute(entities: list[str], attribute: str, words: Vocabulary) -> str:
    for entity in entities:
        if entity not in words.attributes:
            return f"belongs to the unknown entity {entity!r}; there are {', '.join(words.attributes)}"
    elsewhere = [other for other, known in words.attributes.items() if attribute in known]
    hint = f" (it is one of {', '.join(elsewhere)})" if elsewhere else ""
    catalogue = "attribute_catalogue.csv or rule_attributes.csv" if "accounts" in entities else "rule_attributes.csv"
    return f"is not an attribute of {' or '.join(entities)}{hint}; add it to {catalogue} or use one that is there"


def _value_fault(value: str, operator: Operator, kind: str | None) -> str | None:
    parts = value.split("|") if value else []
    if operator.maximum == 0:
        return f"must be blank, for {operator.name} takes no value" if parts else None
    if len(parts) < operator.minimum or (operator.maximum is not None and len(parts) > operator.maximum):
        return f"gives {len(parts)} values where {operator.name} takes {_wanted(operator)}, separated by |"
    wanted = kind if operator.value_kind == "scalar" else operator.value_kind
    for part in parts:
        if not part.strip():
            return "holds a blank between two |"
        if wanted in _PARSED_AS and (reason := type_fault(part.strip(), _PARSED_AS[wanted])):
            return f"holds '{part}', which {reason}"
    if wanted == "days" and int(parts[0]) < 0:
        return "is a negative number of days"
    if operator.name == "between" and _descends(parts, wanted):
        return "goes from high to low; write the lower value first"
    return None


def _wanted(operator: Operator) -> str:
    if operator.maximum is None:
        return f"at least {operator.minimum}"
    if operator.minimum == operator.maximum:
        return str(operator.minimum)
    return f"{operator.minimum} to {operator.maximum}"


def _descends(parts: list[str], kind: str | None) -> bool:
    if kind == "number":
        return float(parts[0]) > float(parts[1])
    return kind == "date" and parts[0] > parts[1]
