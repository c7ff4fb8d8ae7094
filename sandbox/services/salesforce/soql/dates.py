"""SOQL's date literals (TODAY, LAST_N_DAYS:7, ...) as half-open ranges of days, in UTC."""

from collections.abc import Callable
from datetime import date, timedelta

DAY = timedelta(days=1)


def _month(first: date, offset: int) -> date:
    months = first.year * 12 + first.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def _week(today: date) -> date:
    return today - timedelta(days=(today.weekday() + 1) % 7)  # weeks begin on Sunday (en_US)


FIXED: dict[str, Callable[[date], tuple[date, date]]] = {
    "TODAY": lambda d: (d, d + DAY),
    "YESTERDAY": lambda d: (d - DAY, d),
    "TOMORROW": lambda d: (d + DAY, d + 2 * DAY),
    "THIS_WEEK": lambda d: (_week(d), _week(d) + 7 * DAY),
    "LAST_WEEK": lambda d: (_week(d) - 7 * DAY, _week(d)),
    "THIS_MONTH": lambda d: (_month(d, 0), _month(d, 1)),
    "LAST_MONTH": lambda d: (_month(d, -1), _month(d, 0)),
    "THIS_YEAR": lambda d: (date(d.year, 1, 1), date(d.year + 1, 1, 1)),
    "LAST_YEAR": lambda d: (date(d.year - 1, 1, 1), date(d.year, 1, 1)),
    "LAST_90_DAYS": lambda d: (d - 90 * DAY, d + DAY),
}
COUNTED: dict[str, Callable[[date, int], tuple[date, date]]] = {
    "LAST_N_DAYS": lambda d, n: (d - n * DAY, d + DAY),
    "NEXT_N_DAYS": lambda d, n: (d + DAY, d + (n + 1) * DAY),
    "N_DAYS_AGO": lambda d, n: (d - n * DAY, d - (n - 1) * DAY),
    "LAST_N_MONTHS": lambda d, n: (_month(d, -n), _month(d, 0)),
}


def date_range(literal: str, today: date) -> tuple[date, date] | None:
    """Return the first day and the day after the last of a date literal, or None when it is none."""
    name, _, count = literal.upper().partition(":")
    if name in FIXED and not count:
        return FIXED[name](today)
    if name in COUNTED and count:
        return COUNTED[name](today, int(count))
    return None
