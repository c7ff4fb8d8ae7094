"""The field map: what may be pushed, and how a wrong row is told."""

from __future__ import annotations

import pytest

from reverse_etl.errors import SyncRefused
from reverse_etl.mapping import SeedRow, build_mapping
from reverse_etl.spec import Key, PreventOverride, SyncSpec

SPEC = SyncSpec(
    name="crm__accounts",
    model="activation.sync_crm__accounts",
    destination="crm",
    object="Account",
    key=Key(column="crm_id", field="Id"),
    mode="update",
    prevent_override=PreventOverride(column="prevent_override", field="Prevent_Override__c"),
    reasons={"Tier__c": "tier_reason"},
)
TYPES = {
    "crm_id": "VARCHAR",
    "prevent_override": "BOOLEAN",
    "tier": "VARCHAR",
    "tier_reason": "VARCHAR",
    "score": "DECIMAL(5,2)",
    "topics": "VARCHAR[]",
}
TIER = SeedRow("tier", "Tier__c", "always", "push", "marketmap")
SCORE = SeedRow("score", "Score__c", "if_blank", "both", "marketmap")


def faults_of(*rows: SeedRow) -> tuple[str, ...]:
    with pytest.raises(SyncRefused) as refusal:
        build_mapping(SPEC, rows, TYPES)
    return refusal.value.lines


def test_fields_are_sorted_typed_and_reasoned() -> None:
    mapping = build_mapping(SPEC, [TIER, SCORE], TYPES)
    assert [(field.target, field.mode, field.family, field.reason_column) for field in mapping.fields] == [
        ("Score__c", "if_blank", "number", None),
        ("Tier__c", "always", "text", "tier_reason"),
    ]


def test_the_version_changes_with_what_is_written_where_and_with_nothing_else() -> None:
    version = build_mapping(SPEC, [TIER, SCORE], TYPES).version
    assert build_mapping(SPEC, [SCORE, TIER], {**TYPES, "score": "DOUBLE"}).version == version
    others = [
        build_mapping(SPEC, [TIER], TYPES),
        build_mapping(SPEC, [TIER, SeedRow("score", "Score__c", "always", "both", "marketmap")], TYPES),
        build_mapping(SPEC.model_copy(update={"object": "Lead"}), [TIER, SCORE], TYPES),
    ]
    assert version not in {other.version for other in others}
    assert len({other.version for other in others}) == 3


def test_pulled_fields_and_never_are_left_out() -> None:
    pulled = SeedRow("no_such_column", "Phone", "always", "pull", "crm")
    never = SeedRow("score", "Score__c", "never", "push", "crm")
    assert [field.target for field in build_mapping(SPEC, [TIER, pulled, never], TYPES).fields] == ["Tier__c"]


def test_a_field_of_the_crm_is_refused() -> None:
    (line,) = faults_of(SeedRow("tier", "Tier__c", "always", "push", "crm"))
    assert "the CRM is the authority of this field, so it is not written" in line


def test_every_fault_is_named_at_once() -> None:
    lines = faults_of(
        TIER,
        SeedRow("score", "TIER__C", "alwais", "push", "marketmap"),
        SeedRow("nothing", "Other__c", "always", "push", "marketmap"),
        SeedRow("topics", "Topics__c", "always", "push", "marketmap"),
        SeedRow("tier", "Bad field", "always", "push", "marketmap"),
        SeedRow("tier", "Id", "always", "push", "marketmap"),
    )
    told = "\n".join(lines)
    for part in (
        "TIER__C: write_mode is 'alwais'; use one of always, if_blank, on_create, never",
        "TIER__C: two columns fill this field; keep one row per target_field",
        "Other__c: activation.sync_crm__accounts has no column nothing",
        "Topics__c: topics is of type VARCHAR[]",
        "'tier' -> 'Bad field' are not both names",
        "Id: this field is the key and is never written",
    ):
        assert part in told
    assert len(lines) == 6


def test_a_sync_that_pushes_nothing_is_refused() -> None:
    assert faults_of() == ("crm__accounts: field_map.csv holds no field to push; add a row with direction push",)
