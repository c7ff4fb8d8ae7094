"""Marketing Hub: e-mail events, form submissions, page visits. Facts that never change, read back to the last seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.frames import MOMENT, TEXT, frame
from ingestion.hubspot.client import milliseconds
from ingestion.hubspot.fields import Record
from ingestion.hubspot.source import DATASET, HubSpot
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

_EMAIL_EVENT = {
    "id": TEXT, "type": TEXT, "recipient": TEXT, "emailCampaignId": TEXT, "created": MOMENT, "url": TEXT,
}  # fmt: skip
_CAMPAIGN = {"id": TEXT, "name": TEXT, "subject": TEXT, "type": TEXT}
_SUBMISSION = {
    "conversionId": TEXT, "formId": TEXT, "email": TEXT, "pageUrl": TEXT, "submittedAt": MOMENT, "values": TEXT,
}  # fmt: skip
_FORM = {"id": TEXT, "name": TEXT, "createdAt": MOMENT, "updatedAt": MOMENT}
_VISIT = {"id": TEXT, "objectId": TEXT, "url": TEXT, "occurredAt": MOMENT, "properties": TEXT}
_EMAIL_EVENTS_PER_CALL, _SUBMISSIONS_PER_CALL, _EVENTS_PER_CALL = 1000, 50, 100
CAMPAIGNS = "email_campaigns"


def email_event_pages(hubspot: HubSpot, state: State, current: Round) -> Iterator[pa.Table]:
    """What became of e-mails: newest first, so the cursor moves when the whole span has been read."""
    if "cursor" not in state:
        hubspot.landing["email_events"] = current
        yield frame([], _EMAIL_EVENT)
    since = _since(hubspot, state)
    known, latest, offset = _known(hubspot, "email_events", "created", since), state.get("cursor", ""), ""
    while True:
        params = {"startTimestamp": milliseconds(since), "limit": _EMAIL_EVENTS_PER_CALL} | (
            {"offset": offset} if offset else {}
        )
        answer = hubspot.client.get("/email/public/v1/events", **params)
        fresh = [_stamped(row, "created") for row in answer["events"] if str(row["id"]) not in known]
        if fresh:
            hubspot.landing["email_events"] = current
            page = _typed(fresh, _EMAIL_EVENT)
            latest = max(latest, pc.max(page["created"]).as_py().isoformat())
            yield page
        if not answer["hasMore"]:
            break
        offset = str(answer["offset"])
    state["cursor"] = latest or since.isoformat()


def campaign_pages(hubspot: HubSpot, _state: State, current: Round) -> Iterator[pa.Table]:
    """The e-mails that events name and that are not known yet."""
    if hubspot.landing.get("email_events") is current:
        current.unfinished.add(CAMPAIGNS)
        return
    sql = f"select distinct email_campaign_id from {DATASET}.email_events where email_campaign_id is not null"
    wanted = {number for (number,) in rows(hubspot.warehouse, sql)}
    known = {number for (number,) in rows(hubspot.warehouse, f"select id from {DATASET}.{CAMPAIGNS}")}
    found = [hubspot.client.get(f"/email/public/v1/campaigns/{number}") for number in sorted(wanted - known)]
    if found or not known:
        yield _typed(found, _CAMPAIGN)


def form_pages(hubspot: HubSpot, state: State, _current: Round) -> Iterator[pa.Table]:
    """Forms, when one is new or was changed."""
    found = [{name: row.get(name) for name in _FORM} for row in hubspot.forms]
    versions = {row["id"]: row["updatedAt"] for row in found}
    if versions != state.get("versions"):
        state["versions"] = versions
        yield frame(found, _FORM)


def submission_pages(hubspot: HubSpot, state: State, _current: Round) -> Iterator[pa.Table]:
    """Submissions of each form, newest first, back to what is known."""
    if "cursors" not in state:
        yield frame([], _SUBMISSION)
        state["cursors"] = {}
    for form in [str(row["id"]) for row in hubspot.forms]:
        since = datetime.fromisoformat(state["cursors"].get(form, "1970-01-01")) - hubspot.options.overlap
        sql = f"select conversion_id from {DATASET}.form_submissions where form_id = ? and submitted_at >= ?"
        known = {one for (one,) in rows(hubspot.warehouse, sql, [form, since])}
        path, latest = f"/form-integrations/v1/submissions/forms/{form}", state["cursors"].get(form, "")
        for found, _ in hubspot.client.pages(path, limit=_SUBMISSIONS_PER_CALL):
            stamps = [row["submittedAt"] for row in found]
            fresh = [_submission(row, form) for row in found if _identity(row, form) not in known]
            if fresh:
                page = _typed(fresh, _SUBMISSION)
                latest = max(latest, pc.max(page["submitted_at"]).as_py().isoformat())
                yield page
            if stamps and min(stamps) < milliseconds(since):
                break
        if latest:
            state["cursors"][form] = latest


def visit_pages(hubspot: HubSpot, state: State, _current: Round) -> Iterator[pa.Table]:
    """Page visits of known contacts, oldest first: the cursor moves with each page."""
    if "cursor" not in state:
        yield frame([], _VISIT)
    since = _since(hubspot, state)
    known, latest = _known(hubspot, "page_visits", "occurred_at", since), state.get("cursor", "")
    params = {
        "objectType": "contact", "eventType": "e_visited_page", "occurredAfter": f"{since.isoformat()}Z",
        "sort": "occurredAt", "limit": _EVENTS_PER_CALL,
    }  # fmt: skip
    for found, _ in hubspot.client.pages("/events/v3/events", **params):
        fresh = [_visit(row) for row in found if row["id"] not in known]
        if fresh:
            page = _typed(fresh, _VISIT)
            latest = max(latest, pc.max(page["occurred_at"]).as_py().isoformat())
            yield page
    state["cursor"] = latest or since.isoformat()


def _since(hubspot: HubSpot, state: State) -> datetime:
    if "cursor" not in state:
        return datetime(1971, 1, 1)  # noqa: DTZ001 (naive UTC, as all times in the warehouse)
    return datetime.fromisoformat(state["cursor"]) - hubspot.options.overlap


def _known(hubspot: HubSpot, table: str, column: str, since: datetime) -> set[str]:
    """Ids that the overlap asks for again."""
    return {one for (one,) in rows(hubspot.warehouse, f"select id from {DATASET}.{table} where {column} >= ?", [since])}


def _typed(records: Sequence[Record], types: Mapping[str, pa.DataType]) -> pa.Table:
    """Records with the declared columns alone, numbers as text where text is declared."""
    return frame([{name: _plain(row.get(name)) for name in types} for row in records], types)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _stamped(row: Record, name: str) -> Record:
    return row | {name: datetime.fromtimestamp(int(row[name]) / 1000, UTC).isoformat()}


def _identity(row: Record, form: str) -> str:
    """A submission's id; older portals have none, then its form, time and address stand for it."""
    return str(row.get("conversionId") or f"{form} {row['submittedAt']} {_address(row)}")


def _address(row: Record) -> str | None:
    return next((one.get("value") for one in row.get("values", []) if one.get("name") == "email"), None)


def _submission(row: Record, form: str) -> Record:
    own = {"conversionId": _identity(row, form), "formId": form, "email": _address(row), "values": row.get("values")}
    return _stamped(row, "submittedAt") | own


def _visit(row: Record) -> Record:
    properties = row.get("properties") or {}
    return row | {"url": properties.get("hs_url"), "properties": properties}
