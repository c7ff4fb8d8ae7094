"""What enrichment vendors and signal providers know of the world, made when one of them is first served."""

import datetime as dt
import json
from importlib.resources import files
from pathlib import Path

import duckdb

# The address comes from whoever wrote it down: the largest vendor's file, else the CRM.
_PROFILES = """
create temp table profiles as
with vendor as (
    select records.company_id, companies.*
    from truth.company_records as records
    join zoominfo.companies as companies on records.record_id = companies.id::varchar
    where records.source = 'zoominfo'
),
crm as (
    select records.company_id, any_value(accounts) as account
    from truth.company_records as records
    join salesforce."Account" as accounts on records.record_id = accounts."Id"
    where records.source = 'salesforce' and records.object = 'Account' and records.is_live
    group by records.company_id
)
select
    companies.company_id, companies.legal_name,
    trim(regexp_replace(
        companies.legal_name, '[,.]? *(inc|llc|ltd|limited|gmbh|ag|b\\.?v|corp|plc|s\\.?a)\\.?$', '', 'i'
    )) as short_name,
    companies.domain, coalesce(vendor.phone, crm.account."Phone") as phone,
    coalesce(vendor.street, crm.account."BillingStreet") as street,
    coalesce(vendor.city, crm.account."BillingCity") as city,
    coalesce(vendor.state, crm.account."BillingState") as state,
    coalesce(vendor."zipCode", crm.account."BillingPostalCode") as postal_code,
    countries.name as country, companies.country_code, industries.zoominfo as vendor_industry,
    companies.employee_count as employees, companies.annual_revenue_usd as revenue, vendor."foundedYear" as founded,
    coalesce(vendor."techAttributes", []) as technologies, companies.parent_company_id as parent_id,
    companies.domestic_ultimate_company_id as domestic_id, companies.global_ultimate_company_id as global_id
from truth.companies as companies
left join vendor using (company_id)
left join crm using (company_id)
left join countries on companies.country_code = countries.code
left join industries on companies.industry = industries.industry
"""
_PERSONS = """
create temp table persons as
select
    people.person_id, people.given_name as first_name, people.family_name as last_name, people.title, people.seniority,
    people.department, companies.legal_name as company_name, companies.domain, countries.name as country,
    companies.country_code, any_value(contacts."Email") as email, any_value(contacts."Phone") as phone,
    any_value(contacts."MailingCity") as city, any_value(contacts."LinkedIn_URL__c") as linkedin_url
from truth.people as people
join truth.companies as companies using (company_id)
left join countries on companies.country_code = countries.code
join truth.person_records as records on people.person_id = records.person_id and records.object = 'Contact'
join salesforce."Contact" as contacts on records.record_id = contacts."Id"
group by all
"""
# A world made by hand has no truth beside it: there the vendors know what ZoomInfo and the CRM know.
_HAND_MADE = """
create temp table profiles as
select
    id::varchar as company_id, name || ' Inc' as legal_name, name as short_name, domain, phone, street, city, state,
    "zipCode" as postal_code, country, coalesce("countryCode", 'US') as country_code,
    "primaryIndustry"[1] as vendor_industry, "employeeCount" as employees, revenue * 1000.0 as revenue,
    coalesce("foundedYear", 2000) as founded, "techAttributes" as technologies, "parentId"::varchar as parent_id,
    null as domestic_id, "ultimateParentId"::varchar as global_id
from zoominfo.companies;
create temp table persons as
select
    contacts."Id" as person_id, contacts."FirstName" as first_name, contacts."LastName" as last_name,
    contacts."Title" as title, 'vp' as seniority, contacts."Department" as department,
    accounts."Name" as company_name, accounts."Website" as domain, 'United States' as country, 'US' as country_code,
    contacts."Email" as email, contacts."Phone" as phone, contacts."MailingCity" as city,
    contacts."LinkedIn_URL__c" as linkedin_url
from salesforce."Contact" as contacts left join salesforce."Account" as accounts on contacts."AccountId" = accounts."Id"
"""


def populate_vendors(home: Path) -> None:
    """Add the vendors' schemas to `home/world.duckdb`; once."""
    with duckdb.connect(str(home / "world.duckdb")) as connection:
        if connection.execute("select 1 from duckdb_schemas() where schema_name = 'apollo'").fetchall():
            return
        truth = home / "truth.duckdb"
        if truth.exists():
            connection.execute(f"attach '{_escaped(truth)}' as truth (read_only)")
            data = files("sandbox.data")
            for name in ("countries", "industries"):
                file = _escaped(Path(str(data.joinpath(f"{name}.csv"))))
                connection.execute(f"create temp table {name} as from read_csv('{file}', header = true)")
            connection.execute(_PROFILES)
            connection.execute(_PERSONS)
        else:
            connection.execute(_HAND_MADE)
        connection.execute(f"set variable as_of = date '{_last_day(home)}'")
        connection.execute("begin")
        for name in ("vendors.sql", "signals.sql", "searchable_people.sql"):
            connection.execute(files("sandbox.world.schema").joinpath(name).read_text("utf-8"))
        connection.execute("commit")


def _last_day(home: Path) -> str:
    label = home / "world.json"
    if not label.exists():
        return dt.datetime.now(dt.UTC).date().isoformat()
    return str(json.loads(label.read_text("utf-8"))["as_of"])


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
