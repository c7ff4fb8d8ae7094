import numpy as np

from sandbox.world.hierarchy import build_hierarchy


def test_trees_have_one_top_and_no_cycle() -> None:
    rng = np.random.default_rng(5)
    family = rng.integers(0, 60, 500)
    branch = rng.random(500) < 0.1
    country = rng.integers(0, 3, 500)
    tree = build_hierarchy(family, branch, rng.integers(1, 10_000, 500), country)
    tops = tree.parent < 0
    assert tops.sum() == np.unique(family).size
    assert (family[tree.parent[~tops]] == family[~tops]).all()
    assert (tree.level[~tops] == tree.level[tree.parent[~tops]] + 1).all()
    assert (tree.level[tops] == 0).all()
    assert tops[tree.global_ultimate].all()
    assert tree.level.max() <= 3


def test_domestic_ultimate_is_the_highest_owner_in_the_same_country() -> None:
    family = np.zeros(3, dtype=np.int64)
    country = np.array([1, 1, 2])
    tree = build_hierarchy(family, np.zeros(3, dtype=np.bool_), np.array([900, 50, 40]), country)
    assert tree.parent.tolist() == [-1, 0, 0]
    assert tree.domestic_ultimate.tolist() == [0, 0, 2]
    assert tree.global_ultimate.tolist() == [0, 0, 0]


def test_a_branch_never_leads() -> None:
    tree = build_hierarchy(
        np.zeros(2, dtype=np.int64), np.array([True, False]), np.array([500, 10]), np.zeros(2, dtype=np.int64)
    )
    assert tree.parent.tolist() == [1, -1]
