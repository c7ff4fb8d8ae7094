"""From what a CRM or any other program posts to rows: changes of records, and leads. Pure; refusals name the field."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]
_NAMESPACE = uuid.UUID("c0f5b1a1-4a53-4c1e-8b16-0b7c8a1e6a55")
LEAD_FIELDS = (
    "email", "first_name", "last_name", "full_name", "title", "company_name", "website", "phone", "country", "state",
    "city", "lead_source", "message",
)  # fmt: skip


class Refused(ValueError):  # noqa: N818 - said to the sender
    """A message that cannot be taken; the text says which field and why."""


@dataclass(frozen=True)
class Endpoint:
    """A way in for leads: `key` finds the lead again, `fields` maps our columns to paths in the JSON ("a.b.0.c")."""

    name: str
    key: str
    fields: Mapping[str, str]
    event_id: str = ""


def read_endpoints(file: Path) -> dict[str, Endpoint]:
    """The endpoints of a YAML file: {name: {key, fields, event_id?}}; raises ValueError with every fault."""
    declared = yaml.safe_load(file.read_text("utf-8")) or {}
    faults, found = list[str](), {}
    for name, block in declared.items():
        fields = block.get("fields") or {}
        unknown = sorted(set(fields) - set(LEAD_FIELDS))
        if unknown:
            faults.append(f"{file.name}: {name}: no lead has {', '.join(unknown)}; use {', '.join(LEAD_FIELDS)}")
        if not block.get("key"):
            faults.append(f"{file.name}: {name}: key is missing; name the path of what identifies a lead")
        found[str(name)] = Endpoint(str(name), str(block.get("key") or ""), fields, str(block.get("event_id") or ""))
    if faults:
        raise ValueError("\n".join(faults))
    return found


def from_hubspot(event: Mapping[str, Any], received_at: datetime) -> Row:
    """A row of record_changes. HubSpot's eventId is not unique by itself; what the event says is part of its id."""
    for name in ("subscriptionType", "objectId", "occurredAt"):
        if event.get(name) in (None, ""):
            raise Refused(f"{name} is missing")
    kind, _, verb = str(event["subscriptionType"]).partition(".")
    telling = ("portalId", "subscriptionId", "eventId", "objectId", "occurredAt", "subscriptionType", "propertyName")
    identity = json.dumps([event.get(name) for name in telling])
    occurred = datetime.fromtimestamp(int(event["occurredAt"]) / 1000, UTC).replace(tzinfo=None)
    return {
        "event_id": str(uuid.uuid5(_NAMESPACE, identity)),
        "source": "hubspot",
        "object": kind,
        "record_id": str(event["objectId"]),
        "change_type": verb,
        "changed_field": event.get("propertyName"),
        "new_value": event.get("propertyValue"),
        "occurred_at": f"{occurred.isoformat()}Z",
        "received_at": f"{received_at.isoformat()}Z",
        "payload": json.dumps(event, ensure_ascii=False, separators=(",", ":")),
    }


def lead_of(endpoint: Endpoint, body: Mapping[str, Any], received_at: datetime) -> Row:
    """A row of inbound_leads: created the first time its key is seen, updated after."""
    key = value_at(body, endpoint.key)
    if key in (None, ""):
        raise Refused(f"{endpoint.key} is missing: it identifies the lead")
    content = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    given = value_at(body, endpoint.event_id) if endpoint.event_id else hashlib.sha256(content.encode()).hexdigest()
    row: Row = {
        "event_id": str(uuid.uuid5(_NAMESPACE, f"{endpoint.name} {given}")),
        "endpoint": endpoint.name,
        "lead_key": str(key).strip().lower(),
        "received_at": f"{received_at.isoformat()}Z",
        "payload": content,
    }
    for name in LEAD_FIELDS:
        value = value_at(body, endpoint.fields[name]) if name in endpoint.fields else None
        row[name] = None if value in (None, "") else str(value)
    return row


def value_at(body: Any, path: str) -> Any:
    """The value at a path such as `properties.0.value`; None where the path leads nowhere."""
    for step in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body
