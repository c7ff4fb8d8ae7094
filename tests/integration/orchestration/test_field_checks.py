"""What the CRM has of the fields that we write, and which of its rules concern them."""

from __future__ import annotations

from pathlib import Path

import pytest

from connections.salesforce import SalesforceCredentials
from orchestration import field_checks
from orchestration.settings import Settings
from tests.integration.conftest import RunningSandbox

SEEDS = {
    "field_map": (
        "sync,column_name,target_field,write_mode,direction,authority,on_conflict,on_null,data_type,description",
        "salesforce__accounts,account_tier,Account_Tier__c,always,push,marketmap,,,picklist,Tier",
        "salesforce__accounts,annual_revenue,AnnualRevenue,if_blank,push,marketmap,,,currency,Revenue",
        "salesforce__accounts,ai_score,AI_Score__c,always,push,marketmap,,,double,Score",
    ),
    "picklist_map": ("target_field,internal_value,crm_value,description", "Account_Tier__c,T1,Tier 1,Best"),
    "crm_rules": (
        "sync,rule_name,rule_kind,relation,target_field,message,owner,description",
        "salesforce__accounts,Route by tier,assignment_rule,existing,Account_Tier__c,,sales operations,Queues by tier",
        "salesforce__accounts,Revenue_is_final,validation_rule,refuses,,,finance,Closed years keep their revenue",
    ),
}


@pytest.fixture
def settings(clean_sandbox: RunningSandbox, tmp_path: Path) -> Settings:
    """A project that has nothing but the seeds above, and the sandbox's org."""
    seeds = tmp_path / "dbt_project" / "seeds"
    seeds.mkdir(parents=True)
    for name, lines in SEEDS.items():
        (seeds / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    env = clean_sandbox.env
    credentials = SalesforceCredentials(
        env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
    )
    return Settings(
        home=tmp_path / "home", project_dir=seeds.parent, ca_file=None, credentials={"salesforce": credentials}
    )


def test_each_field_tells_its_mode_owner_and_rules_and_the_orgs_own_rules_are_listed(
    settings: Settings, clean_sandbox: RunningSandbox
) -> None:
    for name, message, field in (
        ("Revenue_is_final", "Closed years keep their revenue", "AnnualRevenue"),
        ("Tier_needs_a_person", "Ask O'Brien first", ""),
    ):
        rule = {"object": "Account", "condition": "AnnualRevenue > 1e15", "message": message, "field": field}
        clean_sandbox.control.post("/validation-rules", json={**rule, "name": name}).raise_for_status()
    elsewhere = {"object": "Lead", "condition": "Company = 'x'", "message": "not of this object"}
    clean_sandbox.control.post("/validation-rules", json=elsewhere).raise_for_status()

    report = field_checks.check(settings, ["salesforce__accounts"])

    told = {field.check.wanted.name: str(field) for field in report.fields}
    assert told["Account_Tier__c"] == (
        "Account.Account_Tier__c fits; overwrites, the word of marketmap counts, "
        "existing assignment_rule 'Route by tier' of sales operations"
    )
    assert told["AnnualRevenue"] == "Account.AnnualRevenue fits; populates when blank, the word of marketmap counts"
    assert told["AI_Score__c"].startswith("Account.AI_Score__c is missing (a double); ")
    assert told["Prevent_Override__c"] == "Account.Prevent_Override__c fits; read before each write"
    assert list(report.rules) == [
        "Account rule Revenue_is_final refuses with 'Closed years keep their revenue' at AnnualRevenue",
        'Account rule Tier_needs_a_person refuses with "Ask O\'Brien first"; not in crm_rules.csv yet',
    ]
