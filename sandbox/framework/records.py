"""Rows of the store as a vendor shows them, page by page behind a key."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.framework.store import Store

Record = dict[str, Any]


def records(store: Store, sql: str, bound: Mapping[str, Any], moment: Callable[[datetime], str]) -> list[Record]:
    """Return the rows of a query; times as the vendor writes them, nested values as JSON has them."""
    with store.read() as cursor:
        found = cursor.execute(sql, dict(bound))
        names = [column[0] for column in found.description]
        return [
            {name: plain(value, moment) for name, value in zip(names, row, strict=True)} for row in found.fetchall()
        ]


def plain(value: Any, moment: Callable[[datetime], str]) -> Any:
    """Return a value of the store as JSON data."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(one, moment) for name, one in value.items()}
    return [plain(one, moment) for one in value] if isinstance(value, list) else value


def after(order: str, key: str) -> str:
    """Return the condition for what follows $order and $key in a listing by two columns."""
    return f'("{order}" > $order or ("{order}" = $order and "{key}" > $key))'


def sealed(place: Mapping[str, Any]) -> str:
    """Return a place in a listing as an opaque token."""
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode()


def opened(token: str) -> Record:
    """Return the place behind a token; raises ValueError when it is none of ours."""
    return dict(json.loads(base64.urlsafe_b64decode(token)))
