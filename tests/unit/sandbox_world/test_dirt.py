import numpy as np
import pytest

from sandbox.world.dirt import (
    VARIANTS,
    CompanyName,
    abbreviated,
    acronym,
    number_noise,
    other_form,
    title_case,
    transliterated,
    typo,
    varied,
    website,
)
from sandbox.world.randomness import stream

NAME = CompanyName(
    "O'BRIEN MEDIA GROUP GMBH", "O'BRIEN MEDIA GROUP", "GMBH", "", "O'Brien Media Group Gmbh", "O'Brien Media"
)


def test_title_case_leaves_mixed_case_alone() -> None:
    assert title_case("SCHNEIDER ELECTRIC (SOUTH AFRICA) SAS") == "Schneider Electric (South Africa) SAS"
    assert title_case("eBay Inc.") == "eBay Inc."
    assert title_case("BANK OF THE WEST") == "Bank of the West"


def test_legal_form_is_dropped_or_rewritten() -> None:
    assert other_form("Bosch", "GmbH", 0.1) == "Bosch"
    rewritten = {other_form("Bosch", "GmbH", lot) for lot in np.linspace(0.4, 1, 50)}
    assert "Bosch Gesellschaft mit beschränkter Haftung" in rewritten


@pytest.mark.parametrize("lot", np.linspace(0, 0.999, 25))
def test_typo_changes_little_and_never_the_first_letter(lot: float) -> None:
    spoilt = typo("Siemens Energy", lot)
    assert spoilt[0] == "S"
    assert abs(len(spoilt) - len("Siemens Energy")) <= 1


def test_other_spoilings() -> None:
    assert abbreviated("Alpha International Services") == "Alpha Intl Svcs"
    assert acronym("Deutsche Bahn Systemtechnik") == "DBS"
    assert transliterated("Müller Öl") == "Mueller Oel"


@pytest.mark.parametrize("kind", range(len(VARIANTS)))
@pytest.mark.parametrize("lot", [0.0, 0.3, 0.6, 0.999])
def test_every_variant_is_a_name_a_crm_accepts(kind: int, lot: float) -> None:
    name = varied(NAME, kind, lot)
    assert name == name.strip()
    assert 1 <= len(name) <= 255


def test_websites_keep_the_domain() -> None:
    lots = stream(1, "websites").random((400, 2))
    spellings = {website("example.co.uk", pair) for pair in lots}
    assert all("example.co.uk" in spelling.lower() for spelling in spellings)
    assert any(spelling.startswith("http://www.") for spelling in spellings)
    assert any(spelling != spelling.lower() for spelling in spellings)
    assert any(":8080" in spelling for spelling in spellings)


def test_figures_of_another_source_are_close() -> None:
    off = number_noise(np.full(2_000, 1_000.0), stream(1, "noise"), 0.1)
    assert abs(np.median(off) - 1_000) < 30
    assert off.std() > 50
