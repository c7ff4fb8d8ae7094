"""A stage set by hand: recorded with its author, refused where the author may not (STG-02, 04)."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import stage_changes
from orchestration.commands.stage import command
from orchestration.errors import RequestFault
from orchestration.settings import Settings

PUBLISHED = """
create schema marts;
create schema ops;
create table marts.account_records as select *, 'salesforce' as source from (values
    ('acc_1', 'Account', '001000000000001AAA'), ('acc_2', 'Account', '001000000000002AAA'),
    ('acc_1', 'Lead', '00Q000000000001AAA')
) as records(account_id, object, record_id);
create table marts.person_records as
    select 'per_1' as contact_id, 'salesforce' as source, 'Lead' as object, '00Q000000000001AAA' as record_id;
create table marts.account_stages as from (values ('acc_1', 'engaged', 'rule'), ('acc_2', 'opportunity', 'crm'))
    as stages(account_id, stage, cause);
create table marts.contact_stages as select 'per_1' as contact_id, 'mql' as stage, 'rule' as cause;
create table marts.dim_accounts as from (values ('acc_1', 'Zoë''s'), ('acc_2', 'Bank'))
    as named(account_id, account_name);
create table marts.dim_contacts as select 'per_1' as contact_id, 'Ann 🚀' as full_name;
"""
SEEDS = {
    "stages": "stage,label,owner\nengaged,Engaged,marketing\nmql,MQL,marketing\nsql,Sales accepted,sales\n",
    "stage_changes": (
        'entity,entity_id,stage,changed_at,changed_by,reason\naccounts,acc_9,mql,2026-01-01,"O\'Brien, Z",x\n'
    ),
    "stage_authors": "changed_by,may_set,description\n*,marketing,x\nSam,all,x\nGuest,none,x\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "project" / "seeds"
    folder.mkdir(parents=True)
    (tmp_path / "project" / "dbt_project.yml").touch()
    for name, text in SEEDS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute(PUBLISHED)
    return Settings(home=home, project_dir=tmp_path / "project", ca_file=None, credentials={})


def recorded(settings: Settings) -> list[dict[str, str]]:
    with (settings.project_dir / "seeds" / "stage_changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("record", ["acc_1", "001000000000001AAA", "001000000000001"])
def test_a_change_is_kept_with_author_time_and_reason(settings: Settings, record: str) -> None:
    done = stage_changes.record(settings, record, "sales ACCEPTED", by="sam", reason='Called us, "now"')
    assert (done.name, done.before, done.after, done.is_crm_held) == ("Zoë's", "engaged", "sql", False)
    earlier, row = recorded(settings)
    assert earlier["changed_by"] == "O'Brien, Z"
    assert row.pop("changed_at") > "2026-01-01"
    assert row == {
        "entity": "accounts", "entity_id": "acc_1", "stage": "sql", "changed_by": "sam", "reason": 'Called us, "now"',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "stage", "by", "fault"),
    [
        ("acc_1", "sql", "Ann", "Ann may set the stages of marketing, and Sales accepted belongs to sales"),
        ("acc_1", "mql", "Guest", "Guest may set no stage"),
        ("acc_1", "won", "Sam", "There is no stage won; seed stages has Engaged, MQL, Sales accepted"),
        ("acc_1", "engaged", "Sam", "Zoë's is Engaged already"),
        ("acc_7", "mql", "Sam", "There is no account or person acc_7"),
        ("acc_1", "mql", " ", "--by is blank"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_written(
    settings: Settings, record: str, stage: str, by: str, fault: str
) -> None:
    before = recorded(settings)
    with pytest.raises(RequestFault, match=fault):
        stage_changes.record(settings, record, stage, by=by, reason="x")
    assert recorded(settings) == before


def test_the_command_tells_what_it_did_and_that_the_crm_wins(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(settings.home))
    monkeypatch.setenv("MARKETMAP_PROJECT_DIR", str(settings.project_dir))
    said = CliRunner().invoke(command, ["acc_2", "MQL", "--by", "Sam", "--reason", "Back to us"])
    assert said.exit_code == 0, said.output
    assert "Bank: opportunity to mql, by Sam" in said.output
    assert "! The CRM says that Bank is opportunity" in said.output
    person = CliRunner().invoke(command, ["00Q000000000001", "sales accepted", "--by", "Sam", "--reason", "Met"])
    assert "Ann 🚀: mql to sql" in person.output
    assert [row["entity"] for row in recorded(settings)[1:]] == ["accounts", "contacts"]
