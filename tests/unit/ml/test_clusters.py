"""Groups depend on the links, not on their order, and never hold a contradiction."""

import random

from hypothesis import given
from hypothesis import strategies as st

from ml.identity.clusters import Link, cluster


def test_links_join_through_others() -> None:
    clusters = cluster(dict.fromkeys(range(5), ()), [Link(3, 4, 0.9), Link(0, 3, 0.9)])
    assert clusters.root == {0: 0, 1: 1, 2: 2, 3: 0, 4: 0}
    assert clusters.refused == []


def test_a_record_between_two_contradicting_ones_goes_to_the_stronger() -> None:
    traits = {0: ("ES",), 1: (None,), 2: ("FR",)}
    clusters = cluster(traits, [Link(0, 1, 0.85), Link(1, 2, 0.9)])
    assert clusters.root == {0: 0, 1: 1, 2: 1}
    assert clusters.refused == [Link(0, 1, 0.85)]


def test_what_the_crm_says_holds_against_the_evidence() -> None:
    traits = {0: ("ES",), 1: ("FR",), 2: ("FR",), 3: ("DE",)}
    clusters = cluster(traits, [Link(0, 1, 1.0, given=True), Link(1, 2, 0.9), Link(0, 3, 0.99)])
    assert clusters.root == {0: 0, 1: 0, 2: 0, 3: 3}


_LINKS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from([0.8, 0.9, 0.95]), st.booleans()).filter(
        lambda link: link[0] < link[1]
    ),
    max_size=30,
    unique_by=lambda link: link[:2],
)


@given(_LINKS, st.lists(st.sampled_from([None, "DE", "US"]), min_size=12, max_size=12), st.randoms())
def test_order_does_not_matter(
    rows: list[tuple[int, int, float, bool]], countries: list[str | None], order: random.Random
) -> None:
    links = [Link(*row) for row in rows]
    traits = {record: (country,) for record, country in enumerate(countries)}
    first = cluster(traits, links)
    order.shuffle(links)
    assert cluster(traits, links) == first
    for root in set(first.root.values()):
        members = {record for record, found in first.root.items() if found == root}
        assert root == min(members)
        if not any(link.given for link in links):
            assert len({countries[record] for record in members} - {None}) <= 1


def test_a_third_record_does_not_join_what_the_evidence_holds_apart() -> None:
    links = [Link(0, 1, 0.9), Link(1, 2, 0.85)]
    found = cluster({0: (), 1: (), 2: ()}, links, apart=[(2, 0)])
    assert found.root == {0: 0, 1: 0, 2: 2}
    assert found.refused == [links[1]]
    assert cluster({0: (), 1: (), 2: ()}, links).root == {0: 0, 1: 0, 2: 0}


def test_a_persons_decision_stands_against_a_merge_in_the_crm() -> None:
    merges = [Link(0, 1, 1.0, given=True), Link(1, 2, 1.0, given=True)]
    assert cluster({0: (), 1: (), 2: ()}, merges, apart=[(0, 2)]).root == {0: 0, 1: 0, 2: 0}
    assert cluster({0: (), 1: (), 2: ()}, merges, never=[(0, 2)]).root == {0: 0, 1: 0, 2: 2}
