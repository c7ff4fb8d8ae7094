"""The erasure itself: warehouse, files and publications, and the memory of it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import contents, memory, publication, run_lock
from orchestration.erasure import files, subjects, sweeping, tombstones
from orchestration.erasure.subjects import Subject
from orchestration.erasure.sweeping import Finding
from orchestration.errors import RequestFault
from orchestration.warehouse import transaction

LOG = logging.getLogger("marketmap.erasure")
_LANDED = "raw_.*|ops"


@dataclass(frozen=True)
class Erasure:
    """What was (or, rehearsed, would be) erased; `origins` are records in systems that only their owners can delete."""

    findings: tuple[Finding, ...]
    lines: dict[Path, int]
    origins: tuple[tuple[str, int], ...]
    unread: tuple[Path, ...]

    @property
    def rows(self) -> int:
        """Rows removed and rows in which cells were blanked."""
        return sum(finding.removed + finding.blanked for finding in self.findings)


def forget(
    home: Path, wanted: str, reason: str, *, is_company: bool, is_rehearsal: bool, mirrored: Collection[str] = ()
) -> Erasure:
    """Erase whoever `wanted` names. Raises RunActive, RequestFault or duckdb.Error; then nothing was changed.

    `mirrored` are syncs that take members out: their ledger says of whom, and loses them when that is acknowledged.

    The tables that are made from others are made anew by the next run; the publication is written at once.
    """
    warehouse, published = home / "warehouse.duckdb", home / "published.duckdb"
    if not warehouse.exists():
        raise RequestFault(f"There is no warehouse at {warehouse} yet: nobody to forget.")
    with run_lock.hold(home):
        with duckdb.connect(str(warehouse)) as connection:
            find = subjects.company if is_company else subjects.person
            subject = find(connection, wanted)
            origins = _origins(connection, subject)
            with transaction(connection):
                findings = sweeping.sweep(connection, subject, kept=_ledgers(mirrored), is_rehearsal=is_rehearsal)
                if not is_rehearsal:
                    tombstones.remember(connection, subject, reason, home)
                    memory.forget_all(connection)
        lines = files.sweep(home, sweeping.mentions(subject), is_rehearsal=is_rehearsal)
        if not is_rehearsal:
            _rewrite(warehouse)
            _publish(warehouse, published)
    return Erasure(tuple(findings), lines, origins, tuple(files.closed(home)))


def has_erased(home: Path) -> bool:
    """Whether anybody has been erased, and might come back with a load."""
    return (home / "state" / "erasure.key").exists()


def keep_erased(home: Path, warehouse: Path, mirrored: Collection[str] = ()) -> int:
    """After a load: take out again whoever was erased and has come back; returns how many rows."""
    if not has_erased(home):
        return 0
    with duckdb.connect(str(warehouse)) as connection:
        rows = 0
        for subject in tombstones.recognised(connection, home):
            found = sweeping.sweep(connection, subject, schemas=_LANDED, kept=_ledgers(mirrored))
            rows += sum(finding.removed + finding.blanked for finding in found)
    if rows:
        LOG.info("erasure: %d rows of people or companies that were erased are gone again", rows)
    return rows


def _ledgers(syncs: Collection[str]) -> frozenset[str]:
    return frozenset({"ops.erasures", *(f"ops.sync_ledger__{sync}" for sync in syncs)})


def _origins(connection: duckdb.DuckDBPyConnection, subject: Subject) -> tuple[tuple[str, int], ...]:
    """How many records each system still holds: it is their owner who deletes them there."""
    found: dict[str, int] = {}
    for table in ("ml.person_records", "ml.account_records"):
        if table in contents.tables(connection):
            rows = connection.execute(
                f"select source || ' ' || object, count(*) from {table}"
                " where lower(record_id) in (select unnest($values))"
                " or source || ':' || record_id in (select unnest($records)) group by 1 order by 1",
                {
                    "values": sorted(subject.values),
                    "records": [f"{source}:{record}" for source, record in sorted(subject.records)],
                },
            ).fetchall()
            found.update(rows)
    return tuple(found.items())


def _rewrite(warehouse: Path) -> None:
    """Deleted rows stay readable in a file's free blocks until it is written afresh."""
    fresh = warehouse.with_name(f"{warehouse.name}.fresh")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {contents.literal(warehouse)} as warehouse")
        connection.execute(f"attach {contents.literal(fresh)} as fresh")
        connection.execute("copy from database warehouse to fresh")
        connection.execute("detach fresh")
        connection.execute("detach warehouse")
    fresh.replace(warehouse)
    warehouse.with_name(f"{warehouse.name}.wal").unlink(missing_ok=True)


def _publish(warehouse: Path, published: Path) -> None:
    """Written afresh, without the former publication: a rollback must not bring anybody back."""
    if not published.exists():
        return
    publication.publish(warehouse, published, publication.MARTS, is_afresh=True)
    publication.publish(warehouse, published, publication.OPS)
