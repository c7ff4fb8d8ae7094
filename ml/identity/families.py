"""The hierarchy of accounts: parents read from the records, placed by ml.identity.hierarchy, kept as tables."""

from itertools import groupby

import duckdb
import pyarrow as pa

from ml.identity.family_evidence import evidence_parents
from ml.identity.hierarchy import AccountNode, build_hierarchy
from ml.identity.tables import save, seed_rows, statement

EVIDENCE = "domain"  # the source of parents that nobody stated
# Whose word on the parent counts first, where the seed says nothing; sources not named come before the evidence.
DEFAULT_ORDER = ("salesforce", "hubspot", "dynamics", "zoominfo")
_PLACEMENT_COLUMNS = {
    "account_id": pa.string(),
    "parent_account_id": pa.string(),
    "parent_source": pa.string(),
    "domestic_ultimate_account_id": pa.string(),
    "global_ultimate_account_id": pa.string(),
    "hierarchy_level": pa.int32(),
}
_CONFLICT_COLUMNS = dict.fromkeys(
    [
        "account_id",
        "kind",
        "parent_account_id",
        "parent_source",
        "overruled_parent_account_id",
        "overruled_source",
        "path",
    ],
    pa.string(),
)


def place_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `account_placements` and `account_conflicts`; needs `account_ids` and `company_links`."""
    connection.execute(statement("parents"))
    connection.execute(statement("family_groups"))
    accounts = {
        account_id: AccountNode(country, (not is_customer, created_at, account_id))
        for account_id, country, is_customer, created_at in connection.execute(
            """select account_ids.entity_id, country, is_customer, coalesce(cast(created_at as text), '9')
            from account_profiles inner join account_ids using (root) order by account_ids.entity_id"""
        ).fetchall()
    }
    stated = _stated(connection)
    order, uses_evidence = _order(connection, set(stated))
    hierarchy = build_hierarchy(accounts, [(source, stated[source]) for source in order if source in stated])
    if uses_evidence:
        found = evidence_parents(hierarchy.parents, _groups(connection), _heads(connection))
        hierarchy = build_hierarchy(
            accounts, [(source, stated[source]) for source in order if source in stated], evidence=(EVIDENCE, found)
        )
    placements = [
        (account_id, place.parent, place.source, place.domestic_ultimate, place.global_ultimate, place.level)
        for account_id, place in hierarchy.placements.items()
    ]
    save(connection, "account_placements", _PLACEMENT_COLUMNS, placements)
    names = _names(connection, {member for one in hierarchy.conflicts for member in one.path})
    conflicts = [
        (one.account_id, one.kind, one.parent, one.source, one.overruled_parent, one.overruled_source, path)
        for one in hierarchy.conflicts
        for path in [" > ".join(f"{names.get(member) or 'no name'} ({member})" for member in one.path)]
    ]
    save(connection, "account_conflicts", _CONFLICT_COLUMNS, conflicts)


def _names(connection: duckdb.DuckDBPyConnection, accounts: set[str]) -> dict[str, str]:
    """What the main record of each account is called."""
    rows = connection.execute(
        """select account_ids.entity_id, company_name from companies inner join account_ids on companies.place = root
        where account_ids.entity_id in (select unnest(?))""",
        [sorted(accounts)],
    ).fetchall()
    return dict(rows)


def _order(connection: duckdb.DuckDBPyConnection, stated: set[str]) -> tuple[list[str], bool]:
    """The sources of parents in their order, and whether families that nobody stated are made from evidence."""
    listed = seed_rows(connection, "hierarchy_sources", "source, priority, is_active")
    if not listed:
        return [*DEFAULT_ORDER, *sorted(stated.difference(DEFAULT_ORDER))], True
    active = [source for source, _, is_active in sorted(listed, key=lambda row: (row[1], row[0])) if is_active]
    known = {source for source, *_ in listed}
    return [*(source for source in active if source != EVIDENCE), *sorted(stated - known)], EVIDENCE in active


def _stated(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Per source, each account's parent."""
    found: dict[str, dict[str, str]] = {}
    for source, child, parent in connection.execute(
        """select stated_parents.source, children.entity_id, parents.entity_id from stated_parents
        inner join account_ids as children on stated_parents.root = children.root
        inner join account_ids as parents on stated_parents.parent_root = parents.root order by all"""
    ).fetchall():
        found.setdefault(source, {})[child] = parent
    return found


def _groups(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    rows = connection.execute("select preference, key, account_id from family_groups order by all").fetchall()
    groups = [[row[2] for row in members] for _, members in groupby(rows, key=lambda row: row[:2])]
    return [group for group in groups if len(group) > 1]


def _heads(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[bool, bool, int, int]]:
    """How likely each account heads its family: no branch, named as its domain, then by the shortest name."""
    rows = connection.execute(
        """select account_ids.entity_id, is_branch,
            replace(name_key, ' ', '') is distinct from replace(split_part(domain, '.', 1), '-', ''),
            coalesce(length(name_key), 999), account_profiles.root
        from account_profiles inner join account_ids using (root)"""
    ).fetchall()
    return {account_id: tuple(rank) for account_id, *rank in rows}
