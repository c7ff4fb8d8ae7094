"""How much a plan would do: the figures that guards judge and reports show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from reverse_etl.ledger import table
from reverse_etl.spec import SyncSpec


@dataclass(frozen=True)
class PlanCounts:
    """Records of a plan; `changed_by_field` counts values that replace an acknowledged one.

    planned = creates + deletes + updates; removed = records written before that are no longer in the model.
    """

    desired: int
    planned: int
    deferred: int
    skipped: int
    invalid: int
    acknowledged: int
    removed: int
    creates: int
    deletes: int
    removals: int
    changed_by_field: Mapping[str, int]

    @property
    def unchanged(self) -> int:
        """Records that need nothing."""
        return self.desired + self.removals - self.planned - self.deferred - self.skipped - self.invalid


def count_plan(con: duckdb.DuckDBPyConnection, spec: SyncSpec) -> PlanCounts:
    """Count the tables that `plan.make_plan` left on the connection."""
    standing = dict(con.execute("select standing, count(*) from sync_plan group by standing").fetchall())
    query = f"""
        select
            count(*),
            count(*) filter (is_prevented and record_key is not null and record_key not in (
                select record_key from sync_invalid where record_key is not null
            )),
            (select count(*) from {table(spec.name)}),
            (
                select count(*) from {table(spec.name)} as ledger
                anti join sync_desired as desired on ledger.record_key = desired.record_key
            ),
            (select coalesce(sum(records), 0)::bigint from sync_invalid),
        from sync_desired
    """
    desired, ticked, acknowledged, removed, keyless = con.execute(query).fetchall()[0]
    operations = dict(
        con.execute(
            "select operation, count(*) from sync_plan where standing = 'planned' group by operation"
        ).fetchall()
    )
    removals = con.execute("select count(*) from sync_plan where is_removal").fetchall()[0][0]
    changed = con.execute("""
        select field, count(*)
        from (select unnest(cells) as cell from sync_plan where standing = 'planned' and not is_removal)
        inner join sync_fields on cell.slot = sync_fields.slot
        where cell.was_set and cell.before is distinct from cell.after
        group by field
    """).fetchall()
    return PlanCounts(
        desired=desired,
        planned=standing.get("planned", 0),
        deferred=standing.get("deferred", 0),
        skipped=ticked,
        invalid=keyless + standing.get("invalid", 0),
        acknowledged=acknowledged,
        removed=0 if spec.mode in {"insert", "delete"} else removed,  # what was made once may leave the model
        creates=operations.get("create", 0),
        deletes=operations.get("delete", 0),
        removals=removals,
        changed_by_field=dict(changed),
    )
