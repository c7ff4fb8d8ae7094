"""Names of real companies, without any other evidence."""

import unicodedata

from benchmarks.identity_names import jaro_winkler, known_pairs, ours, register_pairs


def test_well_known_names() -> None:
    pairs = known_pairs()
    found = ours(pairs)
    assert found.precision > 0.98, found
    assert found.recall > 0.82, found  # with pairs across scripts that no transliteration reaches
    of_one_script = ours([pair for pair in pairs if _is_latin(pair.one + pair.other)])
    assert of_one_script.recall > 0.85, of_one_script
    assert found.f1 > jaro_winkler(pairs).f1 + 0.05, found


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter).startswith("LATIN") for letter in text if letter.isalpha())


def test_names_of_a_register() -> None:
    pairs = register_pairs()
    found = ours(pairs)
    assert found.precision > 0.99, found
    assert found.recall > 0.97, found
    assert found.f1 > jaro_winkler(pairs).f1, found
