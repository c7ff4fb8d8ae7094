"""Why a lead belongs to its account: both answers, which one counts, and what each rests on."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.errors import RequestFault
from orchestration.query import Answer, ask

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def trace(published: Path, lead: str) -> Answer:
    """One row per answer on the lead's account, the one that counts first.

    A Salesforce id may have 15 or 18 characters. Raises RequestFault for what is no id and for a lead without any
    account, known or considered.
    """
    if not _ID.fullmatch(lead):
        raise RequestFault(f"{lead!r} is no record id. Give the id of a lead, such as 00Q5f000001abcDEFG.")
    is_salesforce = len(lead) in {15, 18} and lead.startswith("00Q")
    match = f"like '{lead[:15]}%'" if is_salesforce else f"= '{lead}'"
    answer = ask(published, _ANSWERS.format(match=match))
    if not answer.rows:
        raise RequestFault(
            f"Lead {lead} belongs to no account and came close to none. Look whether it is published:"
            f" marketmap sql \"select * from person_records where record_id = '{lead}'\""
        )
    return answer


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
