"""Every enrichment vendor is held to the one contract: asked once, never paid twice, whatever goes wrong in between."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from connections import AuthenticationFailed, ConnectionFailure, KeyCredentials
from ingestion.vendors import VendorOptions, credits_of
from tests.integration.conftest import RunningSandbox

from .conftest import Lake
from .enrichment import VENDORS, credentials, enrich, land_crm, only, rules

ACCOUNTS = 25  # live accounts of the tiny world that have a name, a website and a place
# The vendor's own file in the sandbox, and which of its columns says which record it is.
FILES = {
    "apollo": ("apollo.companies", "domain", "primary_domain"),
    "clearbit": ("clearbit.companies", "domain", "domain"),
    "lusha": ("lusha.companies", "domain", "domain"),
    "dnb": ("dnb.companies", "duns", "duns"),
    "zoominfo": ("zoominfo.companies", "id::varchar", "zoominfo_company_id"),
}
# What passes by itself.
PASSING: tuple[dict[str, Any], ...] = (
    {"kind": "429", "count": 2},
    {"kind": "429", "retry_after": 1},
    {"kind": "500", "count": 2},
    {"kind": "drop_before"},
    {"kind": "expire_token"},
)
# One vendor of many records a call and one that is free the second time stand for all in the short form.
SHORT = ("apollo",)
CONTRACT = ("input_object", "input_record_id", "input_hash", "match_status", "credits", "observed_at")
each_vendor = pytest.mark.parametrize(
    "vendor", [vendor if vendor in SHORT else pytest.param(vendor, marks=pytest.mark.full) for vendor in VENDORS]
)


@pytest.fixture
def crm(lake: Lake) -> Lake:
    """A warehouse in which the CRM's records have landed."""
    land_crm(lake)
    return lake


def answers(lake: Lake, vendor: str, table: str = "companies") -> list[tuple[Any, ...]]:
    return lake.rows(f"select * exclude (_dlt_load_id, observed_at) from raw_{vendor}.{table} order by input_record_id")


def ask(lake: Lake, vendor: str, **changes: Any) -> Any:
    return enrich(lake, vendor, rules(only(vendor), **changes))


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_account_is_asked_about_once_and_what_lands_is_the_vendors(crm: Lake, vendor: str) -> None:
    assert ask(crm, vendor).rows == {"companies": ACCOUNTS}
    file, key, landed = FILES[vendor]
    matched = crm.rows(f"select count(*), sum(credits) from raw_{vendor}.companies where {landed} is not null")[0]
    assert 0 < matched[0] <= ACCOUNTS
    assert matched[1] == matched[0]
    strangers = crm.rows(f"""select {landed} from raw_{vendor}.companies where {landed} is not null
        except select {key} from world.{file}""")
    assert strangers == []
    by_name = crm.rows(f"""select accounts.name from raw_{vendor}.companies as answers
        join raw_salesforce.accounts as accounts on answers.input_record_id = accounts.id
        where answers.{landed} is not null and answers.credits > 0
            and {"primary_name" if vendor == "dnb" else "answers.name"} not in (accounts.name,
                replace(accounts.name, ' Inc', ''))""")
    assert by_name == []
    again = ask(crm, vendor)
    assert (again.rows, again.usage.calls) == ({}, 0)
    ledger = crm.rows("""select vendor, status, count(*), sum(credits) from ops.credit_ledger where credits > 0
        group by all""")
    assert ledger == [(vendor, "spent", matched[0], float(matched[0]))]


@each_vendor
def test_changed_and_new_accounts_are_asked_about_and_deleted_ones_are_not(crm: Lake, vendor: str) -> None:
    ask(crm, vendor)
    before = dict(crm.rows(f"select input_record_id, input_hash from raw_{vendor}.companies"))
    crm.rows("""update raw_salesforce.accounts set website = 'company5.com', name = 'Company 5 Inc'
        where name = 'Company 13 Inc'""")
    crm.rows("update raw_salesforce.accounts set is_deleted = true where name = 'Company 17 Inc'")
    crm.rows("""insert into raw_salesforce.accounts by name
        select 'new' as id, false as is_deleted, 'Company 5 Inc' as name, 'company5.com' as website,
            'Springfield' as billing_city, 'United States' as billing_country, 'US' as billing_country_code""")
    report = ask(crm, vendor)
    assert report.rows == {"companies": 2}
    after = dict(crm.rows(f"select input_record_id, input_hash from raw_{vendor}.companies"))
    assert {record for record in after if after[record] != before.get(record)} == {
        "new",
        crm.rows("select id from raw_salesforce.accounts where website = 'company5.com' and id <> 'new'")[0][0],
    }


@each_vendor
def test_an_answer_is_never_paid_for_twice(crm: Lake, vendor: str) -> None:
    ask(crm, vendor)
    first, spent = answers(crm, vendor), crm.rows("select sum(credits) from ops.credit_ledger")
    # As after a kill between the vendor's answer and our commit, or a restored backup.
    crm.rows(f"drop schema raw_{vendor} cascade")
    report = ask(crm, vendor)
    assert (report.rows, report.usage.calls) == ({"companies": ACCOUNTS}, 0)
    columns = [name for name, *_ in crm.rows(f"describe raw_{vendor}.companies")]
    paid = [name for name in columns if name not in {"_dlt_load_id", "observed_at"}].index("credits")
    assert [row[:paid] + row[paid + 1 :] for row in answers(crm, vendor)] == [
        row[:paid] + row[paid + 1 :] for row in first
    ]
    assert crm.rows("select sum(credits) from ops.credit_ledger") == spent
    # A second record with the same inputs is the same question.
    crm.rows("insert into raw_salesforce.accounts select * replace ('twin' as id) from raw_salesforce.accounts "
             "where website = 'company6.com'")  # fmt: skip
    assert ask(crm, vendor).usage.calls == 0
    assert crm.rows("select sum(credits) from ops.credit_ledger") == spent


@each_vendor
def test_old_answers_are_bought_again(crm: Lake, vendor: str) -> None:
    ask(crm, vendor)
    crm.rows(f"update raw_{vendor}.companies set observed_at = observed_at - interval 31 day where input_record_id < "
             f"(select min(input_record_id) || 'x' from raw_{vendor}.companies)")  # fmt: skip
    crm.rows('update ops.enrichment_answers set "at" = "at" - interval 31 day')
    assert ask(crm, vendor, refresh_days=30).rows == {"companies": 1}
    assert ask(crm, vendor, refresh_days=30).rows == {}


@each_vendor
def test_the_budget_is_a_hard_stop_and_nobody_is_lost(crm: Lake, vendor: str) -> None:
    report = ask(crm, vendor, credits_per_load=4)
    assert "wait in ops.enrichment_queue" in report.notes["companies"]
    assert crm.rows("select sum(credits) from ops.credit_ledger")[0][0] <= 4
    ask(crm, vendor, monthly_credits=6)
    assert crm.rows("select sum(credits) from ops.credit_ledger")[0][0] <= 6
    assert ask(crm, vendor, monthly_credits=6).usage.calls == 0
    ask(crm, vendor)
    assert crm.rows(f"select count(*) from raw_{vendor}.companies") == [(ACCOUNTS,)]
    assert crm.rows("select count(*) from ops.credit_ledger where status = 'reserved'") == [(0,)]


@each_vendor
def test_spent_credits_at_the_vendor_are_a_note_not_a_failure(crm: Lake, vendor: str) -> None:
    crm.sandbox.configure(vendor, credits=0)
    report = ask(crm, vendor)
    assert "no credits left" in report.notes["companies"]
    assert crm.rows("select coalesce(sum(credits), 0) from ops.credit_ledger") == [(0.0,)]
    crm.sandbox.configure(vendor, credits=1000)
    ask(crm, vendor)
    assert crm.rows(f"select count(*) from raw_{vendor}.companies") == [(ACCOUNTS,)]


@each_vendor
def test_what_passes_by_itself_leaves_no_gap(crm: Lake, vendor: str) -> None:
    path = "cleanseMatch" if vendor == "dnb" else "compan|organizations"
    for number, fault in enumerate(PASSING):
        if not (vendor == "apollo" and fault["kind"] in {"drop_before", "500"}):  # it might charge a second time
            crm.sandbox.fault(vendor, path=path, skip=number, **fault)
    ask(crm, vendor)
    crm.sandbox.clear_faults()
    ask(crm, vendor)  # what was refused once is asked again
    assert crm.rows(f"select count(*) from raw_{vendor}.companies") == [(ACCOUNTS,)]


@each_vendor
def test_a_vendor_that_is_down_stops_in_one_line_and_is_left_alone_after_three_times(crm: Lake, vendor: str) -> None:
    path = "cleanseMatch" if vendor == "dnb" else "compan|organizations"
    crm.sandbox.fault(vendor, kind="500", path=path, count=None)
    small = rules(only(vendor), credits_per_load=1)
    for _ in range(3):
        with contextlib.suppress(ConnectionFailure):  # three broken calls in a row end a load
            enrich(crm, vendor, small, retry_seconds=1)
    assert crm.rows("select count(*) from ops.ingestion_runs where message like '%\n%'") == [(0,)]
    failed = crm.rows("select input_object, record_id, count(*), any_value(message) from ops.enrichment_attempts "
                      "where outcome = 'failed' group by all")  # fmt: skip
    assert [row[2] for row in failed] == [3] * len(failed)
    assert 1 <= len(failed) <= 3  # where a failed call costs nothing, a load goes on until three of them
    assert "500" in failed[0][3]
    crm.sandbox.clear_faults()
    ask(crm, vendor)
    assert crm.rows(f"select count(*) from raw_{vendor}.companies") == [(ACCOUNTS - len(failed),)]


@pytest.mark.parametrize("vendor", ["apollo", "clearbit", "lusha"])
def test_people_are_asked_about_only_where_that_is_allowed(crm: Lake, vendor: str) -> None:
    step = only(vendor, "contacts")
    for closed in ({"personal_data": "excluded"}, {"personal_data": "allowed", "is_gdpr_compliant": False}):
        report = enrich(crm, vendor, rules(step, **closed))
        assert (report.rows, report.usage.calls) == ({}, 0)
    report = enrich(crm, vendor, rules(step, personal_data="allowed"))
    found = crm.rows(f"""select input_object, count(*), sum(credits) from raw_{vendor}.people group by 1 order by 1""")
    assert [row[:2] for row in found] == [("Contact", 119), ("Lead", 20)]
    known = crm.rows(f"""select count(*) from world.{vendor}.people as people
        join raw_salesforce.contacts as contacts on lower(people.email) = lower(contacts.email)
        where not contacts.is_deleted {"and not people.has_objected" if vendor == "lusha" else ""}""")[0][0]
    assert found[0][2] == known > 20
    assert credits_of(crm.warehouse, report.run_id) == sum(row[2] for row in found)


def test_of_anonymised_people_their_role_lands_and_nothing_else(crm: Lake) -> None:
    enrich(crm, "apollo", rules(only("apollo", "contacts"), personal_data="anonymised"))
    landed = crm.rows("select column_name, count from (summarize raw_apollo.people) where null_percentage < 100")
    told = {name for name, _ in landed if not name.startswith("_dlt")} - {*CONTRACT}
    assert told == {"title", "seniority", "departments"}
    assert crm.rows("select count(title) > 20 from raw_apollo.people") == [(True,)]


def test_an_extra_field_of_the_vendor_lands(crm: Lake) -> None:
    enrich(crm, "zoominfo", rules(only("zoominfo")), extra_fields=("countryCode", "lastUpdatedDate"))
    columns = [row[0] for row in crm.rows("describe raw_zoominfo.companies")]
    assert "last_updated_date" in columns


def test_a_wrong_key_ends_in_one_line_that_names_the_vendor(crm: Lake, sandbox: RunningSandbox) -> None:
    wrong = KeyCredentials(sandbox.env["APOLLO_BASE_URL"], "wrong-key-of-mine")
    options = VendorOptions(rules(only("apollo")), ("apollo",))
    with pytest.raises(AuthenticationFailed, match="APOLLO_ credentials") as caught:
        crm.load("apollo", credentials=wrong, options=options)
    assert "wrong-key-of-mine" not in str(caught.value)
    assert credentials(crm, "apollo").api_key not in repr(credentials(crm, "apollo"))
