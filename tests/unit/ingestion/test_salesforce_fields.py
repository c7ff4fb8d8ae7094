"""What is read of a Salesforce object, and how it is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE
from ingestion.salesforce import rest
from ingestion.salesforce.fields import read_fields
from ingestion.salesforce.soql import changed_since, select


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "filterable": True} | more


DESCRIBE = {
    "fields": [
        field("Id", "id"),
        field("BillingAddress", "address"),
        field("BillingStreet", "textarea"),
        field("Body", "base64"),
        field("AnnualRevenue", "currency"),
        field("NumberOfEmployees", "int"),
        field("Is_Branch__c", "boolean"),
        field("CloseDate", "date"),
        field("SystemModstamp", "datetime"),
        field("Notes__c", "textarea", filterable=False),
        field("Kinds__c", "multipicklist"),
    ]
}


def test_every_field_but_compounds_and_files_is_read() -> None:
    fields = read_fields(DESCRIBE, {})
    assert fields.types == {
        "Id": TEXT, "BillingStreet": TEXT, "AnnualRevenue": NUMBER, "NumberOfEmployees": WHOLE, "Is_Branch__c": FLAG,
        "CloseDate": DAY, "SystemModstamp": MOMENT, "Notes__c": TEXT, "Kinds__c": TEXT,
    }  # fmt: skip
    assert fields.added == frozenset()


def test_an_added_field_is_asked_for_wherever_it_has_a_value() -> None:
    known = read_fields(DESCRIBE, {}).columns
    more = {"fields": [*DESCRIBE["fields"], field("ESG__c", "double"), field("Active__c", "boolean")]}
    added = read_fields(more, known)
    assert added.added == {"ESG__c", "Active__c"}
    assert added.added_values == "Active__c = true OR ESG__c != null"
    unfilterable = read_fields({"fields": [*DESCRIBE["fields"], field("Long__c", "textarea", filterable=False)]}, known)
    assert unfilterable.added_values is None


def test_soql() -> None:
    since = changed_since(datetime(2026, 5, 1, 12, 30, 15, 250_000))  # noqa: DTZ001 - naive UTC
    assert select(["Id", "Name"], "Group", "Type = 'Queue'", since) == (
        "SELECT Id, Name FROM Group WHERE (Type = 'Queue') AND (SystemModstamp >= 2026-05-01T12:30:15.250Z)"
    )
    assert select(["COUNT()"], "Account", None, None) == "SELECT COUNT() FROM Account"
    assert rest.fits(select(["Id"], "Account"))
    assert not rest.fits(select([f"Some_Custom_Field_{n}__c" for n in range(500)], "Account"))
