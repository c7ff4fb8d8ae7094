"""The page of the ICP data review says what is published, and what is not published is told in one line (ICP-19)."""

import shutil
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
        1::bigint as customer_count, 'By name' as play, 3::bigint as won_count, 1::bigint as lost_count,
        2::bigint as open_count, 0.75::double as win_ratio, 5000.0::decimal(18, 2) as won_usd,
        700.0::decimal(18, 2) as open_usd, 41.0::double as median_cycle_days""",
    "owner_territories": """select 'u1' as owner_user_id, 'O''Brien | Söhne' as user_name, true as is_active,
        3::bigint as account_count, 1::bigint as t1_count, 10.0::decimal(18, 2) as valuation_usd,
        1.5::double as mean_ratio""",
    "contact_personas": "select 'c' || n as contact_id, 'T1' as account_tier from range(4) as t(n)",
    "credit_usage": """select 'apollo' as vendor, date_trunc('month', current_date) as usage_month,
        12.0 as month_to_date_credit_count, 100.0 as monthly_credit_budget""",
    "segment_sales": """select 'industry' as attribute, 'Finance' as segment, 3::bigint as won_count,
        1::bigint as lost_count, 0.75 as win_ratio, 1000.0 as mean_won_usd, 30.0 as mean_cycle_days,
        100.0 as open_usd, 40.0 as forecast_usd""",
    "customer_summaries": """select 'T1' as tier, 2 as customer_count, 300000.0 as contract_usd, 50000.0 as
        white_space_usd, 1 as upsell_count, 1 as over_penetrated_count, 1 as churned_count, 0.3333 as churn_ratio""",
    "target_contacts": """select 'c' || n as contact_id, 'a' as account_id, 'Acme' as account_name,
        5000.0 as valuation_usd, n = 0 as is_engaged_last_7_days, 'champion' as buying_role from range(2) as t(n)""",
    "account_tiers": "select 'a' as account_id, 'T1' as tier, 'CRM cleanup first: 3 of 4' as held_reason",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table of the page with the columns that its model declares, empty but for ROWS."""
    file = tmp_path_factory.mktemp("review") / "published.duckdb"
    asked = " ".join(section.sql for section in market_review.PAGE.sections)
    models = [
        model
        for file in (PROJECT / "models" / "marts").rglob("*__models.yml")
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
        if f"marts.{model['name']}" in asked
    ]
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        for model in models:
            columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in model["columns"])
            connection.execute(f"create table marts.{model['name']} ({columns})")
        for table, row in ROWS.items():
            connection.execute(f"insert into marts.{table} by name {row}")
    return file


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    shutil.copy(published, tmp_path)
    return tmp_path


def test_the_page_shows_each_figure_and_the_one_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(home))
    printed = CliRunner().invoke(command).output
    assert "| T1 | 3 | 75% | $1,234,568 | 2 | 50% | $1,000 | 1 | By name |" in printed
    assert "| O'Brien / Söhne | yes | 3 | 1 | $10 | 150% |" in printed
    assert "## A sample of Tier 1" in printed
    page = (home / "reports" / "market_review.html").read_text("utf-8")
    assert "<td>$1,234,568</td>" in page


def test_the_page_shows_project_conversion_segments_customers_and_the_outbound_list(home: Path) -> None:
    """RPT-29 (and what stops the scoring), RPT-27 with 22, RPT-40, RPT-19, PER-12."""
    page = market_review.PAGE.markdown(home / "published.duckdb")
    assert "| T1 | 3 | 4 | $1,234,568 |  |  |\n| apollo |  |  |  | 12 | 100 |" in page
    assert "| T1 | 3 | 1 | 2 | 75% | $5,000 | $700 | 41 |" in page
    assert "| industry | Finance | 4 | 75% | $1,000 | 30 | $100 | $40 |" in page
    assert "| T1 | 2 | $300,000 | $50,000 | 1 | 1 | 1 | 33% |" in page
    assert "| Acme | $5,000 | 2 | 1 | champion |" in page
    assert "| CRM cleanup first: 3 of 4 | repair what marts.crm_blockers lists |" in page


def test_what_is_not_published_is_told(tmp_path: Path, home: Path) -> None:
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        market_review.PAGE.markdown(tmp_path / "nowhere.duckdb")
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute("drop table marts.market_sizes")
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        market_review.PAGE.markdown(home / "published.duckdb")
