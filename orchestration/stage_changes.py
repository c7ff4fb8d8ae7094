"""A stage that a person sets: who may, what it was, what it becomes; kept in seed stage_changes with the author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration import contents, query, run_lock, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings

_EVERYBODY = "*"
_ALL, _NONE = "all", "none"
_FOUND = """
with
    asked as (
        -- Leads and contacts are evidence of their account, too; their id means the person.
        select 'accounts' as entity, account_id as entity_id from marts.account_records
        anti join marts.person_records using (source, object, record_id) where {record}
        union
        select 'contacts', contact_id from marts.person_records where {record}
        union
        select 'accounts', account_id from marts.account_stages where account_id = {id}
        union
        select 'contacts', contact_id from marts.contact_stages where contact_id = {id}
    )

select asked.entity, asked.entity_id, coalesce(accounts.account_name, contacts.full_name, asked.entity_id),
    coalesce(account_stages.stage, contact_stages.stage, 'unqualified'),
    coalesce(account_stages.cause, contact_stages.cause)
from asked
left join marts.account_stages on asked.entity = 'accounts' and asked.entity_id = account_stages.account_id
left join marts.contact_stages on asked.entity = 'contacts' and asked.entity_id = contact_stages.contact_id
left join marts.dim_accounts as accounts on asked.entity = 'accounts' and asked.entity_id = accounts.account_id
left join marts.dim_contacts as contacts on asked.entity = 'contacts' and asked.entity_id = contacts.contact_id
where asked.entity_id is not null
"""


@dataclass(frozen=True)
class StageChange:
    """A change as it was recorded. `is_crm_held`: the CRM put it where it was, and takes it back there by its rules."""

    entity: str
    entity_id: str
    name: str
    before: str
    after: str
    is_crm_held: bool


def record(settings: Settings, what: str, stage: str, *, by: str, reason: str) -> StageChange:
    """Record that `by` moves an account or a person (our id, or a record's id in its system) to a stage or its label.

    The next run or micro-batch shows it. Raises RequestFault for what is not known, and where `by` may not set the
    stage; RunActive while a run reads the seeds.
    """
    with run_lock.hold(settings.home):
        wanted = _stage(settings, stage)
        if not by.strip():
            raise RequestFault("--by is blank; say who changes the stage.")
        _demand_permission(settings, by.strip(), wanted)
        entity, entity_id, name, before, cause = _found(settings, what)
        if before == wanted["stage"]:
            raise RequestFault(f"{name} is {wanted['label']} already.")
        table = seeds.Table.read(settings.project_dir / "seeds", "stage_changes")
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        values = (entity, entity_id, wanted["stage"], at, by.strip(), reason)
        table.rows.append(dict(zip(table.columns, values, strict=True)))
        table.write()
    return StageChange(entity, entity_id, name, before, wanted["stage"], cause == "crm")


def _stage(settings: Settings, asked: str) -> seeds.Row:
    stages = seeds.rows(settings.project_dir, "stages")
    for row in stages:
        if asked.strip().casefold() in {row["stage"].casefold(), row["label"].casefold()}:
            return row
    raise RequestFault(f"There is no stage {asked}; seed stages has {', '.join(row['label'] for row in stages)}.")


def _demand_permission(settings: Settings, by: str, stage: seeds.Row) -> None:
    """Whoever is named in seed stage_authors may what stands there; all others what stands at the star."""
    named = {row["changed_by"].casefold(): row["may_set"] for row in seeds.rows(settings.project_dir, "stage_authors")}
    may = named.get(by.casefold(), named.get(_EVERYBODY, _NONE))
    if may not in {_ALL, stage["owner"]}:
        allowed = "no stage" if may == _NONE else f"the stages of {may}"
        raise RequestFault(
            f"{by} may set {allowed}, and {stage['label']} belongs to {stage['owner']} (seeds stages, stage_authors)."
        )


def _found(settings: Settings, what: str) -> tuple[str, str, str, str, str]:
    literal = contents.literal(what)
    # A Salesforce id has 15 characters, or 18 of which the last three only check the others.
    is_salesforce = len(what) in {15, 18} and what.isalnum() and what.startswith("00")
    condition = f"record_id like '{what[:15]}%'" if is_salesforce else f"record_id = {literal}"
    found = query.ask(settings.published, _FOUND.format(record=condition, id=literal)).rows
    if not found:
        raise RequestFault(
            f"There is no account or person {what}; give an id of dim_accounts, dim_contacts or the CRM."
        )
    if len(found) > 1:
        named = ", ".join(str(row[1]) for row in found)
        raise RequestFault(f"{what} is the id of several: {named}. Give one of these.")
    return found[0]
