"""Vendors' answers in the marts: mapped, ordered, overridden, traced."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.dbt_project.core_scenario import GLOBEX, JANE, KOELN, OBRIEN, PAT, build_raw
from tests.integration.dbt_project.project import copy_project, rows, run_dbt
from tests.integration.dbt_project.raw_warehouse import land

SEEN = datetime(2026, 5, 1)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
MARTS = ["build", "--select", "+dim_accounts", "+account_field_provenance", "+unmapped_values", "+account_technologies",
         "+contact_field_provenance", "--exclude-resource-type", "unit_test", "test"]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario with an Apollo answer beside ZoomInfo's, a renamed column of Apollo's and two corrections."""
    home = tmp_path_factory.mktemp("enrichment")
    warehouse = home / "warehouse.duckdb"
    build_raw(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw_apollo")
        connection.execute("""create table raw_apollo.companies as select 'Account' as input_object,
            unnest([$1, $2, $3]) as input_record_id, 'FULL_MATCH' as match_status, 1.0 as credits, $4 as observed_at,
            'x' as id, 'Globex' as name, unnest([777, null, 55]) as headcount, 'internet of things' as industry,
            unnest([1999.0, null, null]) as esg_score, 'Calif.' as state,
            '["Salesforce","Jira"]' as technology_names""", [GLOBEX, OBRIEN, KOELN, SEEN])  # fmt: skip
        connection.execute("""create table raw_apollo.people as select 'Contact' as input_object,
            unnest([$1, $2]) as input_record_id, $3 as observed_at, unnest(['new@a.com', 'new@b.de']) as email,
            '+49 221 555' as phone_numbers_sanitized_number, 'Director of Sales' as title, 'Deutschland' as country
            """, [JANE, PAT, SEEN])  # fmt: skip
    land(
        warehouse,
        "raw_zoominfo.companies",
        [
            {"input_object": "Account", "input_record_id": GLOBEX, "name": "Globex", "employee_count": 900,
             "revenue_usd": 5e6, "observed_at": SEEN},
            {"input_object": "Account", "input_record_id": KOELN, "name": "Werk", "founded_year": 1950,
             "observed_at": SEEN},
        ],
    )  # fmt: skip
    # A vendor that sends files: its list was imported under its name, and its company is the account without answers.
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists raw_files")
        connection.execute(
            """create or replace table raw_files.rows as select 'i1' as import_id, 1 as row_number,
            'Cause IQ' as list_name, 'companies' as object, 'accepted' as status, 'obrien.example' as record_id,
            'O''Brien' as company_name, '321' as employee_count,
            '{"Year of \\"ruling\\"": "1971", "Ignored": "1"}' as other_values, $1 as imported_at""",
            [SEEN],
        )
        connection.execute("""insert into ml.account_records select 'files', 'Company', 'obrien.example', account_id,
            'domain', 0.9 from ml.account_records where source = 'salesforce' and object = 'Account' and record_id = $1
            """, [OBRIEN])  # fmt: skip
        connection.execute("""insert into ml.account_records
            select 'apollo', 'Company', record_id, account_id, 'linked', 1.0 from ml.account_records
            where source = 'salesforce' and object = 'Account' and record_id in ($1, $2, $3)
            union all
            select 'zoominfo', 'Company', record_id, account_id, 'linked', 1.0 from ml.account_records as known
            where source = 'salesforce' and object = 'Account' and record_id in ($1, $3) and not exists (
                select 1 from ml.account_records as there where there.source = 'zoominfo'
                    and there.record_id = known.record_id)""", [GLOBEX, OBRIEN, KOELN])  # fmt: skip
    project = copy_project(
        home,
        {
            "vendors": ["causeiq,Cause IQ,file,true,true,excluded,365,0,0,Nonprofits by file"],
            "enrichment_waterfall": ["accounts,*,5,causeiq,0.60,"],
            "vendor_field_map": [
                'causeiq,accounts,"Year of ""ruling""",founded_year',
                "causeiq,accounts,Employees,employee_count",
            ],
            "attribute_catalogue": ["esg_score,double,,false,Environmental and social score."],
            "account_overrides": [
                f"salesforce,Account,{GLOBEX},city,Springfield,false,Ann,2026-04-01,moved",
                f"salesforce,Account,{GLOBEX},annual_revenue_usd,1,true,Ann,2026-04-01,a guess",
                f"salesforce,Account,{KOELN},annual_revenue_usd,42,true,Ann,2026-04-01,a guess",
            ],
        },
    )
    vendors = project / "seeds" / "vendors.csv"
    told = vendors.read_text("utf-8")
    vendors.write_text(
        told.replace("apollo,Apollo,api,true,true,excluded", "apollo,Apollo,api,true,true,allowed"), "utf-8"
    )
    # The vendor renamed its column: one row of the map, no code.
    field_map = project / "seeds" / "vendor_field_map.csv"
    field_map.write_text(
        field_map.read_text("utf-8").replace("apollo,accounts,estimated_num_employees,", "apollo,accounts,headcount,"),
        "utf-8",
    )
    statuses = run_dbt(home, MARTS, project)
    assert {status for status in statuses.values() if status not in {"success", "pass"}} == set()
    return home


def account(home: Path, record_id: str, column: str) -> object:
    return rows(
        home,
        f"""select {column} from marts.dim_accounts where account_id = (select account_id from ml.account_records
            where source = 'salesforce' and object = 'Account' and record_id = '{record_id}')""",
    )[0][0]


def test_the_cheaper_vendor_s_value_wins_and_a_renamed_column_is_one_row(home: Path) -> None:
    assert account(home, GLOBEX, "employee_count") == 777
    assert account(home, KOELN, "employee_count") == 55
    assert account(home, KOELN, "founded_year") == 1950  # what the first left empty comes from the next


def test_a_vendor_that_sends_files_needs_rows_of_seeds_only(home: Path) -> None:
    assert account(home, OBRIEN, "founded_year") == 1971
    assert account(home, OBRIEN, "employee_count") == 10  # ZoomInfo stands before it
    said = rows(home, "select distinct provenance from marts.account_field_provenance where source = 'causeiq'")
    assert ("founded year sourced from Cause IQ, updated on 2026-05-01",) in said


def test_a_new_kind_of_data_needs_a_catalogue_row_only(home: Path) -> None:
    assert account(home, GLOBEX, "esg_score") == 1999.0
    assert account(home, KOELN, "esg_score") is None


def test_a_person_s_correction_stands_unless_it_allows_to_be_overwritten(home: Path) -> None:
    assert account(home, GLOBEX, "city") == "Springfield"
    assert account(home, GLOBEX, "annual_revenue_usd") == 5_000_000
    assert account(home, KOELN, "annual_revenue_usd") == 42  # nobody else knows one


def test_every_value_says_where_it_comes_from(home: Path) -> None:
    said: list[tuple[Any, ...]] = rows(
        home,
        f"""select attribute, provenance from marts.account_field_provenance where record_id = '{GLOBEX}'
            and attribute in ('employee_count', 'city')""",
    )
    assert dict(said) == {
        "employee_count": "employee count sourced from Apollo, updated on 2026-05-01",
        "city": "city sourced from manual, updated on 2026-04-01",
    }
    unmatched = rows(
        home,
        """select count(*) from marts.dim_accounts as accounts left join marts.account_field_provenance as provenance
            on accounts.account_id = provenance.account_id and provenance.attribute = 'employee_count'
            where (accounts.employee_count is null) <> (provenance.value is null)""",
    )
    assert unmatched == [(0,)]


def test_people_have_from_a_vendor_what_no_record_says_and_where_it_comes_from(home: Path) -> None:
    people = rows(
        home,
        """select contact_id, email, title, phone, country_code from intermediate.int_contacts
            where contact_id in ('per_jane', 'per_pat') order by contact_id""",
    )
    assert people == [
        ("per_jane", "jane@globex.com", "VP of Operations", "+1 617 555 0101", "US"),
        ("per_pat", "pat@obrien.de", "Leiter Vertrieb", "+49 221 555", "DE"),
    ]
    said = rows(home, "select contact_id, attribute, provenance from marts.contact_field_provenance order by all")
    assert said == [
        ("per_pat", "country_code", "country code sourced from Apollo, updated on 2026-05-01"),
        ("per_pat", "phone", "phone sourced from Apollo, updated on 2026-05-01"),
    ]


def test_labels_are_mapped_and_strangers_listed(home: Path) -> None:
    assert account(home, KOELN, "state") == "CA"
    assert ("industry", "apollo", "internet of things") in {
        row[:3] for row in rows(home, "select vocabulary, source, value from marts.unmapped_values")
    }


def test_technologies_stand_by_account_with_source_and_date(home: Path) -> None:
    found = rows(
        home, "select distinct technology, source, observed_at from marts.account_technologies where source = 'apollo'"
    )
    assert sorted(found) == [("Jira", "apollo", SEEN), ("Salesforce", "apollo", SEEN)]
