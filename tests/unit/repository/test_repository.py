"""What a stranger relies on when cloning: a short Makefile, locks without addresses, a complete .env.example."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_makefile_documents_at_most_twelve_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE)
    documented = re.findall(r"^([a-z]+):.*## \S", makefile, flags=re.MULTILINE)
    assert targets == documented
    assert len(targets) <= 12
    assert {"setup", "demo", "test", "prove", "check"} <= set(targets)


def test_locks_pin_and_hash_every_package_and_name_no_address() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|--index|--find-links", text), lock
        packages = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]
        assert len(packages) > 50, lock
        for package in packages:
            assert re.match(r"^[\w.\-\[\],]+==\S+", package), package
            assert "--hash=sha256:" in package, package


def test_development_lock_agrees_with_the_lock_it_extends() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^([\w.\-\[\],]+==\S+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_no_tracked_file_is_large_or_an_orphan_of_a_build() -> None:
    for path in tracked_files():
        assert path.stat().st_size < 2_000_000, path
        assert path.suffix not in {".pyc", ".duckdb", ".pkl", ".log", ".tmp"}, path


def test_no_sql_of_the_warehouse_aggregates_over_an_empty_window() -> None:
    """It breaks DuckDB 1.5 off now and then (`over_all` in macros/cross_engine.sql); row_number() does not."""
    aggregate = re.compile(r"(?<!row_number\(\)) over \(\)")
    rooms = ("dbt_project", "expectations", "ingestion", "ml", "orchestration", "reverse_etl")
    sources = [
        path for path in tracked_files() if path.suffix in {".sql", ".py"} and path.relative_to(ROOT).parts[0] in rooms
    ]
    assert sources
    assert [path for path in sources if aggregate.search(path.read_text(encoding="utf-8"))] == []
