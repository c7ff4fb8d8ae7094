"""Column names of the raw tables: dlt's snake_case, stable once given, never two fields in one column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dlt.common.normalizers.naming.snake_case import NamingConvention

_SNAKE_CASE = NamingConvention()


def column_names(fields: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Column of each field, in the order given: `Account_Tier__c` -> `account_tier_c`.

    Two fields that differ only in what snake_case drops (`Foo__c` and `Foo_c`) get `foo_c` and `foo_c_2`; a field in
    `known` keeps the column it was given before, so that a newcomer never takes over another's values.
    """
    known = known or {}
    fields = list(fields)
    names = {field: known[field] for field in fields if field in known}
    taken = set(known.values())
    for field in fields:
        if field in names:
            continue
        base = _SNAKE_CASE.normalize_identifier(field)
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        names[field] = name
    return {field: names[field] for field in fields}
