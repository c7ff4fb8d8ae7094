"""The dirt of real CRMs is there, by level, and the obvious rules fail on it."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import WorldSummary, generate
from sandbox.world.summary import open_world, pair_score

from .conftest import AS_OF, Ask

PRESENT = {
    "duplicate accounts": """
        (select company_id from company_records where source = 'salesforce' and object = 'Account' and is_live
         group by 1 having count(*) > 1)""",
    "accounts merged away": '"Account" where "MasterRecordId" is not null and "IsDeleted"',
    "accounts deleted": '"Account" where "MasterRecordId" is null and "IsDeleted"',
    "contacts merged away": '"Contact" where "MasterRecordId" is not null and "IsDeleted"',
    "leads merged away": '"Lead" where "MasterRecordId" is not null and "IsDeleted"',
    "websites with www": '"Account" where "Website" like \'www.%\'',
    "websites with http": '"Account" where "Website" like \'http:%\'',
    "websites with a path": '"Account" where "Website" like \'https://%/_%\'',
    "websites with a port": '"Account" where "Website" like \'%:8080\'',
    "websites in capitals": '"Account" where "Website" like \'HTTP%\'',
    "websites that are social pages": '"Account" where "Website" like \'%linkedin.com%\'',
    "no website": '"Account" where "Website" is null',
    "no country": '"Account" where "BillingCountryCode" is null',
    "no industry": '"Account" where "Industry" is null',
    "branches": '"Account" where "Is_Branch__c"',
    "protected accounts": '"Account" where "Prevent_Override__c"',
    "parents that contradict the vendor": """
        world.zoominfo.companies z
        join company_records zr on zr.record_id = z.id::varchar and zr.source = 'zoominfo'
        join company_records ar on ar.company_id = zr.company_id and ar.object = 'Account' and ar.source = 'salesforce'
        join "Account" a on a."Id" = ar.record_id
        join company_records pr on pr.record_id = a."ParentId" and pr.object = 'Account' and pr.source = 'salesforce'
        join company_records vr on vr.record_id = z."parentId"::varchar and vr.source = 'zoominfo'
        where pr.company_id <> vr.company_id""",
    "free-mail leads": '"Lead" where lower("Email") like \'%@gmail.com\'',
    "leads with a placeholder for a company": "\"Lead\" where \"Company\" in ('n/a', '-', 'N/A', 'Self')",
    "leads without company": '"Lead" where "Company" is null',
    "contacts without e-mail": '"Contact" where "Email" is null',
    "people who moved": "people where has_moved",
    "people with two contacts": """
        (select person_id from person_records where object = 'Contact' and is_live group by 1 having count(*) > 1)""",
    "people who are lead and contact": """
        (select person_id from person_records where source = 'salesforce' and is_live group by 1
         having count(distinct object) = 2)""",
    "straight apostrophes": "\"Contact\" where \"LastName\" = 'O''Brien'",
    "curly apostrophes": '"Contact" where "LastName" = \'O\u2019Brien\'',
    "right-to-left names": '"Contact" where regexp_matches("LastName", \'[\\x{0590}-\\x{06FF}]\')',
    "emoji": '"Account" where "Description" like \'%\U0001f680%\'',
    "newlines": "\"Account\" where \"Description\" like '%' || chr(10) || '%'",
    "quotes and commas": '"Task" where "Description" like \'%"%\' and "Description" like \'%,%\'',
    "very long texts": '"Task" where length("Description") >= 4000',
    "inner double spaces": '"Account" where "Name" like \'%  %\'',
    "accents": '"Account" where "Name" <> strip_accents("Name")',
    "other scripts": '"Account" where regexp_matches("Name", \'[\\p{Greek}\\p{Han}\\p{Thai}\\p{Katakana}]\')',
    "picklist values from imports": "\"Contact\" where \"LeadSource\" in ('web', 'WEB', 'Messe')",
    "scores that never arrived": '"Lead" where "Person_Score__c" is null',
    "scores of minus one": '"Lead" where "Person_Score__c" = -1',
    "trailing spaces where the system keeps them": "world.marketo.leads where company like '% '",
    "Marketo strangers": 'world.marketo.leads where "sfdcLeadId" is null and "sfdcContactId" is null',
    "deleted Marketo people": 'world.marketo.activities where "activityTypeId" = 37',
    "equal names of different companies": """
        (select lower(legal_name) from companies group by 1 having count(distinct family_id) > 1)""",
    "overdue open opportunities": """"Opportunity" where not "IsClosed" and "CloseDate" < date '2026-11-20'""",
}


@pytest.mark.parametrize("what", PRESENT)
def test_present(ask: Ask, what: str) -> None:
    assert ask(f"select count(*) from (select 1 from {PRESENT[what]})") > 0


def test_the_obvious_rules_are_not_enough(connection: duckdb.DuckDBPyConnection) -> None:
    by_domain = pair_score(connection, "domain")
    by_name = pair_score(connection, "name_and_country")
    assert by_domain.f1 < 0.6
    assert by_domain.precision < 0.6
    assert by_name.recall < 0.7
    assert by_name.precision < 1.0


def test_a_domain_still_tells_the_family(ask: Ask) -> None:
    pairs = """
        select avg((one.family_id = other.family_id)::int) from companies one join companies other
        on one.domain = other.domain and one.company_id < other.company_id
    """
    assert ask(pairs) == 1.0
    assert ask("select avg((domain is null)::int) from companies") < 0.06


def test_more_dirt_is_more_dirt(world: WorldSummary, tmp_path: Path) -> None:
    repeated = """select count(*) - count(distinct company_id) from truth.company_records
                  where object = 'Account' and source = 'salesforce' and is_live"""
    empty = """select avg(("Website" is null)::int) from world.salesforce."Account" """
    seen: list[tuple[float, float]] = []
    for dirt in ("low", "high"):
        generate(tmp_path / dirt, accounts=300, seed=3, as_of=AS_OF, dirt=dirt)
        with open_world(tmp_path / dirt) as connection:
            seen.append(tuple(float(connection.execute(query).fetchone()[0]) for query in (repeated, empty)))  # type: ignore[index, arg-type]  # one row, two numbers
    assert seen[1][0] > 1.5 * seen[0][0]
    assert seen[1][1] > 2 * seen[0][1]
