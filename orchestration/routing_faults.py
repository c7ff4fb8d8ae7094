"""What the routing seeds name and the CRM does not hold: people who left or are unknown, queues that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from expectations.seeds import SeedFault
from expectations.seeds.declarations import read_declarations
from expectations.seeds.files import Row, read_seed
from orchestration.errors import RequestFault

Rows = Mapping[str, list[tuple[int, Row]]]  # by seed, each with the line it starts on
_PEOPLE = (
    ("routing_maps", "assignee"),
    ("routing_rotation_members", "user_reference"),
    ("absences", "stand_in"),
)
_SEEDS = (*(seed for seed, _ in _PEOPLE), "routing_versions", "routing_nodes", "routing_rotations")
_USERS = """
select name.reference, count(distinct user_id), bool_or(coalesce(is_active, false)) from (
    select user_id, is_active, unnest([user_id, lower(email), lower(username), lower(user_name)]) as reference
    from staging.stg_salesforce__users
) as name
where name.reference is not null group by 1
"""
_QUEUES = """
select lower(queue_name), min(queue_name) from staging.stg_salesforce__queues
where coalesce(group_type, 'Queue') = 'Queue' group by 1 order by 1
"""


def faults(warehouse: Path, project_dir: Path) -> list[SeedFault]:
    """All of them, by file and line; none before the CRM has been landed. Raises RequestFault while a run holds it."""
    if not warehouse.exists():
        return []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            users = {name: (count, active) for name, count, active in connection.execute(_USERS).fetchall()}
            queues = dict(connection.execute(_QUEUES).fetchall())
    except duckdb.CatalogException:
        return []
    except (duckdb.IOException, duckdb.ConnectionException) as error:
        message = (
            "A run is writing the warehouse, so the CRM's people and queues cannot be looked up. Try again after it."
        )
        raise RequestFault(message) from error
    rows = _rows(project_dir / "seeds")
    return sorted({*_people(rows, users), *_queues(rows, queues)})


def _people(rows: Rows, users: dict[str, tuple[int, bool]]) -> Iterator[SeedFault]:
    for seed, column in _PEOPLE:
        for line, row in rows[seed]:
            name = row.get(column, "")
            if not name or row.get("assignee_kind", "user") != "user":
                continue
            count, is_active = users.get(name) or users.get(name.lower()) or (0, False)
            remedy = "name somebody who works there"
            if not count:
                message, remedy = "is no user of the CRM", "write an id, e-mail address or full name as the CRM has it"
            elif count > 1:
                message, remedy = f"is the name of {count} users of the CRM", "write the id or the e-mail address"
            elif not is_active:
                message = "has left: the user is not active in the CRM"
            else:
                continue
            yield SeedFault(f"{seed}.csv", line, column, name, message, remedy)


def _queues(rows: Rows, queues: Mapping[str, str]) -> Iterator[SeedFault]:
    live = {row.get("flow_version", "") for _, row in rows["routing_versions"] if row.get("status") == "live"}
    named = [
        *(
            ("routing_nodes", "target", line, row)
            for line, row in rows["routing_nodes"]
            if row.get("action") == "queue" and row.get("flow_version") in live
        ),
        *(
            ("routing_maps", "assignee", line, row)
            for line, row in rows["routing_maps"]
            if row.get("assignee_kind") == "queue"
        ),
        *(("routing_rotations", "overflow_queue", *each) for each in rows["routing_rotations"]),
    ]
    for seed, column, line, row in named:
        name = row.get(column, "")
        if name and name.lower() not in queues:
            remedy = f"create it there, or name one of {', '.join(queues.values()) or 'none, there are no queues'}"
            yield SeedFault(f"{seed}.csv", line, column, name, "is not a queue of the CRM", remedy)


def _rows(folder: Path) -> Rows:
    """The rows of the seeds that name people or queues; none where the project lacks the file."""
    declared = read_declarations(folder).seeds
    paths = {seed: next(folder.rglob(f"{seed}.csv"), None) for seed in _SEEDS}
    return {seed: read_seed(path, declared[seed])[0].rows if path else [] for seed, path in paths.items()}
