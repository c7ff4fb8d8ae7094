"""The page of the ICP data review says what is published, and what is not published is told in one line (ICP-19)."""

from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from orchestration import market_review
from orchestration.commands.review import command
from orchestration.errors import RequestFault
from tests.integration.dbt_project.project import PROJECT

ROWS = {
    "tier_summaries": """select 'T1' as tier, 3::bigint as account_count, 0.75::double as account_ratio,
        1234567.5::decimal(18, 2) as valuation_usd, 2::bigint as previous_account_count,
        0.5::double as previous_account_ratio, 1000.0::decimal(18, 2) as previous_valuation_usd,
        1::bigint as customer_count, 'By name' as play""",
    "owner_territories": """select 'u1' as owner_user_id, 'O''Brien | Söhne' as user_name, true as is_active,
        3::bigint as account_count, 1::bigint as t1_count, 10.0::decimal(18, 2) as valuation_usd,
        1.5::double as mean_ratio""",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Every table of the page with the columns that its model declares, empty but for ROWS."""
    asked = " ".join(section.sql for section in market_review.SECTIONS)
    models = [
        model
        for file in (PROJECT / "models" / "marts").rglob("*__models.yml")
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
        if f"marts.{model['name']}" in asked
    ]
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute("create schema marts")
        for model in models:
            columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in model["columns"])
            connection.execute(f"create table marts.{model['name']} ({columns})")
        for table, row in ROWS.items():
            connection.execute(f"insert into marts.{table} by name {row}")
    return tmp_path


def test_the_page_shows_each_figure_and_the_one_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(home))
    printed = CliRunner().invoke(command).output
    assert "| T1 | 3 | 75% | $1,234,568 | 2 | 50% | $1,000 | 1 | By name |" in printed
    assert "| O'Brien / Söhne | yes | 3 | 1 | $10 | 150% |" in printed
    assert "## A sample of Tier 1" in printed
    page = (home / "reports" / "market_review.html").read_text("utf-8")
    assert "<td>$1,234,568</td>" in page


def test_what_is_not_published_is_told(tmp_path: Path, home: Path) -> None:
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        market_review.markdown(tmp_path / "nowhere.duckdb")
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute("drop table marts.market_sizes")
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        market_review.markdown(home / "published.duckdb")
