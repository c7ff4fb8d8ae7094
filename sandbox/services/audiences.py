"""What the ad platforms share: audiences with members that nobody can list, and a log of what came and went."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from sandbox.framework.clock import Clock
from sandbox.framework.store import Store

SHA256 = re.compile(r"[0-9a-f]{64}")
TABLES = """
create schema if not exists ads;
create sequence if not exists ads.audience_numbers start 7001;
create table if not exists ads.audiences (
    service varchar, id bigint, name varchar, kind varchar, account varchar, created_at timestamp,
    primary key (service, id)
);
create table if not exists ads.members (service varchar, audience bigint, key varchar, attributes varchar);
"""
LOGGED = pa.schema(
    {"at": pa.timestamp("us")}
    | dict.fromkeys(("service", "object", "record_id", "operation", "actor", "before", "after"), pa.string())
)


@dataclass(frozen=True)
class Audience:
    """One audience."""

    id: int
    name: str
    kind: str
    account: str
    created_at: datetime


class Audiences:
    """The audiences of one platform, in the store."""

    def __init__(self, store: Store, clock: Clock, service: str) -> None:
        self._store, self._clock, self._service = store, clock, service
        self.prepare()

    def prepare(self) -> None:
        """Make the tables in a store that lacks them."""
        with self._store.define() as cursor:
            cursor.execute(TABLES)

    def create(self, name: str, kind: str, account: str) -> Audience:
        """Add an empty audience."""
        now = self._clock.now()
        with self._store.write() as cursor:
            number = cursor.execute("select nextval('ads.audience_numbers')").fetchall()[0][0]
            row = [self._service, number, name, kind, account, now]
            cursor.execute("insert into ads.audiences values (?, ?, ?, ?, ?, ?)", row)
            self._log(cursor, now, [(str(number), "create", None, {"name": name, "kind": kind})], "Audience")
        return Audience(number, name, kind, account, now)

    def all(self) -> list[Audience]:
        """Return every audience, oldest first."""
        query = "select id, name, kind, account, created_at from ads.audiences where service = ? order by id"
        with self._store.read() as cursor:
            return [Audience(*row) for row in cursor.execute(query, [self._service]).fetchall()]

    def find(self, number: str) -> Audience | None:
        """Return one audience."""
        return next((audience for audience in self.all() if str(audience.id) == number), None)

    def size(self, audience: Audience) -> int:
        """Return how many members there are."""
        query = "select count(*) from ads.members where service = ? and audience = ?"
        with self._store.read() as cursor:
            return int(cursor.execute(query, [self._service, audience.id]).fetchall()[0][0])

    def change(self, audience: Audience, add: Mapping[str, Any], remove: Sequence[str]) -> None:
        """Remove and add members, each once however often it comes; only what changes is logged.

        `add` maps what identifies a member to the rest that is told of it.
        """
        now = self._clock.now()
        told = [key for key in add if key not in remove]
        incoming = pa.table(
            {
                "key": pa.array([*told, *remove], pa.string()),
                "attributes": pa.array([*(json.dumps(add[key]) for key in told), *(None for _ in remove)], pa.string()),
            }
        )
        mine = "service = $service and audience = $audience"
        bound = {"service": self._service, "audience": audience.id}
        with self._store.write() as cursor:
            cursor.register("incoming", incoming)
            held = cursor.execute(
                f"select key, attributes from ads.members where {mine} and key in (select key from incoming)", bound
            ).fetchall()
            before = dict(held)
            cursor.execute(f"delete from ads.members where {mine} and key in (select key from incoming)", bound)
            cursor.execute(
                "insert into ads.members select $service, $audience, key, attributes from incoming "
                "where attributes is not null",
                bound,
            )
            cursor.unregister("incoming")
            about = {"audience": audience.id, "name": audience.name}
            entries: list[tuple[str, str, Any, Any]] = [
                (key, "add", None, about | {"member": add[key]})
                for key in told
                if before.get(key) != json.dumps(add[key])
            ]
            entries += [(key, "remove", about, None) for key in remove if key in before]
            self._log(cursor, now, entries, "AudienceMember")

    def _log(self, cursor: Any, now: datetime, entries: Sequence[tuple[str, str, Any, Any]], kind: str) -> None:
        rows = [
            {
                "at": now, "service": self._service, "object": kind, "record_id": key, "operation": operation,
                "actor": "api", "before": json.dumps(before) if before is not None else None,
                "after": json.dumps(after) if after is not None else None,
            }
            for key, operation, before, after in entries
        ]  # fmt: skip
        cursor.register("entries", pa.Table.from_pylist(rows, LOGGED))
        cursor.execute("insert into sandbox.writes by name select * from entries")
        cursor.unregister("entries")


def object_body(content: bytes) -> dict[str, Any] | None:
    """Return a JSON object, or None for anything else."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def struck(share: float, key: str) -> bool:
    """Say whether a partial failure hits this member: always the same ones."""
    return int(key[:8], 16) / 0xFFFFFFFF < share if SHA256.fullmatch(key) else share > 0
