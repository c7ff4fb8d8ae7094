"""Backup, restore and rollback: what comes back is what was there, byte for byte, or nothing changes."""

import fcntl
import tarfile
from pathlib import Path

import duckdb
import pytest

from orchestration import backups
from orchestration.errors import RequestFault, RunActive
from orchestration.publication import MARTS, publish, roll_back


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "state" / "salesforce").mkdir(parents=True)
    (folder / "state" / "salesforce" / "cursor.json").write_text('{"name": "O\'Brien 🚀"}')
    write(folder, "T1")
    return folder


def write(home: Path, tier: str) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            "create or replace table marts.account_tiers as select 'acc_1' as account_id, ? as tier", [tier]
        )
    publish(home / "warehouse.duckdb", home / "published.duckdb", MARTS)


def tier(file: Path) -> object:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute("select tier from marts.account_tiers").fetchall()[0][0]


def everything(home: Path) -> dict[str, bytes]:
    files = [path for path in home.rglob("*") if path.is_file() and path.name != "run.lock"]
    return {str(path.relative_to(home)): path.read_bytes() for path in files if "replaced-" not in str(path)}


def test_restores_what_was_backed_up_and_keeps_what_it_replaces(home: Path, tmp_path: Path) -> None:
    made = backups.back_up(home, tmp_path / "monday.tar")
    before = everything(home)
    write(home, "T2")
    (home / "state" / "salesforce" / "cursor.json").write_text("{}")
    (home / "state" / "later.json").write_text("{}")
    backup, replaced = backups.restore(home, tmp_path / "monday.tar")
    assert everything(home) == before
    assert backup.made_at == made.made_at
    assert replaced is not None
    assert tier(replaced / "warehouse.duckdb") == "T2"


def test_restores_into_an_empty_home(home: Path, tmp_path: Path) -> None:
    backups.back_up(home, tmp_path / "monday.tar")
    _, replaced = backups.restore(tmp_path / "elsewhere", tmp_path / "monday.tar")
    assert replaced is None
    assert everything(tmp_path / "elsewhere") == everything(home)


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "foreign"])
def test_a_damaged_backup_changes_nothing(home: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "monday.tar"
    backups.back_up(home, file)
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        file.write_bytes(content.replace("O'Brien 🚀".encode(), "O'Briem 🚀".encode()))
    elif damage == "foreign":
        file.write_bytes(b"nothing of ours")
    else:
        with tarfile.open(file) as whole, tarfile.open(tmp_path / "less.tar", "w") as less:
            for member in whole:
                if not member.name.startswith("state"):
                    less.addfile(member, whole.extractfile(member))
        file = tmp_path / "less.tar"
    before = everything(home)
    with pytest.raises(RequestFault, match=file.name):
        backups.restore(home, file)
    assert everything(home) == before


def test_a_backup_is_never_overwritten(home: Path, tmp_path: Path) -> None:
    backups.back_up(home, tmp_path / "monday.tar")
    with pytest.raises(RequestFault, match="exists already"):
        backups.back_up(home, tmp_path / "monday.tar")


def test_nothing_is_copied_while_a_run_is_active(home: Path, tmp_path: Path) -> None:
    backups.back_up(home, tmp_path / "monday.tar")
    with (home / "run.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as another process holds it
        with pytest.raises(RunActive):
            backups.back_up(home, tmp_path / "tuesday.tar")
        with pytest.raises(RunActive):
            backups.restore(home, tmp_path / "monday.tar")
    assert not (tmp_path / "tuesday.tar").exists()


def test_a_home_without_a_warehouse_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(RequestFault, match="marketmap run"):
        backups.back_up(tmp_path, tmp_path / "monday.tar")


def test_readers_go_back_to_the_previous_publication_and_forth(home: Path) -> None:
    published = home / "published.duckdb"
    with pytest.raises(RequestFault, match="only one publication"):
        roll_back(home, published)
    write(home, "T2")
    with duckdb.connect(str(published), read_only=True) as reader:
        roll_back(home, published)
        assert reader.execute("select tier from marts.account_tiers").fetchall() == [("T2",)]  # as it was opened
    assert tier(published) == "T1"
    roll_back(home, published)
    assert tier(published) == "T2"
    roll_back(home, published)
    write(home, "T2")
    assert tier(published) == "T2"  # the next run publishes what it built
