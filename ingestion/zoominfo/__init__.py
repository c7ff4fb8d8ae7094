"""ZoomInfo company enrichment: what the vendor knows of the accounts that the CRM has, bought once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa

from connections import Connection, open_zoominfo
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, NUMBER, TEXT, WHOLE, frame
from ingestion.rounds import Pages, Round, State, Table
from ingestion.zoominfo.enrichment import Answer, enrich
from ingestion.zoominfo.inputs import Inputs, open_inputs

_TABLE = "companies"
_PAGE_INPUTS = 1_000
_TYPES = {
    "input_object": TEXT,
    "input_record_id": TEXT,
    "input_hash": TEXT,
    "match_status": TEXT,
    "zoominfo_company_id": TEXT,
    "employee_count": WHOLE,
    "revenue_usd": NUMBER,
    "founded_year": WHOLE,
    "parent_id": TEXT,
    "ultimate_parent_id": TEXT,
    "primary_industry": TEXT,
    "technologies": TEXT,
    "credits": NUMBER,
    "observed_at": MOMENT,
}


@dataclass(frozen=True)
class ZoomInfoOptions:
    """An answer is bought again after `refresh_days`; the credits are the most that is spent in a month (UTC) or load.

    `extra_fields` are output fields of the contract beyond the usual ones; they land under their own names.
    """

    refresh_days: int = 90
    monthly_credits: int = 100_000
    credits_per_load: int = 50_000
    extra_fields: tuple[str, ...] = ()


def pages(context: Context) -> dict[str, Pages]:
    """Answers for the accounts that have none, or an old one, or were renamed since."""
    return {_TABLE: partial(_company_pages, context)}


def _company_pages(context: Context, state: State, current: Round) -> Iterator[pa.Table]:
    now = datetime.now(UTC).replace(tzinfo=None)
    month = now.strftime("%Y-%m")
    spent, left = state.get("credits", {}).get(month, 0), context.options.credits_per_load
    for inputs in open_inputs(context.warehouse, now, context.options.refresh_days).slices(_PAGE_INPUTS):
        if current.is_full:
            current.unfinished.add(_TABLE)
            return
        allowed = inputs.first(min(context.options.monthly_credits - spent, left))
        if allowed.count:
            answer = enrich(context.connection, allowed.questions(), context.options.extra_fields)
            spent, left = spent + answer.credits, left - answer.credits
            state["credits"] = {month: spent}
            yield _page(allowed, answer, now)
            if answer.failure is not None:
                raise answer.failure
        if allowed.count < inputs.count:
            context.notes[_TABLE] = (
                f"{context.options.credits_per_load:,} credits a load and {context.options.monthly_credits:,} a month "
                "do not reach for all accounts; raise the limit or wait"
            )
            return


def _page(inputs: Inputs, answer: Answer, now: datetime) -> pa.Table:
    """One row per input that was answered, also for those that the vendor does not know.

    What a question cost stands on the first of the accounts that it was asked for.
    """
    rows, paid = [], set[str]()
    for identity, question in inputs.identities():
        if question in answer.values:
            row = {**identity, **answer.values[question], "observed_at": now.isoformat()}
            rows.append(row | {"credits": 0.0} if question in paid else row)
            paid.add(question)
    return frame(rows, _TYPES)


def _probe(connection: Connection) -> str:
    """Read the credit usage, which costs nothing."""
    usage = connection.request("GET", "/lookup/usage").json()["usage"]
    return "; ".join(f"{entry['description']}: {entry['usageRemaining']:,} left" for entry in usage)


ZOOMINFO = SourceSpec(
    name="zoominfo",
    tables=(Table(_TABLE, ("input_object", "input_record_id"), version="observed_at"),),
    opener=open_zoominfo,
    pages=pages,
    options=ZoomInfoOptions,
    probe=_probe,
    after=("salesforce",),
)
