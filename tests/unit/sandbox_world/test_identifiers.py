import numpy as np

from sandbox.world.identifiers import PREFIXES, salesforce_ids, serials
from sandbox.world.randomness import stream


def case_safe_suffix(short: str) -> str:
    """Salesforce's documented rule, written out letter by letter."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    chunks = [short[start : start + 5] for start in (0, 5, 10)]
    return "".join(
        alphabet[sum(2**place for place, letter in enumerate(chunk) if letter.isupper())] for chunk in chunks
    )


def test_ids_have_prefix_length_and_case_safe_suffix() -> None:
    created = np.arange(5_000, dtype=np.int64)
    for name, prefix in PREFIXES.items():
        ids = salesforce_ids(name, created, stream(1, name)).to_pylist()
        assert all(len(value) == 18 and value.startswith(prefix) for value in ids[:200])
        assert all(case_safe_suffix(value[:15]) == value[15:] for value in ids[:200])
        assert len(set(ids)) == len(ids)


def test_known_id_has_the_suffix_salesforce_gives_it() -> None:
    assert case_safe_suffix("001D000000IqhSL") == "IAZ"


def test_serials_follow_creation_and_nothing_else() -> None:
    created = np.array([50, 10, 30, 10, 20], dtype=np.int64)
    numbers = serials(created, stream(3, "x"), first=100)
    by_number = created[np.argsort(numbers)]
    assert (np.diff(by_number) >= 0).all()
    assert len(set(numbers.tolist())) == 5
