"""What the org lacks, and the package that makes it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from reverse_etl.destinations import FieldDescription, ObjectDescription
from reverse_etl.destinations.salesforce.metadata import Wanted, check_fields, package

SPACE = "{http://soap.sforce.com/2006/04/metadata}"


def field(name: str, **other: object) -> FieldDescription:
    whole: dict[str, object] = {"type_name": "string", "family": "text", "is_updateable": True, "is_nullable": True}
    return FieldDescription(name, **(whole | other))  # type: ignore[arg-type]  # a shorthand of this test


def test_missing_fields_and_values_are_named_and_packed() -> None:
    has = [
        field("Score__c"),
        field("Locked__c", is_updateable=False, is_createable=False),
        field("Tier__c", allowed_values=("Gold", "Tier 1")),
    ]
    described = ObjectDescription("Contact", True, {one.name: one for one in has})
    checks = check_fields(
        [
            Wanted("Contact", "Score__c", "double"),
            Wanted("Contact", "Locked__c", "string"),
            Wanted("Contact", "Tier__c", "picklist", values=("Tier 1", "Tier 2")),
            Wanted("Contact", "New_Amount__c", "currency", "O'Brien & <Söhne>"),
            Wanted("Contact", "Key__c", "string", is_key=True),
            Wanted("Contact", "Nickname", "string"),
        ],
        described,
    )
    assert [check.state for check in checks] == [
        "fits", "no access", "values missing", "missing", "missing", "missing standard",
    ]  # fmt: skip
    assert str(checks[2]) == "Contact.Tier__c lacks the values 'Tier 2'"
    files = package(checks)
    assert sorted(files) == ["objects/Contact.object", "package.xml"]
    members = [node.text for node in ET.fromstring(files["package.xml"].encode()).iter(f"{SPACE}members")]  # noqa: S314
    assert members == ["Contact.Key__c", "Contact.New_Amount__c", "Contact.Tier__c"]
    made = {
        node.findtext(f"{SPACE}fullName"): node
        for node in ET.fromstring(files["objects/Contact.object"].encode()).iter(f"{SPACE}fields")  # noqa: S314
    }
    assert made["New_Amount__c"].findtext(f"{SPACE}description") == "O'Brien & <Söhne>"
    assert made["Key__c"].findtext(f"{SPACE}externalId") == "true"
    values = [node.findtext(f"{SPACE}fullName") for node in made["Tier__c"].iter(f"{SPACE}value")]
    assert values == ["Gold", "Tier 1", "Tier 2"]


def test_nothing_missing_makes_no_package() -> None:
    described = ObjectDescription("Contact", True, {"A__c": field("A__c")})
    assert package(check_fields([Wanted("Contact", "A__c", "string")], described)) == {}
