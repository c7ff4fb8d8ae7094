"""The hierarchy of accounts: parents read from the records, placed by ml.identity.hierarchy, kept as tables."""

import duckdb
import pyarrow as pa

from ml.identity.hierarchy import AccountNode, build_hierarchy
from ml.identity.records import save, statement

_PLACEMENT_COLUMNS = {
    "account_id": pa.string(),
    "parent_account_id": pa.string(),
    "domestic_ultimate_account_id": pa.string(),
    "global_ultimate_account_id": pa.string(),
    "hierarchy_level": pa.int32(),
}
_CONFLICT_COLUMNS = dict.fromkeys(
    ["account_id", "kind", "crm_parent_account_id", "vendor_parent_account_id", "path"], pa.string()
)


def place_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `account_placements` and `account_conflicts`; needs `account_ids` and `company_links`."""
    connection.execute(statement("parents"))
    accounts = {
        account_id: AccountNode(country, (not is_customer, created_at, account_id))
        for account_id, country, is_customer, created_at in connection.execute(
            """select account_ids.entity_id, country, is_customer, coalesce(cast(created_at as text), '9')
            from account_profiles inner join account_ids using (root) order by account_ids.entity_id"""
        ).fetchall()
    }
    hierarchy = build_hierarchy(accounts, _parents(connection, "crm_parents"), _parents(connection, "vendor_parents"))
    placements = [
        (account_id, place.parent, place.domestic_ultimate, place.global_ultimate, place.level)
        for account_id, place in hierarchy.placements.items()
    ]
    save(connection, "account_placements", _PLACEMENT_COLUMNS, placements)
    conflicts = [
        (conflict.account_id, conflict.kind, conflict.crm_parent, conflict.vendor_parent, conflict.path)
        for conflict in hierarchy.conflicts
    ]
    save(connection, "account_conflicts", _CONFLICT_COLUMNS, conflicts)


def _parents(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = connection.execute(
        f"""select children.entity_id, parents.entity_id from {table}
        inner join account_ids as children on {table}.root = children.root
        inner join account_ids as parents on {table}.parent_root = parents.root"""
    ).fetchall()
    return dict(rows)
