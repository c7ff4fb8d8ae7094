"""Tables of the published warehouse as files of limited size, for tools that take lists by the file."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from orchestration import contents, query
from orchestration.errors import RequestFault

Form = Literal["csv", "parquet"]
_OPTIONS = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Export:
    """What was written: a folder with numbered files and a manifest that counts their rows."""

    folder: Path
    files: tuple[str, ...]
    rows: int


def export(published: Path, table: str, target: Path, *, form: Form, rows_per_file: int) -> Export:
    """Write `table` into `target/<table>/`, at most `rows_per_file` rows a file, in the order of its columns.

    Column names, their order and the order of the rows are the same in every export of the same data. The folder
    appears whole, in place of an earlier one; a reader that has begun keeps the files it has open. In CSV a null is an
    empty field and an empty text a quoted one. Raises RequestFault.
    """
    name = table.removeprefix("marts.")
    columns = query.ask(published, f'select * from "{name.replace(chr(34), chr(34) * 2)}" limit 0').columns
    folder = target.absolute() / name
    fresh = folder.with_name(f".{name}.making")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        files = _write(published, name, fresh, form, rows_per_file)
        rows = sum(files.values())
        told = {
            "table": name,
            "columns": columns,
            "rows": rows,
            "files": files,
            "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        (fresh / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    except OSError as error:
        problem = f"{target} cannot be written to ({error.strerror or error})"
        raise RequestFault(f"{problem}; name another folder with --to.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Export(folder, tuple(files), rows)


def _write(published: Path, name: str, folder: Path, form: Form, rows_per_file: int) -> dict[str, int]:
    """One file after the other out of a numbered copy, so that no file repeats or misses a row."""
    files: dict[str, int] = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute("set search_path = 'marts,ops,main'")
        connection.execute(f"""
            create temp table numbered as
            select row_number() over () as export_row, * from (from "{name}" order by all)
        """)
        count = int(connection.execute("select count(*) from numbered").fetchall()[0][0])
        for first in range(1, max(count, 1) + 1, rows_per_file):
            file = f"{name}-{len(files) + 1:05}.{form}"
            part = f"export_row between {first} and {first + rows_per_file - 1}"
            written = connection.execute(
                f"copy (select * exclude (export_row) from numbered where {part} order by export_row) "
                f"to {contents.literal(folder / file)} ({_OPTIONS[form]})"
            ).fetchall()
            files[file] = int(written[0][0])
    return files
