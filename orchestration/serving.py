"""The published warehouse for other processes and machines, over DuckDB's own protocol (Quack), to be read only.

One DuckDB instance in memory holds views on the newest publication. When a new one appears, it is attached beside the
old one and all views move to it in one transaction: a query sees one publication, whole, and never waits for a build.
Readers may run single reading statements. Files, settings and other systems are out of their reach: external access is
off, the configuration is locked, and of the table functions only those that cannot do anything are allowed.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import shutil
import threading
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contents
from orchestration.answer_times import AnswerTimes
from orchestration.errors import RequestFault
from orchestration.publication import link_or_copy
from orchestration.whole_files import replacing

PORT = 9494  # Quack's own
LOCAL = "127.0.0.1"
_EXTENSIONS = ("httpfs", "quack")  # Quack's cryptography comes from httpfs
_SCHEMAS = ("marts", "ops", "meta")
_ALLOWED = frozenset(
    {
        "duckdb_columns",
        "duckdb_databases",
        "duckdb_functions",
        "duckdb_schemas",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "json_each",
        "json_tree",
        "pragma_table_info",
        "pragma_version",
        "range",
        "unnest",
    }
)


class Readers:
    """Who may read: names and the hashes of their tokens, in `MARKETMAP_HOME/serve/readers.json`."""

    def __init__(self, home: Path) -> None:
        self._file = home / "serve" / "readers.json"

    def names(self) -> list[str]:
        """Everybody who has a token."""
        return sorted(self._hashes())

    def add(self, name: str) -> str:
        """Make a token for `name` and return it: it is kept nowhere. An earlier token of the name ends."""
        token = secrets.token_urlsafe(32)
        self._write(self._hashes() | {name: _hashed(token)})
        return token

    def remove(self, name: str) -> None:
        """End a reader's token at once. Raises RequestFault for an unknown name."""
        hashes = self._hashes()
        if name not in hashes:
            known = ", ".join(sorted(hashes)) or "nobody"
            raise RequestFault(f"There is no reader {name!r}. Readers are: {known}.")
        del hashes[name]
        self._write(hashes)

    def admits(self, _session: str, token: str, _server_token: str = "") -> bool:
        """Whether somebody holds this token: Quack's question at each new connection."""
        given = _hashed(token)
        return any(hmac.compare_digest(given, known) for known in self._hashes().values())

    def _hashes(self) -> dict[str, str]:
        try:
            hashes: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return hashes

    def _write(self, hashes: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self._file) as fresh:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                json.dump(hashes, out, indent=1)


class Server:
    """Serves `published` to `readers` until stopped; `refresh` moves it to the newest publication."""

    def __init__(self, published: Path, home: Path, readers: Readers) -> None:
        """Raises RequestFault when nothing is published yet."""
        if not published.exists():
            raise RequestFault(f"{published} does not exist yet: nothing is published. Remedy: marketmap run.")
        self._published = published
        self._folder = home / "serve" / "publications"
        shutil.rmtree(self._folder, ignore_errors=True)  # left over by a server that was killed
        self._folder.mkdir(parents=True)
        self._serial = 0
        self._shown: tuple[int, int] | None = None
        self._views: set[str] = set()
        self._times = AnswerTimes(home)
        self._connection = self._open(readers)
        self.refresh()

    def start(self, host: str, port: int) -> str:
        """Listen and return the address that clients attach, e.g. `quack:127.0.0.1:9494`."""
        address = f"quack:{host}:{port}"
        try:
            # TLS is the business of a proxy in front of it, as the makers of Quack advise.
            self._connection.execute(
                "call quack_serve(?, token = ?, allow_other_hostname = ?)",
                [address, secrets.token_urlsafe(32), host != LOCAL],
            )
        except duckdb.Error as error:
            raise RequestFault(f"Cannot listen on {host}:{port}: {str(error).splitlines()[0]}") from error
        return address

    def refresh(self) -> bool:
        """Show the newest publication; True when it is another one than before."""
        status = self._published.stat()
        newest = (status.st_ino, status.st_mtime_ns)
        if newest == self._shown:
            return False
        previous = f"publication_{self._serial}"
        self._serial += 1
        name = f"publication_{self._serial}"
        file = self._folder / f"{name}.duckdb"
        link_or_copy(self._published, file)
        with self._connection.cursor() as cursor:
            cursor.execute(f"attach {contents.literal(file)} as {name} (read_only)")
            self._show(cursor, name)
            for (old,) in cursor.execute(
                "select database_name from duckdb_databases()"
                " where starts_with(database_name, 'publication_') and database_name not in (?, ?)",
                # A query may have looked up its views a moment ago and not yet opened what they show.
                [name, previous],
            ).fetchall():
                cursor.execute(f"detach {old}")  # queries that still read it keep it until they end
                (self._folder / f"{old}.duckdb").unlink(missing_ok=True)
        self._shown = newest
        return True

    def note_times(self) -> None:
        """Keep how long the answers since the last call took."""
        with self._connection.cursor() as cursor:
            self._times.note(cursor, {view.partition(".")[2] for view in self._views})

    def stop(self) -> None:
        """Close everything."""
        self.note_times()
        self._times.close()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self, readers: Readers) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:")
        for extension in _EXTENSIONS:
            connection.execute(f"load '{_extension(extension)}'")
        text, boolean = duckdb.sqltypes.VARCHAR, duckdb.sqltypes.BOOLEAN
        connection.create_function("may_connect", readers.admits, [text, text, text], boolean)
        connection.create_function("may_run", Guard().allows, [text, text], boolean)
        AnswerTimes.begin(connection)
        connection.execute("set global quack_authentication_function = 'may_connect'")
        connection.execute("set global quack_authorization_function = 'may_run'")
        connection.execute(f"set allowed_directories = [{contents.literal(self._folder)}]")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        return connection

    def _show(self, cursor: duckdb.DuckDBPyConnection, name: str) -> None:
        # The file's own list: duckdb_tables() would first read the statistics of every table while readers wait.
        published = cursor.execute(f"select table_name from {name}.meta.published_tables").fetchall()
        tables = {table for (table,) in published if table.partition(".")[0] in _SCHEMAS}
        cursor.execute("begin")
        for schema in _SCHEMAS:
            cursor.execute(f"create schema if not exists {schema}")
        for gone in self._views - tables:
            cursor.execute(f"drop view {contents.quoted(gone)}")
        for table in tables:
            target = contents.quoted(table)
            cursor.execute(f"create or replace view {target} as select * from {name}.{target}")
        cursor.execute("commit")
        self._views = tables


class Guard:
    """Decides on one statement of a reader."""

    def __init__(self) -> None:
        self._parser = duckdb.connect(":memory:")
        self._turn = threading.Lock()

    def allows(self, _session: str, query: str) -> bool:
        """Whether it is one statement that only reads. EXPLAIN is none: EXPLAIN ANALYZE runs what it explains."""
        try:
            statements = duckdb.extract_statements(query)
        except duckdb.Error:
            return True  # the server says what is wrong with it, and runs nothing
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return False
        if "(" not in query:
            return True  # no function at all: also `show tables`, which has no tree
        with self._turn:
            (tree,) = self._parser.execute("select json_serialize_sql(?::varchar)", [query]).fetchall()[0]
        parsed = json.loads(tree)
        return not parsed["error"] and _table_functions(parsed) <= _ALLOWED


def _table_functions(node: Any) -> set[str]:
    if isinstance(node, list):
        return set[str]().union(*map(_table_functions, node))
    if not isinstance(node, dict):
        return set()
    found = {node["function"]["function_name"].lower()} if node.get("type") == "TABLE_FUNCTION" else set()
    return found.union(*map(_table_functions, node.values()))


def _extension(name: str) -> Path:
    """The extension's file in its package; nothing is downloaded or copied into anybody's home."""
    folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
    return Path(str(folder / f"{name}.duckdb_extension"))


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
