"""The few SOQL texts that ingestion needs. Field and object names come from describe, values from us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def select(fields: Iterable[str], sobject: str, *conditions: str | None, order: str = "") -> str:
    """A query for these fields; conditions are joined by AND, empty ones are left out."""
    stated = [condition for condition in conditions if condition]
    where = f" WHERE {' AND '.join(f'({condition})' for condition in stated)}" if stated else ""
    return f"SELECT {', '.join(fields)} FROM {sobject}{where}{f' ORDER BY {order}' if order else ''}"


def changed_since(moment: datetime, stamp: str = "SystemModstamp") -> str:
    """A condition for what was created, changed, deleted or touched by the system since a UTC time."""
    return f"{stamp} >= {literal(moment)}"


def literal(moment: datetime) -> str:
    """A UTC time as SOQL and the replication calls write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
