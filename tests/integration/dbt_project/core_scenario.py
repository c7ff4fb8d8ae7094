"""A market of a few companies, each there to show one rule of the core marts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.integration.dbt_project.core_titles import TITLES
from tests.integration.dbt_project.raw_warehouse import Row, identify, land

EARLY, LATE = datetime(2024, 1, 1), datetime(2025, 6, 1)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
GLOBEX, GLOBEX_TWIN, GLOBEX_MERGED = "001000000000001AAA", "001000000000002AAA", "001000000000003AAA"
OBRIEN, KOELN, DELETED, GONE = "001000000000004AAA", "001000000000005AAA", "001000000000006AAA", "001000000000007AAA"
JANE, JANE_LEAD, PAT, FREE_LEAD = "003000000000001AAA", "00Q000000000001AAA", "003000000000002AAA", "00Q000000000002AAA"
OPPORTUNITY, LOST_OPPORTUNITY, DELETED_OPPORTUNITY = "006000000000001AAA", "006000000000002AAA", "006000000000003AAA"
OWNER = "005000000000001AAA"


def system(created: datetime = EARLY, deleted: bool = False) -> dict[str, object]:
    """The fields every Salesforce row has."""
    return {"is_deleted": deleted, "created_date": created, "last_modified_date": LATE, "system_modstamp": LATE}


def build_raw(warehouse: Path) -> None:
    """Land the scenario in `warehouse` with the identities a person would give it."""
    land(warehouse, "raw_salesforce.accounts", _accounts())
    land(warehouse, "raw_salesforce.contacts", _contacts())
    land(warehouse, "raw_salesforce.leads", _leads())
    land(warehouse, "raw_salesforce.users", [{"id": OWNER, "name": "Zoë Ω", "is_active": True} | system()])
    land(warehouse, "raw_salesforce.deleted_records", [{"object": "Account", "record_id": GONE, "deleted_at": LATE}])
    land(warehouse, "raw_salesforce.opportunities", _opportunities())
    land(warehouse, "raw_salesforce.opportunity_contact_roles", _contact_roles())
    land(warehouse, "raw_salesforce.tasks", _tasks())
    land(warehouse, "raw_salesforce.events", _events())
    land(warehouse, "raw_salesforce.campaigns", [{"id": "701A", "name": "Spring 'Roadshow'"} | system()])
    land(warehouse, "raw_salesforce.campaign_members", _members())
    land(warehouse, "raw_marketo.leads", _marketo_leads())
    land(warehouse, "raw_marketo.deleted_leads", [{"lead_id": 99}])
    land(warehouse, "raw_marketo.activities", _marketo_activities())
    land(warehouse, "raw_zoominfo.companies", _enriched())
    land(warehouse, "raw_bombora.company_surges", _surges())
    _identities(warehouse)


def _accounts() -> list[Row]:
    globex = {
        "name": "Globex Corporation", "website": "https://www.globex.com", "type": "Customer", "industry": "technology",
        "number_of_employees": 900, "annual_revenue": 5_000_000.5, "billing_city": "Boston", "phone": "+1 617 555 0100",
        "billing_country": "United States", "billing_country_code": "US", "owner_id": OWNER,
        "current_contract_value_c": 12_000.0, "health_score_c": 71.5, "favourite_colour_c": "teal",
    }  # fmt: skip
    return [
        {"id": GLOBEX} | globex | system(),
        {"id": GLOBEX_TWIN, "name": "GLOBEX", "segment_c": "Enterprise", "is_us_pub_sec_c": True} | system(LATE),
        {"id": GLOBEX_MERGED, "name": "Globex Inc.", "master_record_id": GLOBEX} | system(deleted=True),
        {"id": OBRIEN, "name": "O'Brien & Söhne", "industry": "Basket weaving", "number_of_employees": 10,
         "prevent_override_c": True, "billing_country": "Deutschland", "owner_id": OWNER} | system(),
        {"id": KOELN, "name": "Kölner Werk 🛠", "type": "Prospect", "is_branch_c": True, "parent_id": GLOBEX} | system(),
        {"id": DELETED, "name": "Deleted Ltd"} | system(deleted=True),
        {"id": GONE, "name": "Gone GmbH"} | system(),
    ]  # fmt: skip


def _contacts() -> list[Row]:
    return [
        {"id": JANE, "account_id": GLOBEX, "first_name": "Jane", "last_name": "O'Brien", "name": "Jane O'Brien",
         "email": "jane@globex.com", "title": "VP of Operations", "mobile_phone": "+1 617 555 0101",
         "mailing_country": "USA", "owner_id": OWNER} | system(),
        {"id": PAT, "account_id": OBRIEN, "name": "Pat", "email": "pat@obrien.de", "title": "Leiter Vertrieb",
         "has_opted_out_of_email": True} | system(),
    ]  # fmt: skip


def _leads() -> list[Row]:
    jane = {"id": JANE_LEAD, "name": "Jane O'Brien", "email": "jane@globex.com", "company": "Globex", "title": "COO"}
    free = {
        "id": FREE_LEAD,
        "first_name": "Li",
        "last_name": "Wei",
        "email": "li@gmail.com",
        "title": "Directory Curator",
    }
    return [jane | {"linked_in_url": None} | system(), free | system()]


def _opportunities() -> list[Row]:
    won = {"id": OPPORTUNITY, "name": "Globex new", "stage_name": "Closed Won", "amount": 1000.25, "is_closed": True,
           "is_won": True, "close_date": date(2024, 1, 31), "probability": 100.0, "owner_id": OWNER}  # fmt: skip
    open_deal = {
        "id": LOST_OPPORTUNITY,
        "name": "Globex more",
        "stage_name": "Proposal",
        "amount": 500.0,
        "probability": 40.0,
    }
    gone = {"id": DELETED_OPPORTUNITY, "name": "never mind", "amount": 9e9}
    return [
        won | {"account_id": GLOBEX} | system(),
        open_deal | {"account_id": GLOBEX_TWIN} | system(),
        gone | {"account_id": GLOBEX} | system(deleted=True),
    ]


def _contact_roles() -> list[Row]:
    role = {"opportunity_id": OPPORTUNITY, "contact_id": JANE}
    return [role | {"id": "00K1"} | system(), role | {"id": "00K2", "contact_id": PAT} | system(deleted=True)]


def _tasks() -> list[Row]:
    call = {"id": "00T1", "who_id": JANE, "account_id": GLOBEX, "subject": "Call: O'Brien \"Q2\"", "type": "Call",
            "is_closed": True, "completed_date_time": LATE, "call_duration_in_seconds": 60}  # fmt: skip
    return [
        call | system(),
        {"id": "00T2", "who_id": JANE, "is_closed": False, "activity_date": date(2030, 1, 1)} | system(),
        {"id": "00T3", "what_id": OPPORTUNITY, "task_subtype": "Task", "is_closed": True,
         "activity_date": date(2024, 2, 3)} | system(),
    ]  # fmt: skip


def _events() -> list[Row]:
    return [{"id": "00U1", "who_id": FREE_LEAD, "subject": "Demo", "start_date_time": LATE} | system()]


def _members() -> list[Row]:
    member = {"campaign_id": "701A", "contact_id": JANE, "status": "Responded"}
    return [
        member | {"id": "00v1", "has_responded": True, "first_responded_date": date(2025, 2, 1)} | system(),
        member | {"id": "00v2", "has_responded": False} | system(),
    ]


def _marketo_leads() -> list[Row]:
    titled = [{"id": 1000 + position, "title": title} for position, title in enumerate(TITLES)]
    return [
        *titled,
        {"id": 1, "email": "jane@globex.com", "first_name": "Jane", "last_name": "OBrien", "company": "Globex",
         "country": "Vereinigte Staaten", "sfdc_contact_id": JANE, "created_at": EARLY, "updated_at": LATE},
        {"id": 2, "email": "li@gmail.com", "sfdc_lead_id": FREE_LEAD, "created_at": EARLY, "updated_at": LATE},
        {"id": 99, "email": "deleted@globex.com", "created_at": EARLY, "updated_at": LATE},
    ]  # fmt: skip


def _marketo_activities() -> list[Row]:
    attended = '[{"name":"Old Status","value":"Invited"},{"name":"New Status","value":"Attended"}]'
    kinds = [(1, "/pricing"), (2, "Demo form"), (3, "link"), (6, "Email Q2 Newsletter"), (7, "mail"), (10, "mail"),
             (10, "mail"), (11, "mail"), (13, "Title"), (24, "A list"), (46, "Moment")]  # fmt: skip
    of_jane = [
        {"marketo_guid": f"jane-{position}", "lead_id": 1, "activity_type_id": kind, "primary_attribute_value": value,
         "attributes": "[]", "activity_date": LATE}
        for position, (kind, value) in enumerate(kinds)
    ]  # fmt: skip
    webinar = {"marketo_guid": "webinar", "lead_id": 1, "activity_type_id": 104, "primary_attribute_value": "Webinar"}
    bounce = {"marketo_guid": "bounce", "lead_id": 2, "activity_type_id": 8, "activity_date": LATE}
    stranger = {"marketo_guid": "stranger", "lead_id": 777, "activity_type_id": 1, "activity_date": LATE}
    return [*of_jane, webinar | {"attributes": attended, "activity_date": LATE}, bounce, stranger]


def _enriched() -> list[Row]:
    answer = {"input_object": "Account", "match_status": "FULL_MATCH", "observed_at": LATE}
    return [
        answer | {"input_record_id": GLOBEX, "name": "Globex", "employee_count": 1000, "revenue_usd": 6e6,
                  "primary_industry": "Retail", "technologies": '["Snowflake", "O\'Reilly"]', "esg_score": 55.5,
                  "country": "Canada", "city": "Toronto", "founded_year": 1999},
        answer | {"input_record_id": OBRIEN, "name": "OBrien", "employee_count": 99, "primary_industry": "Food"},
        {"input_object": "Account", "input_record_id": KOELN, "match_status": "NO_MATCH", "observed_at": LATE},
    ]  # fmt: skip


def _surges() -> list[Row]:
    surge = {"company_name": "Globex", "country": "US", "composite_score": 70, "composite_score_delta": 5}
    watched = {"topic_id": "1", "topic_name": "Data Warehouse"}
    return [
        surge | watched | {"domain": "globex.com", "week_date": date(2025, 5, 5)},
        surge | watched | {"domain": "globex.com", "week_date": date(2025, 5, 12)},
        surge | watched | {"domain": "unknown.com", "week_date": date(2025, 5, 12)},
        surge
        | {"topic_id": "2", "topic_name": "Office Furniture", "domain": "globex.com", "week_date": date(2025, 5, 12)},
    ]


def _identities(warehouse: Path) -> None:
    account = "salesforce/Account/"
    identify(
        warehouse,
        accounts={
            account + GLOBEX: "acc_globex",
            account + GLOBEX_TWIN: "acc_globex",
            account + GLOBEX_MERGED: "acc_globex",
            account + OBRIEN: "acc_obrien",
            account + KOELN: "acc_koeln",
            "zoominfo/Company/" + GLOBEX: "acc_globex",
            "zoominfo/Company/" + OBRIEN: "acc_obrien",
            "bombora/Company/globex.com": "acc_globex",
            "salesforce/Lead/" + JANE_LEAD: "acc_globex",
        },
        people={
            "salesforce/Contact/" + JANE: ("per_jane", "acc_globex"),
            "salesforce/Lead/" + JANE_LEAD: ("per_jane", "acc_globex"),
            "marketo/Lead/1": ("per_jane", "acc_globex"),
            "salesforce/Contact/" + PAT: ("per_pat", "acc_obrien"),
            "salesforce/Lead/" + FREE_LEAD: ("per_li", None),
            "marketo/Lead/2": ("per_li", None),
        },
    )
