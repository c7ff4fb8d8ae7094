"""The waterfall as data: order, wildcards, who may be asked; and answers made flat."""

from __future__ import annotations

import pytest

from ingestion.vendors.contract import flat
from ingestion.vendors.rules import Rules, Step, Vendor


def made(*steps: Step, fields: tuple[str, ...] = ("size", "name")) -> Rules:
    vendors = {step.vendor: Vendor(step.vendor) for step in steps}
    mapped = {(vendor, "accounts"): dict.fromkeys(fields, "column") for vendor in vendors}
    return Rules(vendors, steps, mapped, ())


def test_a_field_with_steps_of_its_own_leaves_the_wildcard() -> None:
    rules = made(
        Step("accounts", "*", 1, "cheap"), Step("accounts", "*", 2, "dear"), Step("accounts", "size", 1, "dear")
    )
    assert {field: [step.vendor for step in steps] for field, steps in rules.waterfall("accounts").items()} == {
        "name": ["cheap", "dear"],
        "size": ["dear"],
    }


def test_a_step_whose_vendor_has_no_column_for_the_field_is_no_step() -> None:
    steps = (Step("accounts", "*", 1, "cheap"), Step("accounts", "*", 2, "dear"))
    fields = {("cheap", "accounts"): {"size": "n"}, ("dear", "accounts"): {"size": "n", "name": "n"}}
    rules = Rules({"cheap": Vendor("cheap"), "dear": Vendor("dear")}, steps, fields, ())
    assert [step.vendor for step in rules.waterfall("accounts")["name"]] == ["dear"]


def test_vendors_are_asked_after_those_before_them_in_any_field() -> None:
    rules = made(
        Step("accounts", "*", 1, "first"),
        Step("accounts", "*", 2, "second"),
        Step("accounts", "size", 1, "second"),
        Step("accounts", "size", 2, "third"),
    )
    assert rules.order() == ["first", "second", "third"]


def test_vendors_that_stand_before_each_other_still_have_an_order() -> None:
    rules = made(
        Step("accounts", "size", 1, "one"), Step("accounts", "size", 2, "two"),
        Step("accounts", "name", 1, "two"), Step("accounts", "name", 2, "one"),
    )  # fmt: skip
    assert sorted(rules.order()) == ["one", "two"]


@pytest.mark.parametrize(
    ("vendor", "accounts", "contacts", "search"),
    [
        (Vendor("x"), True, True, True),
        (Vendor("x", personal_data="anonymised"), True, True, False),
        (Vendor("x", personal_data="excluded"), True, False, False),
        (Vendor("x", is_gdpr_compliant=False), True, False, False),
        (Vendor("x", is_enabled=False), False, False, False),
    ],
)
def test_people_go_only_to_vendors_that_are_compliant_and_allowed(
    vendor: Vendor, accounts: bool, contacts: bool, search: bool
) -> None:
    asked = tuple(vendor.may_be_asked(entity) for entity in ("accounts", "contacts", "people_search"))
    assert asked == (accounts, contacts, search)


def test_an_answer_becomes_one_level_and_the_best_of_a_list_counts() -> None:
    assert flat({"a": {"b": {"c": 0}}, "phones": [{"no": "1"}, {"no": "2"}], "tech": ["x"], "none": None}) == {
        "a_b_c": 0,
        "phones_no": "1",
        "tech": ["x"],
        "none": None,
    }
