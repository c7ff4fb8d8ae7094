"""Records that belong together fit together, in reference and in time."""

import duckdb
import pytest

from .conftest import Ask

REFERENCES = [
    ("Account", "ParentId", "Account"),
    ("Account", "MasterRecordId", "Account"),
    ("Account", "OwnerId", "User"),
    ("Contact", "AccountId", "Account"),
    ("Contact", "MasterRecordId", "Contact"),
    ("Lead", "ConvertedAccountId", "Account"),
    ("Lead", "ConvertedContactId", "Contact"),
    ("Lead", "ConvertedOpportunityId", "Opportunity"),
    ("Lead", "MasterRecordId", "Lead"),
    ("Opportunity", "AccountId", "Account"),
    ("Opportunity", "CampaignId", "Campaign"),
    ("OpportunityHistory", "OpportunityId", "Opportunity"),
    ("OpportunityContactRole", "OpportunityId", "Opportunity"),
    ("OpportunityContactRole", "ContactId", "Contact"),
    ("CampaignMember", "CampaignId", "Campaign"),
    ("CampaignMember", "LeadId", "Lead"),
    ("CampaignMember", "ContactId", "Contact"),
    ("Task", "AccountId", "Account"),
    ("Event", "AccountId", "Account"),
    ("User", "ManagerId", "User"),
]
NEVER = {
    "an opportunity older than its account": """
        "Opportunity" o join "Account" a on a."Id" = o."AccountId" where o."CreatedDate" < a."CreatedDate" """,
    "a contact older than its account": """
        "Contact" c join "Account" a on a."Id" = c."AccountId" where c."CreatedDate" < a."CreatedDate" """,
    "a live contact at a deleted account": """
        "Contact" c join "Account" a on a."Id" = c."AccountId" where a."IsDeleted" and not c."IsDeleted" """,
    "an opportunity at a deleted account": """
        "Opportunity" o join "Account" a on a."Id" = o."AccountId" where a."IsDeleted" """,
    "a contact role with another account's contact": """
        "OpportunityContactRole" r join "Opportunity" o on o."Id" = r."OpportunityId"
        join "Contact" c on c."Id" = r."ContactId" where c."AccountId" <> o."AccountId" """,
    "an opportunity without a contact role": """
        "Opportunity" where "Id" not in (select "OpportunityId" from "OpportunityContactRole")""",
    "a stage history that does not end in the stage": """
        (select "OpportunityId" as deal, arg_max("StageName", "CreatedDate") as stage
         from "OpportunityHistory" group by 1)
        join "Opportunity" on "Opportunity"."Id" = deal where stage <> "StageName" """,
    "a stage history that goes back": """
        (select "Probability" as now, "StageName" as stage,
         lag("Probability") over (partition by "OpportunityId" order by "CreatedDate") as before
         from "OpportunityHistory") where now < before and stage <> 'Closed Lost'""",
    "a closed opportunity with a close date in the future": """
        "Opportunity" where "IsClosed" and "CloseDate" > date '2026-11-20'""",
    "a call after the opportunity was decided": """
        "Task" t join "Opportunity" o on o."Id" = t."WhatId"
        where o."IsClosed" and t."CreatedDate" > o."CloseDate" + interval 1 day""",
    "a task before its person was known": """
        "Task" t join "Contact" c on c."Id" = t."WhoId" where t."CreatedDate" < c."CreatedDate" """,
    "a task before its lead came": """
        "Task" t join "Lead" l on l."Id" = t."WhoId" where t."CreatedDate" < l."CreatedDate" """,
    "a converted lead without account or contact": """
        "Lead" where "IsConverted" and ("ConvertedAccountId" is null or "ConvertedContactId" is null)""",
    "a converted lead whose contact is at another account": """
        "Lead" l join "Contact" c on c."Id" = l."ConvertedContactId" where c."AccountId" <> l."ConvertedAccountId" """,
    "a converted opportunity at another account": """
        "Lead" l join "Opportunity" o on o."Id" = l."ConvertedOpportunityId"
        where o."AccountId" <> l."ConvertedAccountId" """,
    "a record merged into one that is gone": """
        "Account" a join "Account" m on m."Id" = a."MasterRecordId" where m."IsDeleted" """,
    "a merged record that is not deleted": '"Account" where "MasterRecordId" is not null and not "IsDeleted"',
    "a stamp before the creation": '"Account" where "SystemModstamp" < "CreatedDate"',
    "a destination field that is not empty": """
        "Account" where coalesce("Account_Tier__c", "ICP_Fit_Score__c"::varchar, "Account_Valuation__c"::varchar,
        "Intelligence_Score__c"::varchar, "Last_Intent_Topic__c") is not null""",
    "a customer without contract value": """
        truth.company_records r join truth.companies using (company_id) join "Account" a on a."Id" = r.record_id
        where is_customer and not a."IsDeleted"
        group by company_id having max(coalesce("Current_Contract_Value__c", 0)) = 0""",
    "a Marketo activity before its person": """
        world.marketo.activities a join world.marketo.leads l on l.id = a."leadId"
        where a."activityDate" < l."createdAt" """,
    "a Marketo activity of nobody": """
        world.marketo.activities where "leadId" not in (select id from world.marketo.leads)
        and "leadId" not in (select "leadId" from world.marketo.activities where "activityTypeId" = 37)""",
    "a Marketo person linked to a gone lead": """
        world.marketo.leads m join "Lead" l on l."Id" = m."sfdcLeadId" where l."IsDeleted" """,
    "a surge twice": """
        (select week, "Domain", "Topic ID", count(*) as n from world.bombora.company_surges group by all)
        where n > 1""",
    "a vendor parent the vendor does not know": """
        world.zoominfo.companies c where "parentId" is not null
        and "parentId" not in (select id from world.zoominfo.companies)""",
}


@pytest.mark.parametrize(("table", "field", "target"), REFERENCES, ids=[f"{t}.{f}" for t, f, _ in REFERENCES])
def test_references_lead_somewhere(ask: Ask, table: str, field: str, target: str) -> None:
    used = ask(f'select count(*) from "{table}" where "{field}" is not null')
    lost = ask(
        f'select count(*) from "{table}" where "{field}" is not null and "{field}" not in (select "Id" from "{target}")'
    )
    assert used > 0
    assert lost == 0


@pytest.mark.parametrize("what", NEVER)
def test_never(ask: Ask, what: str) -> None:
    assert ask(f"select count(*) from (select 1 from {NEVER[what]})") == 0


def test_ids_are_unique(connection: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    tables = connection.execute(
        """select table_name from duckdb_columns() where database_name = 'world' and schema_name = 'salesforce'
           and column_name = 'Id'"""
    ).fetchall()
    assert len(tables) == 13
    for (table,) in tables:
        assert ask(f'select count(*) - count(distinct "Id") from "{table}"') == 0
    assert ask("select count(*) - count(distinct id) from world.marketo.leads") == 0
    assert ask('select count(*) - count(distinct "marketoGUID") from world.marketo.activities') == 0


def test_parents_form_trees_of_several_levels(ask: Ask) -> None:
    levels = """
        with recursive tree as (
            select "Id", 1 as level from "Account" where "ParentId" is null
            union all
            select a."Id", tree.level + 1 from "Account" a join tree on a."ParentId" = tree."Id"
        )
    """
    assert ask(levels + "select count(*) from tree") == ask('select count(*) from "Account"')
    assert 3 <= ask(levels + "select max(level) from tree") <= 4


def test_who_ids_are_contacts_or_leads_and_what_ids_accounts_or_opportunities(ask: Ask) -> None:
    assert ask("select count(*) from \"Task\" where left(\"WhoId\", 3) not in ('003', '00Q')") == 0
    assert ask("select count(*) from \"Task\" where left(\"WhatId\", 3) not in ('001', '006')") == 0
    assert ask('select count(*) from "Task" where "WhoId" like \'00Q%\'') > 1_000
    assert ask('select count(*) from "Lead" where "OwnerId" like \'00G%\'') > 500


def test_some_users_left_and_still_own_accounts(ask: Ask) -> None:
    owned = 'select count(*) from "Account" a join "User" u on u."Id" = a."OwnerId" where not u."IsActive"'
    assert ask(owned) > 0
    assert ask('select count(*) from "User" where "Name" like \'%Integration%\'') == 1


def test_texts_fit_their_fields(ask: Ask) -> None:
    limits = {
        "Account": {"Name": 255, "Website": 255, "Phone": 40, "BillingCity": 40, "Description": 32_000},
        "Contact": {"FirstName": 40, "LastName": 80, "Name": 121, "Email": 80, "Title": 128},
        "Lead": {"Company": 255, "LastName": 80, "Email": 80},
        "Opportunity": {"Name": 120},
        "Task": {"Subject": 255},
    }
    for table, fields in limits.items():
        for field, limit in fields.items():
            assert ask(f'select max(length("{field}")) from "{table}"') <= limit, f"{table}.{field}"
    assert ask('select count(*) from "Account" where "Name" <> trim("Name")') == 0
