"""Parents brought to one forest, conflicts and cycles included."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from ml.identity import hierarchy
from ml.identity.family_evidence import evidence_parents
from ml.identity.hierarchy import AccountNode, Conflict, Hierarchy, Placement


def build_hierarchy(
    accounts: Mapping[str, AccountNode], crm: Mapping[str, str], vendor: Mapping[str, str]
) -> Hierarchy:
    return hierarchy.build_hierarchy(accounts, [("crm", crm), ("vendor", vendor)])


def _nodes(**countries: str | None) -> dict[str, AccountNode]:
    return {name: AccountNode(country, (True, "2024-01-01", name)) for name, country in countries.items()}


def test_three_levels_with_a_domestic_ultimate() -> None:
    nodes = _nodes(top="US", region="DE", site="DE", lone="FR")
    places = build_hierarchy(nodes, {"region": "top", "site": "region"}, {}).placements
    assert places == {
        "top": Placement(None, None, "top", "top", 0),
        "region": Placement("top", "crm", "region", "top", 1),
        "site": Placement("region", "crm", "region", "top", 2),
        "lone": Placement(None, None, "lone", "lone", 0),
    }


def test_the_domestic_ultimate_is_the_highest_of_the_country_even_above_a_foreign_parent() -> None:
    places = build_hierarchy(
        _nodes(top="US", middle="IE", site="US"), {"middle": "top", "site": "middle"}, {}
    ).placements
    assert places["site"].domestic_ultimate == "top"


def test_an_unknown_country_is_its_own_domestic_ultimate() -> None:
    places = build_hierarchy(_nodes(top="US", site=None), {"site": "top"}, {}).placements
    assert places["site"].domestic_ultimate == "site"


def test_the_crm_wins_over_the_vendor_and_the_conflict_is_kept() -> None:
    found = build_hierarchy(_nodes(a=None, b=None, c=None), {"c": "a"}, {"c": "b", "b": "a"})
    assert found.placements["c"].parent == "a"
    assert found.placements["b"].parent == "a"
    assert found.conflicts == [Conflict("c", "parents_disagree", "a", "crm", "b", "vendor")]


def test_unknown_parents_and_self_parents_are_ignored() -> None:
    found = build_hierarchy(_nodes(a=None), {"a": "a"}, {"a": "gone"})
    assert found.placements["a"] == Placement(None, None, "a", "a", 0)
    assert found.conflicts == []


def test_a_cycle_is_cut_at_the_highest_ranking_account_and_reported_with_its_path() -> None:
    nodes = _nodes(a=None, b=None, c=None, d=None)
    nodes["b"] = AccountNode(None, (False, "2025-01-01", "b"))  # the customer
    found = build_hierarchy(nodes, {"a": "b", "b": "c", "c": "a", "d": "a"}, {})
    assert found.conflicts == [Conflict("b", "cycle", None, None, "c", "crm", ("b", "c", "a", "b"))]
    assert found.placements["b"].parent is None
    assert found.placements["d"] == Placement("a", "crm", "d", "b", 2)


def test_a_circle_that_two_sources_close_together_is_a_quarrel_the_vendor_loses() -> None:
    found = build_hierarchy(_nodes(a=None, b=None), {"a": "b"}, {"b": "a"})
    assert found.placements["a"].parent == "b"
    assert found.conflicts == [Conflict("b", "parents_disagree", None, None, "a", "vendor", ("b", "a", "b"))]


def test_a_chain_of_any_length_is_climbed_without_recursion() -> None:
    names = [f"{number:06}" for number in range(20_000)]
    nodes = {name: AccountNode("US", (True, "", name)) for name in names}
    parents = dict(zip(names[1:], names[:-1], strict=True))
    places = build_hierarchy(nodes, parents, {}).placements
    assert places[names[-1]] == Placement(names[-2], "crm", names[0], names[0], 19_999)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9)), st.dictionaries(st.integers(0, 9), st.integers(0, 9)))
def test_whatever_the_parents_every_account_is_placed_under_a_top(crm: dict[int, int], vendor: dict[int, int]) -> None:
    nodes = _nodes(**{str(number): None for number in range(10)})
    found = build_hierarchy(
        nodes, {str(k): str(v) for k, v in crm.items()}, {str(k): str(v) for k, v in vendor.items()}
    )
    assert set(found.placements) == set(nodes)
    for place in found.placements.values():
        assert found.placements[place.global_ultimate].parent is None
        if place.parent is not None:
            assert found.placements[place.parent].level == place.level - 1


def test_evidence_brings_families_under_one_head_and_contradicts_nobody() -> None:
    """`b` and `c` are stated families' members; a shared domain joins their tops, the lowest rank leading."""
    stated = {"b": "a", "d": "c"}
    ranks = {"a": 2, "b": 0, "c": 1, "d": 5, "e": 9}
    found = evidence_parents(stated, [["b", "d"], ["a", "c"], ["e", "d"]], ranks)
    assert found == {"a": "c", "e": "c"}
    places = hierarchy.build_hierarchy(
        _nodes(**dict.fromkeys("abcde")), [("crm", stated)], ("domain", found)
    ).placements
    assert {place.global_ultimate for place in places.values()} == {"c"}
    assert (places["b"].source, places["a"].source, places["c"].source) == ("crm", "domain", None)
