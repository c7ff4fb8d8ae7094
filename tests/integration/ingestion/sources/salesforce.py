"""Salesforce: every object by the same rules."""

from connections import SalesforceCredentials
from ingestion.salesforce import OBJECTS
from ingestion.salesforce.objects import SalesforceOptions, SObject
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
# A field of each object that may change without consequence.
FIELDS = {
    "User": "Title", "Group": "Email", "Account": "Description", "Contact": "Department", "Lead": "Rating",
    "Opportunity": "Competitor__c", "OpportunityHistory": "StageName", "OpportunityContactRole": "Role",
    "OpportunityFieldHistory": "NewValue",
    "Campaign": "Type", "CampaignMember": "Status", "Task": "Description", "Event": "Location",
}  # fmt: skip
# Objects of which the tiny world has no record, with the prefixes of their ids.
EMPTY = {
    "OpportunityHistory": "008", "OpportunityContactRole": "00K", "Campaign": "701", "CampaignMember": "00v",
    "Event": "00U", "OpportunityFieldHistory": "017",
}  # fmt: skip


def identifier(prefix: str) -> str:
    """SQL for an 18-character id out of a number `n`."""
    return f"'{prefix}TX' || lpad(n::varchar, 10, '0') || 'YAA'"


def prepare(lake: Lake) -> None:
    """Put three records into the objects of which the tiny world has none."""
    statements = []
    for name, prefix in EMPTY.items():
        present = lake.sandbox.query(f'select * from salesforce."{name}" limit 0').column_names
        values = {"Id": identifier(prefix), "CreatedDate": f"{NOW} - interval 1 day"}
        values |= {"SystemModstamp": f"{NOW} - interval 1 day"} if "SystemModstamp" in present else {}
        values |= {"IsDeleted": "false"} if "IsDeleted" in present else {}
        values |= {"LastModifiedDate": NOW} if "LastModifiedDate" in present else {}
        listed = ", ".join(f'{value} as "{column}"' for column, value in values.items())
        statements.append(f'insert into salesforce."{name}" by name select {listed} from range(1, 4) as numbers(n)')
    lake.sandbox.edit(*statements)


def edit(lake: Lake) -> None:
    """Change one record of each object, add one, and delete one where records can be deleted."""
    statements = []
    for sobject in OBJECTS:
        table, field = f'salesforce."{sobject.name}"', FIELDS[sobject.name]
        kept = ('not "IsDeleted" and ' if sobject.deletable else "") + _condition(sobject)
        first = f'(select min("Id") from {table} where {kept})'
        statements += [
            f'update {table} set "{field}" = \'Ny Æra\', "{sobject.stamp}" = {NOW} where "Id" = {first}',
            f"""insert into {table} select * replace (left("Id", 3) || 'TZ' || substr("Id", 6) as "Id",
                {NOW} as "{sobject.stamp}") from {table} where "Id" = {first}""",
        ]
        if sobject.deletable:
            statements.append(
                f"""update {table} set "IsDeleted" = true, "SystemModstamp" = {NOW}
                    where "Id" = (select max("Id") from {table} where not "IsDeleted" and substr("Id", 4, 2) <> 'TZ')"""
            )
    lake.sandbox.edit(*statements)
    lake.sandbox.advance(5)  # getDeleted leaves the running second out


def drift(lake: Lake) -> None:
    """Add a custom field, and make a number a text."""
    lake.sandbox.remove_field("Account", "Health_Score__c")
    lake.sandbox.add_field(object="Account", field="Health_Score__c", type="string", length=40)
    lake.sandbox.add_field(object="Account", field="ESG_Score__c", type="double", precision=5, scale=2)
    lake.sandbox.edit(
        f"""update salesforce."Account" set "Health_Score__c" = 'good', "ESG_Score__c" = 71.5,
            "SystemModstamp" = {NOW} where "Id" = (select min("Id") from salesforce."Account")"""
    )


def moving(lake: Lake) -> None:
    """Fill contacts beyond one page of REST, and change records on both sides of the boundary between two calls."""
    lake.sandbox.edit(
        f"""insert into salesforce."Contact" by name select one.* replace ({identifier("003")} as "Id")
            from (select * from salesforce."Contact" where not "IsDeleted" limit 1) as one, range(4500) as numbers(n)"""
    )
    lake.sandbox.fault(
        "salesforce", "edit", path=r"/query/", count=1,
        statements=[
            f"""update salesforce."Contact" set "Department" = 'moved', "SystemModstamp" = {NOW}
                where right("Id", 4) in ('0YAA', '7YAA')""",
            """insert into salesforce."Contact" select * replace ('003TN0000000001YAA' as "Id")
                from salesforce."Contact" where "Id" = '003TX0000000000YAA'""",
        ],
    )  # fmt: skip


def _condition(sobject: SObject) -> str:
    return "\"Type\" = 'Queue'" if sobject.condition else "true"


DELETED = " union all ".join(
    f"""select '{sobject.name}' as object, "Id" as record_id from salesforce."{sobject.name}"
    where "IsDeleted" and "SystemModstamp" > now()::timestamp - interval 14 day"""
    for sobject in OBJECTS
    if sobject.deletable
)
CASE = SourceCase(
    source="salesforce",
    options=lambda: SalesforceOptions(change_events=True),
    credentials=lambda env: SalesforceCredentials(
        env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
    ),
    prepare=prepare,
    resources=(
        # The suite changes the data behind the org's back, which the event bus does not see.
        Resource(
            "change_events",
            "select seq as replay_id, object as entity from sandbox.writes where service = 'salesforce'",
        ),
        *(
            Resource(
                sobject.table,
                f'select {{columns}} from salesforce."{sobject.name}" where {_condition(sobject)}',
                of=f'salesforce."{sobject.name}"',
                brings=3 if sobject.deletable else 2,
            )
            for sobject in OBJECTS
        ),
        Resource("deleted_records", DELETED, brings=sum(sobject.deletable for sobject in OBJECTS)),
    ),
    edit=edit,
    drift=drift,
    drifted={"accounts.esg_score_c": "DOUBLE", "accounts.health_score_c": "VARCHAR"},
    moving=moving,
    moving_loads=2,
    data="query",
)
