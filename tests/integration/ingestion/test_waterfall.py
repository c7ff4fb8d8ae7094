"""The waterfall: cheap vendors first, the next one only for what is still empty, on conditions, where allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ingestion import load_together
from ingestion.vendors import ADAPTERS, record_queue, vendor_options
from ingestion.vendors.rules import Rules, Step

from .conftest import Lake
from .enrichment import SEEDS, credentials, enrich, land_crm, rules, shipped

EVERY = Step("accounts", "*", 1, "apollo", 0.05), Step("accounts", "*", 2, "zoominfo", 0.4)


@pytest.fixture
def crm(lake: Lake) -> Lake:
    """A warehouse in which the CRM's records have landed."""
    land_crm(lake)
    return lake


def asked(lake: Lake, vendor: str) -> set[str]:
    return {record for (record,) in lake.rows(f"select input_record_id from raw_{vendor}.companies")}


def queue(lake: Lake, by: Rules, *active: str) -> list[tuple[Any, ...]]:
    record_queue(lake.warehouse, by, ADAPTERS, active)
    return lake.rows("""select status, vendor, missing_inputs, count(*)::int from ops.enrichment_queue
        where entity = 'accounts' group by all order by all""")


def test_the_second_vendor_is_asked_only_for_what_the_first_left_empty(crm: Lake) -> None:
    both, size_only = ("apollo", "zoominfo"), tuple(replace(step, field="employee_count") for step in EVERY)
    by = rules(*size_only)
    enrich(crm, "zoominfo", by, both)  # not its turn: nobody has asked the first yet
    assert crm.rows("select count(*) from duckdb_tables() where schema_name = 'raw_zoominfo'") == [(0,)]
    enrich(crm, "apollo", by, both)
    enrich(crm, "zoominfo", by, both)
    filled = {
        record
        for (record,) in crm.rows(
            "select input_record_id from raw_apollo.companies where estimated_num_employees is not null"
        )
    }
    assert len(filled) > 10
    assert asked(crm, "zoominfo") == asked(crm, "apollo") - filled
    fields = crm.rows("select distinct fields from ops.credit_ledger where vendor = 'zoominfo'")
    assert fields == [("employee_count",)]


def test_a_vendor_that_fails_holds_the_next_one_back_until_it_failed_for_good(crm: Lake) -> None:
    by, both = rules(*(replace(step, field="industry") for step in EVERY)), ("apollo", "zoominfo")
    victim = crm.rows("select id from raw_salesforce.accounts where name = 'Company 8 Inc'")[0][0]
    crm.sandbox.fault("apollo", "500", path="organizations", count=None)
    crm.rows(f"delete from raw_salesforce.accounts where id <> '{victim}'")
    for _ in range(2):
        enrich(crm, "apollo", by, both)
        enrich(crm, "zoominfo", by, both)
    assert crm.rows("select count(*) from duckdb_tables() where schema_name = 'raw_zoominfo'") == [(0,)]
    enrich(crm, "apollo", by, both)
    enrich(crm, "zoominfo", by, both)
    assert asked(crm, "zoominfo") == {victim}


def test_an_expensive_vendor_is_asked_only_if(crm: Lake) -> None:
    by = rules(replace(EVERY[1], position=1, conditions=("tier_1", "tier_2")))
    enrich(crm, "zoominfo", by)
    assert crm.rows("select count(*) from duckdb_tables() where schema_name = 'raw_zoominfo'") == [(0,)]
    crm.rows("create schema marts")
    crm.rows("""create table marts.enrichment_condition_matches as
        select 'accounts' as entity, 'Account' as input_object, id as record_id,
            case when name in ('Company 8 Inc', 'Company 9 Inc') then 'tier_1' else 'tier_2' end as condition
        from raw_salesforce.accounts where name in ('Company 5 Inc', 'Company 8 Inc', 'Company 9 Inc')""")
    record_queue(crm.warehouse, by, ADAPTERS, ("zoominfo",))
    waiting = crm.rows("""select accounts.name, queue.priority from ops.enrichment_queue as queue
        join raw_salesforce.accounts as accounts on queue.record_id = accounts.id
        where status = 'queued' order by 2, 1""")
    assert waiting == [("Company 8 Inc", 1), ("Company 9 Inc", 1), ("Company 5 Inc", 2)]
    enrich(crm, "zoominfo", rules(base=by, credits_per_load=2))  # the most urgent first
    names = crm.rows("""select accounts.name from raw_zoominfo.companies
        join raw_salesforce.accounts as accounts on accounts.id = input_record_id""")
    assert {name for (name,) in names} == {"Company 8 Inc", "Company 9 Inc"}


def test_records_without_what_a_vendor_needs_are_named_and_cost_nothing(crm: Lake) -> None:
    """ENR-03, ENR-04: also known before any vendor is on."""
    crm.rows("""update raw_salesforce.accounts set billing_city = null, billing_country = ' ',
        billing_country_code = null where name = 'Company 8 Inc'""")
    assert queue(crm, shipped()) == [
        ("done", None, None, 24), ("ineligible", None, "Location", 1), ("ineligible", None, "Website", 4),
    ]  # fmt: skip
    assert queue(crm, shipped(), "apollo") == [
        ("ineligible", None, "Location", 1), ("ineligible", None, "Website", 4), ("queued", "apollo", None, 24),
    ]  # fmt: skip
    crm.rows("update raw_salesforce.leads set company = '', email = null where last_name = 'Lead 3'")
    record_queue(crm.warehouse, shipped(), ADAPTERS, ())
    lead = crm.rows("""select is_eligible, missing_inputs from ops.enrichment_queue
        join raw_salesforce.leads as leads on leads.id = record_id where leads.last_name = 'Lead 3'""")
    assert lead == [(False, "Email|Company Name")]
    enrich(crm, "apollo", rules(EVERY[0]))
    without = crm.rows("""select count(*) from raw_apollo.companies join raw_salesforce.accounts as accounts
        on accounts.id = input_record_id where accounts.website is null or accounts.billing_city is null""")
    assert without == [(0,)]
    assert crm.rows("select count(*) from ops.credit_ledger where record_id in (select record_id from "
                    "ops.enrichment_queue where not is_eligible)") == [(0,)]  # fmt: skip


def test_all_vendors_together_follow_the_shipped_order(crm: Lake) -> None:
    """Side by side with other sources, each vendor after those before it; the queue is empty at the end."""
    given = {vendor: credentials(crm, vendor) for vendor in ("zoominfo", "dnb", "lusha", "apollo", "clearbit")}
    options = vendor_options(SEEDS, given)
    told: list[str] = []
    outcomes = dict(
        load_together(
            given, warehouse=crm.warehouse, state_dir=crm.state_dir, progress=lambda source, line: told.append(line),
            options=options,
        )
    )  # fmt: skip
    assert [outcome for outcome in outcomes.values() if isinstance(outcome, Exception)] == []
    ended = [source for (source,) in crm.rows("select source from ops.ingestion_runs where resource = 'companies' "
                                              "order by finished_at")]  # fmt: skip
    assert ended == ["apollo", "clearbit", "lusha", "zoominfo", "dnb"]
    assert len(asked(crm, "apollo")) == 25
    assert crm.rows("select count(*) from duckdb_tables() where schema_name = 'raw_dnb'") == [(0,)]  # only tier 1
    assert queue(crm, shipped(), *given) == [("done", None, None, 25), ("ineligible", None, "Website", 4)]
    spent = crm.rows("select vendor, sum(cost_usd) > 0 from ops.credit_ledger group by 1 order by 1")
    assert spent == [("apollo", True), ("clearbit", True), ("lusha", True), ("zoominfo", True)]


def test_a_list_that_is_to_be_enriched_is_asked_about_row_by_row(crm: Lake) -> None:
    """The last row about a company counts; what the last build found elsewhere and other lists are left alone."""
    for statement in (
        "create schema raw_files",
        """create table raw_files.imports as
            select * from (values ('a', true), ('b', null)) as t(import_id, is_enriched)""",
        """create table raw_files.rows as select import_id, row_number() over () as row_number, record_id,
            'companies' as object, status, company_name, website, timestamp '2026-01-01' as imported_at
            from (values
                ('a', 'company8.com', 'accepted', null, 'company8.com'),
                ('a', 'company8.com', 'accepted', 'Company 8', 'https://www.company8.com/about'),
                ('a', 'nobody.example', 'accepted', 'Nobody', 'nobody.example'),
                ('a', 'known.example', 'accepted', 'Known', 'known.example'),
                ('a', 'name:1', 'accepted', 'A name alone', null),
                ('a', null, 'rejected', null, null),
                ('b', 'company9.com', 'accepted', 'Company 9', 'company9.com')
            ) as t(import_id, record_id, status, company_name, website)""",
        "create schema marts",
        """create table marts.import_rows as
            select 'known.example' as record_id, 'matched' as outcome, 'companies' as object""",
        "delete from raw_salesforce.accounts",
    ):
        crm.rows(statement)
    by = rules(replace(EVERY[0], field="industry"))
    enrich(crm, "apollo", by)
    told = dict(crm.rows("select record_id, outcome from ops.enrichment_attempts where input_object = 'Company'"))
    assert told == {"company8.com": "answered", "nobody.example": "no_match"}
    record_queue(crm.warehouse, by, ADAPTERS, ("apollo",))
    queued = crm.rows("select record_id, status from ops.enrichment_queue where source = 'files' order by 1")
    assert queued == [("company8.com", "done"), ("name:1", "done"), ("nobody.example", "done")]


def test_who_asks_us_is_asked_about_at_once_unless_the_crm_holds_them(crm: Lake) -> None:
    """The shipped condition inbound_lead needs no build; who lacks what a vendor needs is told, not asked about."""
    for statement in (
        "create schema raw_changes",
        """create table raw_changes.inbound_leads as
            select 'form' as endpoint, email as lead_key, first_name, 'O''Hara' as last_name, email,
                'Example AG' as company_name, website
            from (values
                ('Zoë', 'zoe@stranger.example', 'https://www.company8.com'),
                (null, 'half@stranger.example', null),
                ('Ann', (select upper(min(email)) from raw_salesforce.leads where not is_deleted), null)
            ) as t(first_name, email, website)""",
        "delete from raw_salesforce.contacts where email is null",
        "delete from raw_salesforce.accounts",
    ):
        crm.rows(statement)
    by = rules(*(step for step in shipped().steps if step.vendor == "apollo"), personal_data="allowed")
    report = enrich(crm, "apollo", by)
    assert report.rows == {"companies": 1, "people": 1}
    told = crm.rows("select entity, input_object, record_id, outcome from ops.enrichment_attempts order by 1")
    assert told == [
        ("accounts", "LeadCompany", "form:zoe@stranger.example", "answered"),
        ("contacts", "Lead", "form:zoe@stranger.example", "no_match"),
    ]
    record_queue(crm.warehouse, by, ADAPTERS, ("apollo",))
    queued = crm.rows("""select record_id, status, missing_inputs from ops.enrichment_queue
        where source = 'changes' and entity = 'contacts' order by 1""")
    assert queued == [
        ("form:half@stranger.example", "ineligible", "First Name"),
        ("form:zoe@stranger.example", "done", None),
    ]
