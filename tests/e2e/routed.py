"""A RevOps team that switches routing on, and what somebody who works in the CRM sees of it."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import httpx

from tests.integration.conftest import RunningSandbox

LEADS, TERRITORIES, PARTNERS = (
    f"salesforce__{name}" for name in ("lead_routings", "account_territories", "contact_partners")
)
EXECUTIVES = "SELECT Id, Email FROM User WHERE IsActive = true AND Title = 'Account Executive' ORDER BY Id LIMIT 2"
LISTED = "SELECT Id, Name, Website, OwnerId FROM Account WHERE Website != null ORDER BY Id LIMIT 40"
RULES = (  # RTE-24: accounts of an imported list above a score, to an Account Executive
    "summit,0,1,all,imported_lists,list_contains,Summit 2026,Summit,Named,Named,Named,Accounts of the summit",
    "summit,0,2,all,overall_score,gt,30,Summit,Named,Named,Named,Accounts of the summit",
)


def switch_on(project: Path, person: httpx.Client) -> None:
    """Write owners, territories and partner fields, fill blank revenues, say who takes the accounts of a list."""
    switches = project / "seeds" / "integration_switches.csv"
    lines = switches.read_text(encoding="utf-8").splitlines()
    on = (
        line.replace(",false,", ",true,")
        if any(f",{name}," in line for name in (LEADS, TERRITORIES, PARTNERS))
        else line
        for line in lines
    )
    switches.write_text("\n".join(on) + "\n", encoding="utf-8")
    field_map = project / "seeds" / "field_map.csv"
    text = field_map.read_text(encoding="utf-8")
    assert f"{LEADS},annual_revenue,AnnualRevenue,never" in text
    text = text.replace(f"{LEADS},annual_revenue,AnnualRevenue,never", f"{LEADS},annual_revenue,AnnualRevenue,if_blank")
    field_map.write_text(text, encoding="utf-8")
    first, second = asked(person, EXECUTIVES)
    account = asked(person, LISTED)[0]["Id"]
    _append(project, "territories", *RULES)
    _append(project, "territory_owners", f"Summit,{first['Email']},,,The summit's accounts")
    _append(project, "territory_assignments", f"{account},{second['Id']},by hand,Ann,2026-11-01,Knows them")


def _append(project: Path, seed: str, *rows: str) -> None:
    with (project / "seeds" / f"{seed}.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)


def asked(person: httpx.Client, query: str) -> list[dict[str, Any]]:
    """All records of a query."""
    page = person.get("/query", params={"q": query}).raise_for_status().json()
    records: list[dict[str, Any]] = page["records"]
    while not page["done"]:
        page = person.get(page["nextRecordsUrl"].partition("/v59.0")[2]).raise_for_status().json()
        records += page["records"]
    return records


def owners(person: httpx.Client, sobject: str) -> dict[str, str]:
    return {record["Id"]: record["OwnerId"] for record in asked(person, f"SELECT Id, OwnerId FROM {sobject}")}


def revenues(person: httpx.Client) -> dict[str, float | None]:
    return {lead["Id"]: lead["AnnualRevenue"] for lead in asked(person, "SELECT Id, AnnualRevenue FROM Lead")}


def written(market: RunningSandbox, since: int) -> list[dict[str, Any]]:
    """What marketmap wrote to any system after a sequence number; people's own edits left out."""
    person = market.env["SANDBOX_PERSON_USERNAME"]
    return [write for write in market.writes(since=since) if write["actor"] != person]


def seconds_of_processors() -> float:
    """What the processes that have ended took: the time on a machine on which nothing else runs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def last_write(market: RunningSandbox) -> int:
    return int(market.control.get("/writes").json()["last"])
