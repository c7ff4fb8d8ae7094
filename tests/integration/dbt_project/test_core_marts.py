"""What the core marts say about a small market with the dirt of a real CRM (IDN-16..20, ING-03, 06, 07, 17, 30, 31)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.dbt_project import core_scenario as scenario
from tests.integration.dbt_project.core_titles import TITLES
from tests.integration.dbt_project.project import copy_project, rows, run_dbt

CORE = ["build", "--select", "staging", "+marts.core", "--indirect-selection", "cautious"]
# The seeds' tests belong to the seed validator, and staging's keys are those of the scenario.
CORE += ["--exclude", "path:seeds,resource_type:test", "path:models/staging,resource_type:test"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("core")
    scenario.build_raw(folder / "warehouse.duckdb")
    project = copy_project(folder, {"attribute_catalogue": ["esg_score,double,,false,ESG score of the vendor."]})
    statuses = run_dbt(folder, CORE, project)
    unhappy = {node: status for node, status in statuses.items() if status not in {"success", "pass"}}
    assert unhappy == {"test.marketmap.labels_are_in_their_vocabulary": "warn"}  # O'Brien's "Basket weaving"
    return folder


def _account(home: Path, columns: str, account_id: str) -> tuple[object, ...]:
    (row,) = rows(home, f"select {columns} from marts.dim_accounts where account_id = '{account_id}'")
    return row


def test_public_ids_are_uuids_and_no_key_is_a_number(home: Path) -> None:
    """IDN-21. A rebuild makes the same ids: they hang on ours alone."""
    query = "select account_id, cast(cast(public_id as uuid) as text) from marts.dim_accounts order by 1 limit 1"
    assert rows(home, query) == [("acc_globex", "35747e6b-f3a9-8023-85b0-47217f7a4d7e")]
    assert rows(home, "select count(distinct public_id) = count(*) from marts.dim_contacts") == [(True,)]
    keys = """select table_name, column_name from information_schema.columns
        where table_schema = 'marts' and (column_name like '%\\_id' escape '\\') and data_type <> 'VARCHAR'"""
    assert rows(home, keys) == []


def test_any_record_of_an_account_tells_that_it_is_public_sector(home: Path) -> None:
    """IDN-22."""
    found = rows(home, "select account_id, is_us_public_sector from marts.dim_accounts order by 1")
    assert found == [("acc_globex", True), ("acc_koeln", False), ("acc_obrien", False)]


def test_deleted_and_unmatched_accounts_are_no_accounts(home: Path) -> None:
    assert rows(home, "select account_id from marts.dim_accounts order by 1") == [
        ("acc_globex",),
        ("acc_koeln",),
        ("acc_obrien",),
    ]


def test_the_main_record_speaks_and_vendors_fill_the_gaps(home: Path) -> None:
    columns = "account_name, salesforce_account_id, industry, country_code, city, employee_count, segment, founded_year"
    assert _account(home, columns, "acc_globex") == (
        "Globex Corporation",
        scenario.GLOBEX,
        "Technology",  # the CRM owns the industry, whatever its letter case
        "US",
        "Boston",
        1000,  # the vendor comes first in the waterfall of employees
        "Enterprise",  # only the duplicate has one
        1999,
    )


def test_numbers_keep_their_cents_and_lists_are_lists(home: Path) -> None:
    columns = (
        "annual_revenue_usd, current_contract_value_usd, technologies, is_customer, record_count, crm_record_count"
    )
    assert _account(home, columns, "acc_globex") == (
        Decimal("6000000.00"),
        Decimal("12000.00"),
        ["Snowflake", "O'Reilly"],
        True,
        6,
        2,
    )


def test_prevent_override_keeps_the_crm_value_and_gaps_are_still_filled(home: Path) -> None:
    columns = "account_name, has_prevent_override, employee_count, industry, country_code"
    assert _account(home, columns, "acc_obrien") == ("O'Brien & Söhne", True, 10, "Food & Beverage", "DE")


def test_a_branch_without_vendor_answer_stays_what_the_crm_says(home: Path) -> None:
    columns = "account_name, is_branch, is_customer, technologies, completeness_score"
    assert _account(home, columns, "acc_koeln") == ("Kölner Werk 🛠", True, False, None, pytest.approx(1 / 8))


def test_every_value_names_its_source(home: Path) -> None:
    found = rows(
        home,
        """
        select source, value, is_chosen from intermediate.int_account_attribute_values
        where account_id = 'acc_globex' and attribute = 'country_code' order by is_chosen desc, source, column_name
        """,
    )
    assert found == [("salesforce", "US", True), ("salesforce", "US", False), ("zoominfo", "CA", False)]


def test_a_catalogue_row_exposes_a_new_vendor_column(home: Path) -> None:
    assert rows(home, "select esg_score from marts.dim_accounts order by account_id") == [(55.5,), (None,), (None,)]


def test_a_custom_field_of_the_crm_reaches_staging(home: Path) -> None:
    query = "select favourite_colour_c from staging.stg_salesforce__accounts where favourite_colour_c is not null"
    assert rows(home, query) == [("teal",)]


def test_one_person_is_one_contact(home: Path) -> None:
    found = rows(
        home,
        """
        select contact_id, account_id, full_name, title, seniority, job_function, phone, country_code, is_lead_only,
            salesforce_lead_id, marketo_lead_id, marketing_status, email_open_count, record_count
        from marts.dim_contacts order by contact_id
        """,
    )
    assert found == [
        ("per_jane", "acc_globex", "Jane O'Brien", "VP of Operations", "VP", "Operations", "+1 617 555 0101", "US",
         False, scenario.JANE_LEAD, "1", "subscribed", 2, 3),
        ("per_li", None, "Li Wei", "Directory Curator", "Staff", "Other", None, None, True,
         scenario.FREE_LEAD, "2", "bounced", 0, 2),
        ("per_pat", "acc_obrien", "Pat", "Leiter Vertrieb", "Director", "Sales", None, None, False,
         None, None, "unsubscribed", 0, 1),
    ]  # fmt: skip


def test_titles_give_level_and_function(home: Path) -> None:
    found = {title: (level, function) for title, level, function in rows(home, "from intermediate.int_titles")}
    assert {title: found[title] for title in TITLES} == TITLES


def test_each_activity_appears_once_with_our_type(home: Path) -> None:
    found = rows(home, "select activity_type, count(*) from marts.fct_activities group by 1 order by 1")
    assert dict(found) == {  # type: ignore[arg-type] # two columns
        "Campaign Response": 1, "Email Bounce": 1, "Email Click": 1, "Email Delivered": 1, "Email Open": 2,
        "Email Sent": 1, "Event Attended": 1, "Form Submission": 1, "Interesting Moment": 1, "Link Click": 1,
        "List Added": 1, "Meeting": 1, "Opportunity Created": 2, "Sales Call": 1, "Sales Task": 1, "Web Visit": 2,
    }  # fmt: skip


def test_activities_find_person_and_account(home: Path) -> None:
    found = rows(
        home,
        """
        select activity_id, account_id, contact_id, lead_id from marts.fct_activities
        where activity_id in ('00T1', '00T3', '00U1', 'jane-0', 'bounce', 'stranger') order by activity_id
        """,
    )
    assert found == [
        ("00T1", "acc_globex", "per_jane", None),
        ("00T3", "acc_globex", None, None),  # through the opportunity it is about
        ("00U1", None, "per_li", scenario.FREE_LEAD),
        ("bounce", None, "per_li", scenario.FREE_LEAD),
        ("jane-0", "acc_globex", "per_jane", None),
        ("stranger", None, None, None),
    ]


def test_details_are_json_whatever_the_text(home: Path) -> None:
    details = [
        json.loads(str(value))
        for (value,) in rows(home, "select details from marts.fct_activities where details is not null")
    ]
    assert {"call_seconds": 60, "priority": None, "status": None, "call_disposition": None} in details
    assert rows(home, "select subject from marts.fct_activities where activity_id = '00T1'") == [
        ('Call: O\'Brien "Q2"',)
    ]


def test_opportunities_equal_the_crm(home: Path) -> None:
    found = rows(
        home,
        """
        select opportunity_id, account_id, amount_usd, probability_ratio, sales_cycle_days, contact_count
        from marts.fct_opportunities order by opportunity_id
        """,
    )
    assert found == [
        (scenario.OPPORTUNITY, "acc_globex", Decimal("1000.25"), 1.0, 30, 1),
        (scenario.LOST_OPPORTUNITY, "acc_globex", Decimal("500.00"), 0.4, None, 0),
    ]


def test_only_watched_topics_become_signals(home: Path) -> None:
    found = rows(
        home, "select domain, account_id, topic, score from marts.fct_intent_signals order by domain, week_date"
    )
    assert found == [
        ("globex.com", "acc_globex", "Data Warehouse", 70.0),
        ("globex.com", "acc_globex", "Data Warehouse", 70.0),
        ("unknown.com", None, "Data Warehouse", 70.0),
    ]


def test_merged_records_still_lead_to_their_account(home: Path) -> None:
    query = f"select account_id from marts.account_records where record_id = '{scenario.GLOBEX_MERGED}'"
    assert rows(home, query) == [("acc_globex",)]
