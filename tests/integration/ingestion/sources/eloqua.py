"""Eloqua by its configuration file: exports that are defined, synced and read page by page."""

from connections.eloqua import EloquaCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
ACTIVITIES = {
    "email_sends": "EmailSend", "email_opens": "EmailOpen", "email_clicks": "EmailClickthrough",
    "bouncebacks": "Bounceback", "unsubscribes": "Unsubscribe", "form_submits": "FormSubmit", "page_views": "PageView",
}  # fmt: skip


def edit(lake: Lake) -> None:
    """Change, add and delete a contact; let somebody do each thing once."""
    first, second = (f'(select "Contact.Id" from eloqua.contacts order by 1 limit 1 offset {n})' for n in (0, 1))
    lake.sandbox.edit(
        f"""update eloqua.contacts set "Contact.UpdatedAt" = {NOW}, "Contact.Field(C_Company)" = 'Ünited "Names"'
        where "Contact.Id" = {first}""",
        f'delete from eloqua.contacts where "Contact.Id" = {second}',
        f"""insert into eloqua.contacts by name select '99001' as "Contact.Id", true as "Contact.Email.IsSubscribed",
            {NOW} as "Contact.CreatedAt", {NOW} as "Contact.UpdatedAt\"""",
        *(
            f"""insert into eloqua.activities by name select 'new-{kind}' as "Activity.Id", '{kind}' as "Activity.Type",
                '3' as "Activity.Contact.Id", {NOW} as "Activity.CreatedAt\""""
            for kind in ACTIVITIES.values()
        ),
    )


def drift(lake: Lake) -> None:
    """Add a field, with a value for a contact that did not change since."""
    lake.sandbox.edit('alter table eloqua.contacts add column "Contact.Field(C_ESG1)" double')
    lake.sandbox.edit(
        """update eloqua.contacts set "Contact.Field(C_ESG1)" = 7.5
        where "Contact.Id" = (select min("Contact.Id") from eloqua.contacts)"""
    )


CASE = SourceCase(
    source="eloqua",
    credentials=lambda env: EloquaCredentials(
        env["ELOQUA_BASE_URL"], env["ELOQUA_SITE"], env["ELOQUA_USERNAME"], env["ELOQUA_PASSWORD"]
    ),
    resources=(
        Resource(
            "leads",
            """select "Contact.Id" as id, "Contact.Field(C_EmailAddress)" as email, "Contact.UpdatedAt" as updated_at,
            "Contact.Field(C_Company)" as company, "Contact.Email.IsSubscribed" as is_subscribed,
            "Contact.Field(C_SFDCContactID)" as sfdc_contact_id from eloqua.contacts""",
            live="not is_deleted", brings=3,
        ),
        *(
            Resource(
                table,
                f"""select "Activity.Id" as id, "Activity.Contact.Id" as lead_id, "Activity.Asset.Name" as subject,
                "Activity.CreatedAt" as activity_date from eloqua.activities where "Activity.Type" = '{kind}'""",
                brings=1,
            )
            for table, kind in ACTIVITIES.items()
        ),
    ),
    edit=edit,
    drift=drift,
    drifted={"leads.c_esg1": "VARCHAR"},
    data="/api/bulk/2.0/syncs/[0-9]+/data",
    options=lambda: RestOptions(all_due=True),
    skip={
        "expired token": "every call carries the user's name and password",
        "moving": "an export holds the data of one moment",
    },
)  # fmt: skip
