"""Column names: dlt's snake_case, stable, without collisions."""

from __future__ import annotations

from ingestion.naming import column_names


def test_names_are_snake_case() -> None:
    names = column_names(
        ["Account_Tier__c", "LinkedIn_URL__c", "SystemModstamp", "marketoGUID", "sfdcLeadId", "Topic ID"]
    )
    assert list(names.values()) == [
        "account_tier_c", "linked_in_url_c", "system_modstamp", "marketo_guid", "sfdc_lead_id", "topic_id",
    ]  # fmt: skip


def test_two_fields_never_share_a_column() -> None:
    assert column_names(["Foo__c", "Foo_c", "FOO__c"]) == {"Foo__c": "foo_c", "Foo_c": "foo_c_2", "FOO__c": "foo_c_3"}


def test_a_newcomer_never_takes_a_column_that_was_given() -> None:
    known = column_names(["Foo_c"])
    assert column_names(["Foo__c", "Foo_c"], known) == {"Foo__c": "foo_c_2", "Foo_c": "foo_c"}
    # not even when the field that had it is gone
    assert column_names(["Foo__c"], known) == {"Foo__c": "foo_c_2"}
