"""Writes that take effect only if nobody has changed the record since it was read.

PATCH sobjects/X/Id with If-Unmodified-Since is refused with 412 once LastModifiedDate is later (REST API Developer
Guide, Conditional Request Headers). One composite call carries 25 of them, worked off one by one by the org, so that
several calls go at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown
from connections.http import Connection
from reverse_etl.destinations import OUTCOMES, Batch
from reverse_etl.destinations.salesforce.collections import WRITE_HEADERS, json_records, outcome

CONDITIONAL_RECORDS = 25
_AT_ONCE = 4
_CHANGED = "changed by somebody else since it was read"


def write_unmodified(connection: Connection, batch: Batch, families: Mapping[str, str]) -> pa.Table:
    """OUTCOMES of updates and deletes on the condition of their version; lost answers as in `write_records`."""
    versions = dict(zip(batch.records["record_key"].to_pylist(), batch.records["version"].to_pylist(), strict=True))
    records = list(json_records(batch, families))
    failures: list[ConnectionFailure] = []

    def send(chunk: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, str | None]]:
        if failures:  # nothing more is sent to an org that is lost
            return []
        requests = [
            _request(connection.root, batch, number, record, versions[name])
            for number, (name, record) in enumerate(chunk)
        ]
        body = {"allOrNone": False, "compositeRequest": requests}
        try:
            answer = connection.request("POST", "composite", json=body, headers=WRITE_HEADERS)
        except ConnectionFailure as failure:
            failures.append(failure)
            return []
        parts = answer.json()["compositeResponse"]
        return [_outcome(name, part, batch) for (name, _), part in zip(chunk, parts, strict=True)]

    chunks = [records[start : start + CONDITIONAL_RECORDS] for start in range(0, len(records), CONDITIONAL_RECORDS)]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        rows = [row for answered in pool.map(send, chunks) for row in answered]
    if failures and not rows and not any(isinstance(failure, OutcomeUnknown) for failure in failures):
        raise failures[0]
    return pa.Table.from_pylist(rows, OUTCOMES)


def _request(root: str, batch: Batch, number: int, record: dict[str, Any], version: str) -> dict[str, Any]:
    remote_id = record.pop("id")
    record.pop("attributes")
    request: dict[str, Any] = {
        "method": "PATCH" if batch.operation == "update" else "DELETE",
        "url": f"{root}/sobjects/{batch.object_name}/{remote_id}",
        "referenceId": f"record{number}",
        "httpHeaders": {"If-Unmodified-Since": _http_date(version)},
    }
    return request | ({"body": record} if batch.operation == "update" else {})


def _http_date(version: str) -> str:
    """2026-11-22T08:30:00.000+0000 as Sun, 22 Nov 2026 08:30:00 GMT."""
    return format_datetime(datetime.strptime(version, "%Y-%m-%dT%H:%M:%S.%f%z"), usegmt=True)


def _outcome(name: str, part: Mapping[str, Any], batch: Batch) -> dict[str, str | None]:
    status = int(part["httpStatusCode"])
    if status == httpx.codes.PRECONDITION_FAILED:
        return {"record_key": name, "status": "changed", "message": _CHANGED, "remote_id": None}
    errors = [
        {"statusCode": error.get("errorCode", str(status)), "message": error.get("message", "")}
        for error in (part["body"] if isinstance(part["body"], list) else [])
    ]
    return outcome(name, {"success": status < httpx.codes.MULTIPLE_CHOICES, "errors": errors}, batch)
