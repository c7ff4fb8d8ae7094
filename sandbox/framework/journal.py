"""What was asked and what was changed: call counts per route, and the write log with before and after."""

import json
import threading
from collections import Counter
from datetime import datetime
from typing import Any

from sandbox.framework.store import Store


class CallCounts:
    """Calls per service and route template, with the answers' statuses."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._lock = threading.Lock()

    def add(self, service: str, route: str, status: int) -> None:
        """Count one call; status 0 stands for a connection cut without an answer."""
        with self._lock:
            self._counts[service, route, status] += 1

    def report(self) -> dict[str, Any]:
        """Return {service: {"total": n, "routes": {"GET /x/{id}": n}, "statuses": {"200": n}}}."""
        report: dict[str, Any] = {}
        with self._lock:
            counted = list(self._counts.items())
        for (service, route, status), number in counted:
            entry = report.setdefault(service, {"total": 0, "routes": {}, "statuses": {}})
            entry["total"] += number
            entry["routes"][route] = entry["routes"].get(route, 0) + number
            entry["statuses"][str(status)] = entry["statuses"].get(str(status), 0) + number
        return report

    def clear(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._counts.clear()


def written(store: Store, service: str, since: str, object_name: str, limit: int) -> dict[str, Any]:
    """Return the write log: {"total", "last", "writes": [...]}.

    `since` is a sequence number (exclusive) or an ISO time (inclusive); `total` counts beyond `limit`.
    """
    conditions, values = ["true"], list[Any]()
    if service:
        conditions.append("service = ?")
        values.append(service)
    if object_name:
        conditions.append("object = ?")
        values.append(object_name)
    if since:
        numeric = since.isdigit()
        conditions.append("seq > ?" if numeric else '"at" >= ?')
        values.append(int(since) if numeric else datetime.fromisoformat(since).replace(tzinfo=None))
    where = " and ".join(conditions)
    with store.read() as cursor:
        total, last = cursor.execute(
            f"select count(*), coalesce(max(seq), 0) from sandbox.writes where {where}", values
        ).fetchall()[0]
        rows = cursor.execute(f"select * from sandbox.writes where {where} order by seq limit ?", [*values, limit])
        names = [column[0] for column in rows.description]
        writes = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    for write in writes:
        write["at"] = write["at"].isoformat() + "Z"
        for side in ("before", "after"):
            write[side] = json.loads(write[side]) if write[side] else None
    return {"total": total, "last": last, "writes": writes}
