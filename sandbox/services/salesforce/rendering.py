"""Column values as Salesforce writes them: JSON in REST answers, text in Bulk CSV."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.services.salesforce.soql import Column, Compiled


def json_value(value: Any) -> Any:
    """Return a value as REST gives it: 2024-05-01T10:00:00.000+0000, 12.5, true, null."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}+0000"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def csv_expression(expression: str, kind: str) -> str:
    """Return SQL that renders a column of a field type as Bulk 2.0 writes it; null is empty."""
    if kind == "datetime":
        expression = f"strftime({expression}, '%Y-%m-%dT%H:%M:%S.%gZ')"
    return f"coalesce(cast({expression} as varchar), '')"


def attributes(sobject: str, record_id: str | None, version: str) -> dict[str, str]:
    """Return the `attributes` every record carries."""
    entry = {"type": sobject}
    if record_id:
        entry["url"] = f"/services/data/v{version}/sobjects/{sobject}/{record_id}"
    return entry


def records(compiled: Compiled, rows: Iterable[Sequence[Any]], version: str) -> list[dict[str, Any]]:
    """Return query rows as REST records, parents nested."""
    kind = "AggregateResult" if compiled.aggregate else compiled.sobject.name
    own_id = next((i for i, column in enumerate(compiled.columns) if column.path == ("Id",)), None)
    return [
        {"attributes": attributes(kind, row[own_id] if own_id is not None else None, version)}
        | _nested(compiled.columns, row, compiled.relations, version)
        for row in rows
    ]


def _nested(
    columns: Sequence[Column], row: Sequence[Any], relations: dict[tuple[str, ...], str], version: str
) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        place = record
        for depth, step in enumerate(column.path[:-1], start=1):
            fresh = {"attributes": attributes(relations.get(column.path[:depth], step), None, version)}
            place = place.setdefault(step, fresh)
        place[column.path[-1]] = json_value(value)
    for path in {column.path[0] for column in columns if len(column.path) > 1}:
        if all(value is None for key, value in record[path].items() if key != "attributes"):
            record[path] = None  # no parent
    return record
