"""Why a lead is where it is: the account it belongs to, the way it took through the routing flow, and what was sent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import sync_trace
from orchestration.errors import RequestFault
from orchestration.query import Answer, ask

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Trace:
    """What is known of a lead; each part may be empty, not all of them.

    `standing`: who should have it, why, and whom the CRM has. `accounts`: answers on its account, the one that counts
    first. `decisions`: latest first. `nodes`: the way of the latest decision, with what each node saw. `clock`: the
    time to follow up. `sent`: values written, oldest first.
    """

    standing: Answer
    accounts: Answer
    decisions: Answer
    nodes: Answer
    clock: Answer
    sent: Answer


def trace(published: Path, lead: str) -> Trace:
    """Everything about a lead, whose Salesforce id may have 15 or 18 characters.

    Raises RequestFault for what is no id and for a lead of which nothing is known.
    """
    if not _ID.fullmatch(lead):
        raise RequestFault(f"{lead!r} is no record id. Give the id of a lead, such as 00Q5f000001abcDEFG.")
    is_salesforce = len(lead) in {15, 18} and lead.startswith("00Q")
    match = f"like '{lead[:15]}%'" if is_salesforce else f"= '{lead}'"
    accounts = ask(published, _ANSWERS.format(match=match))
    decisions = _optional(published, _DECISIONS.format(match=match))
    if not accounts.rows and not decisions.rows:
        raise RequestFault(
            f"Lead {lead} belongs to no account, came close to none and was never routed. Look whether it is published:"
            f" marketmap sql \"select * from person_records where record_id = '{lead}'\""
        )
    names: dict[str, str] = dict(_optional(published, _NAMES).rows)
    return Trace(
        standing=_optional(published, _STANDING.format(match=match)),
        accounts=accounts,
        decisions=decisions,
        nodes=_nodes(_optional(published, _LATEST.format(match=match)), names),
        clock=_optional(published, _CLOCK.format(match=match)),
        sent=_sent(published, lead, names),
    )


def _optional(published: Path, query: str) -> Answer:
    """An answer without rows where a home was published before there was routing."""
    try:
        return ask(published, query)
    except RequestFault:
        if not published.exists():
            raise
        return Answer((), (), [])


def _nodes(latest: Answer, names: dict[str, str]) -> Answer:
    rows: list[tuple[str, str, str]] = []
    for path, evidence in latest.rows:
        saw = json.loads(evidence) if evidence else {}
        for node in (path or "").split(" > "):
            seen = saw.get(node, [])
            rows.append(
                (node, "", "; ".join(_named(text, names) for text in ([seen] if isinstance(seen, str) else seen)))
            )
    if rows:
        rows[-1] = (rows[-1][0], "decided", rows[-1][2])
    return Answer(("node", "", "saw"), (False, False, False), list(rows))


def _named(seen: str, names: dict[str, str]) -> str:
    """`attribute value` with the name of a user in the place of the id."""
    attribute, _, value = seen.partition(" ")
    return f"{attribute} {names.get(value, value)}" if attribute.endswith("_user_id") else seen


def _sent(published: Path, lead: str, names: dict[str, str]) -> Answer:
    try:
        found = sync_trace.trace(published, lead)
    except (RequestFault, duckdb.CatalogException):  # nothing was written to it, or by any sync yet
        return Answer((), (), [])
    kept = [found.columns.index(name) for name in ("at_utc", "sync", "field", "before", "after", "status", "rule")]
    rows = [tuple(names.get(row[place], row[place]) for place in kept) for row in found.rows]
    return Answer(tuple(found.columns[place] for place in kept), (False,) * len(kept), rows)


_ANSWERS = """
with
    links as (select * from marts.lead_accounts where lead_id {match}),

    answers as (
        select 1 as place, 'counts' as answer, account_id, method, confidence, evidence from links
        union all
        select 2, 'the CRM', crm_account_id, 'source_link', 1.0, 'given by the CRM' from links
        where crm_account_id is not null
        union all
        select 3, 'marketmap', our_account_id, our_method, our_confidence, our_evidence from links
        where our_account_id is not null
        union all
        select 4, 'for review', records.account_id, 'none', review.score, review.evidence
        from marts.match_review as review
        left join marts.account_records as records
            on review.right_source = records.source and review.right_object = records.object
            and review.right_record_id = records.record_id
        where review.left_object = 'Lead' and review.left_record_id {match}
    )

select answers.answer, accounts.account_name, answers.account_id, answers.method, answers.confidence, answers.evidence
from answers
left join marts.dim_accounts as accounts on answers.account_id = accounts.account_id
order by answers.place, answers.account_id
"""
_STANDING = """
select
    coalesce(contacts.full_name, routings.lead_id) as lead, accounts.account_name as account,
    case
        when routings.is_person_kept then coalesce(current_owners.user_name, routings.current_owner_id)
        else coalesce(owners.user_name, routings.queue, replace(routings.outcome, '_', ' '))
    end as should_have_it,
    routings.reason as because,
    coalesce(current_owners.user_name, queues.queue, routings.current_owner_id) as has_it_in_the_crm,
    case
        when routings.is_person_kept then 'a person gave it there, which stands'
        when routings.assigned_to_id is null then 'the owner is left alone'
        when routings.assigned_to_id = routings.current_owner_id then 'as decided'
        else 'not in the CRM when it was last read'
    end as state
from marts.lead_routings as routings
left join marts.dim_users as owners on routings.owner_id = owners.user_id
left join marts.dim_users as current_owners on routings.current_owner_id = current_owners.user_id
left join (select distinct queue_id, queue from marts.fct_routing_decisions) as queues
    on routings.current_owner_id = queues.queue_id
left join marts.dim_accounts as accounts on routings.account_id = accounts.account_id
left join marts.person_records as records
    on records.source = 'salesforce' and records.object = 'Lead' and routings.lead_id = records.record_id
left join marts.dim_contacts as contacts on records.contact_id = contacts.contact_id
where routings.lead_id {match}
"""
_NAMES = """
select user_id, user_name from marts.dim_users where user_name is not null
union
select queue_id, queue from marts.fct_routing_decisions where queue_id is not null and queue is not null
"""
_DECISIONS = """
select
    strftime(decisions.decided_at, '%Y-%m-%d %H:%M') as decided_utc, decisions.trigger, decisions.flow_version as flow,
    decisions.outcome, coalesce(owners.user_name, decisions.queue, decisions.owner_id) as given_to, decisions.section,
    decisions.node, decisions.reason, coalesce(decisions.rotation, '') as rotation,
    coalesce(previous.user_name, queues.queue, decisions.previous_owner_id) as had_it_before
from marts.fct_routing_decisions as decisions
left join marts.dim_users as owners on decisions.owner_id = owners.user_id
left join marts.dim_users as previous on decisions.previous_owner_id = previous.user_id
left join (select distinct queue_id, queue from marts.fct_routing_decisions) as queues
    on decisions.previous_owner_id = queues.queue_id
where decisions.lead_id {match}
order by decisions.decided_at desc
"""
_LATEST = """
select path, evidence from marts.fct_routing_decisions where lead_id {match} order by decided_at desc limit 1
"""
_CLOCK = """
select
    sla_status, owner_name, round(worked_seconds / 3600, 1) as working_hours, round(sla_seconds / 3600, 1) as allowed,
    strftime(responded_at, '%Y-%m-%d %H:%M') as followed_up_utc
from marts.lead_slas where lead_id {match}
"""
