"""Lists that people bring in: landed, resolved against everything known, and told row by row what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import ingestion
from connections.local import LocalFolder
from ingestion import files
from orchestration import contents, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings

_OUTCOMES = ("matched", "new", "rejected")


@dataclass(frozen=True)
class Outcome:
    """A list's rows by what became of them; the counts add up to `rows`."""

    rows: int
    counts: dict[str, int]
    reasons: dict[str, int]


def prepare(
    settings: Settings,
    file: Path,
    kind: str | None,
    name: str | None,
    given: tuple[str, ...],
    *,
    is_enriched: bool = False,
) -> files.Manifest:
    """Look at a file and decide what its columns mean; raises LoadFailure or RequestFault."""
    mapped = {}
    for entry in given:
        theirs, separator, ours = entry.rpartition("=")
        if not separator or not theirs.strip() or not ours.strip():
            raise RequestFault(f"--map {entry!r} is not understood. Write it as 'Their column=our_field'.")
        mapped[theirs.strip()] = ours.strip()
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return files.prepare(
        file,
        aliases=aliases(settings),
        object_name=kind,
        list_name=name,
        given=mapped,
        now=now,
        is_enriched=is_enriched,
    )


def aliases(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """The column names that people use, by kind of list and plain name (seed import_columns)."""
    found: dict[str, dict[str, str]] = {}
    for row in seeds.rows(settings.project_dir, "import_columns"):
        found.setdefault(row["object"], {})[files.plain(row["column_name"])] = row["field"]
    return found


def land(settings: Settings, manifest: files.Manifest, file: Path, progress: Callable[[str], None]) -> bool:
    """Land a list; False if the same content was landed before. Raises LoadFailure."""
    if _landed(settings, manifest):
        return False
    inbox = settings.home / "inbox" / "files"
    files.deposit(manifest, file, inbox)
    try:
        ingestion.load(
            files.SOURCE,
            LocalFolder(inbox),
            warehouse=settings.warehouse,
            state_dir=settings.home / "state",
            progress=progress,
        )
    except ingestion.LoadFailure:
        files.withdraw(manifest, inbox)  # else a list that cannot be read would fail every run from now on
        raise
    return True


def resolution() -> str:
    """The selection that places landed rows: what identity needs, all it writes, and nothing that calls a system."""
    from orchestration import keys

    written = " or ".join(f'key:"{"/".join(keys.identity(table).path)}"' for table in keys.IDENTITY_TABLES)
    # All seeds, because tests of one seed look into others.
    return f'(+key:"marts/import_rows" or {written} or key:"seeds/*") and not key:"raw_*/*" and not key:"operations/*"'


def outcome(settings: Settings, manifest: files.Manifest) -> Outcome:
    """What became of a list's rows, as of the last resolution."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        counted = connection.execute(
            "select outcome, reason, count(*) from marts.import_rows where import_id = ? group by all order by 3 desc",
            [manifest.import_id],
        ).fetchall()
    counts = {name: sum(count for found, _, count in counted if found == name) for name in _OUTCOMES}
    reasons: dict[str, int] = {}
    for _, reason, count in counted:
        if reason is not None:
            plain = "repeated further down" if reason.startswith("repeated in row") else reason
            reasons[plain] = reasons.get(plain, 0) + count
    return Outcome(sum(counts.values()), counts, reasons)


def write_result(settings: Settings, manifest: files.Manifest, target: Path) -> None:
    """Write each row of a list with what became of it, in the list's order, as CSV."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        # Before the first whole run there are no profiles yet.
        built = "select count(*) from duckdb_tables() where schema_name = 'marts' and table_name = 'dim_accounts'"
        accounts = "marts.dim_accounts"
        if not connection.execute(built).fetchall()[0][0]:
            accounts = "(select null::varchar as account_id, null::varchar as account_name)"
    fields = ", ".join(f"landed.{field}" for field in sorted(set(manifest.fields.values()) - {"record_id"}))
    sql = f"""
        copy (
            select fates.row_number, fates.outcome, fates.reason, fates.list_name, fates.account_id,
                accounts.account_name, fates.contact_id, {fields or "fates.record_id"}
            from marts.import_rows as fates
            inner join raw_files.rows as landed using (import_id, row_number)
            left join {accounts} as accounts using (account_id)
            where fates.import_id = ?
            order by fates.row_number
        ) to {contents.literal(target)} (format csv, header)"""
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(sql, [manifest.import_id])


def _landed(settings: Settings, manifest: files.Manifest) -> bool:
    if not settings.warehouse.exists():
        return False
    with duckdb.connect(str(settings.warehouse)) as connection:
        try:
            sql = "select count(*) from raw_files.rows where import_id = ?"
            return bool(connection.execute(sql, [manifest.import_id]).fetchall()[0][0])
        except duckdb.CatalogException:
            return False
