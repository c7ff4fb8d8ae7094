"""Objects and fields as declared, and ids."""

from pathlib import Path

import pytest
import yaml

from sandbox.services.salesforce import schema
from sandbox.services.salesforce.describe import field_description, valid_for
from sandbox.services.salesforce.fields import SObject, fit_to_column, parse_field, parse_object
from sandbox.services.salesforce.ids import case_safe


def objects() -> list[SObject]:
    declared = yaml.safe_load(Path(schema.DECLARATIONS).read_text("utf-8"))
    return [parse_object(name, entry) for name, entry in declared.items()]


def test_references_point_to_declared_objects() -> None:
    names = {entry.name for entry in objects()}
    assert {name for entry in objects() for field in entry.fields.values() for name in field.references} <= names


def test_prefixes_are_unique_and_every_object_has_its_stamps() -> None:
    assert len({entry.prefix for entry in objects()}) == len(objects())
    for entry in objects():
        stamps = (
            {"Id", "CreatedDate"}
            if entry.name == "OpportunityFieldHistory"
            else {"Id", "CreatedDate", "SystemModstamp"}
        )
        assert stamps <= set(entry.fields)
    history = next(entry for entry in objects() if entry.name == "OpportunityHistory")
    assert "LastModifiedDate" not in history.fields


def test_a_declaration_is_read() -> None:
    tier = parse_field("Tier__c", "picklist restricted = Tier 1 | Tier 2")
    assert ([value.value for value in tier.values], tier.restricted, tier.label) == (["Tier 1", "Tier 2"], True, "Tier")
    owner = parse_field("OwnerId", "reference =>User =>Group defaulted")
    assert (owner.references, owner.relationship, owner.length) == (("User", "Group"), "Owner", 18)
    score = parse_field("Score__c", "double 5,2")
    assert (score.precision, score.scale, score.storage) == (5, 2, "DOUBLE")
    assert parse_field("Region__c", "reference =>Account").relationship == "Region__r"


@pytest.mark.parametrize(
    ("declared", "column", "kind"),
    [
        ("currency 18,2", "DECIMAL(18,2)", "currency"),
        ("int 8", "INTEGER", "int"),
        ("int 8", "DOUBLE", "double"),
        ("picklist", "BOOLEAN", "boolean"),
        ("email 80", "VARCHAR", "email"),
        ("date", "TIMESTAMP", "datetime"),
        (None, "BIGINT", "int"),
        (None, "VARCHAR", "string"),
    ],
)
def test_the_column_decides_where_the_declaration_does_not_fit(declared: str | None, column: str, kind: str) -> None:
    field = parse_field("X__c", declared) if declared else None
    assert fit_to_column(field, "X__c", column).type == kind


def test_the_case_safe_suffix() -> None:
    assert case_safe("001A0000006Vm9r") == "001A0000006Vm9rIAC"
    assert case_safe("a0T000000000000") == "a0T000000000000EAA"


def test_dependent_values_are_a_bitmap_of_the_controlling_ones() -> None:
    controller = parse_field("C__c", "picklist = " + " | ".join(f"v{n}" for n in range(9)))
    assert valid_for(("v0", "v8"), controller) == "gIA="
    assert valid_for((), controller) is None


def test_a_describe_has_the_vendors_keys() -> None:
    entry = parse_object("Thing", {"prefix": "a00", "plural": "Things", "fields": {"Name": "string 80 required name"}})
    described = field_description(entry, entry.fields["Name"])
    assert (described["nillable"], described["nameField"], described["byteLength"]) == (False, True, 240)
    assert {"externalId", "restrictedPicklist", "relationshipName", "soapType", "defaultedOnCreate"} <= set(described)
