"""A proposal is kept, approved by somebody, and never undoes what a person did since (RTE-34)."""

import csv
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.commands.territories import command
from orchestration.errors import RequestFault
from orchestration.settings import Settings
from orchestration.territories import approve, propose, save

PUBLISHED = """
create schema marts;
create schema ops;
create table marts.dim_users as
select *, lower(user_name) || '@x.com' as email, 'salesforce' as source
from (values ('u1', 'Ann', true), ('u2', 'Bob', true), ('u3', 'Left', false)) as t(user_id, user_name, is_active);
create table marts.account_records as
select 'salesforce' as source, 'Account' as object, 'acc_' || n as account_id,
    '0015e00000' || lpad(n::text, 5, '0') || 'AAA' as record_id from range(60) as t(n);
create table marts.import_rows as
select 'acc_' || n as account_id, 'O''Hare 2026' as list_name, if(n = 51, 'rejected', 'matched') as outcome
from range(2, 52) as t(n);
-- Ann holds 600, Bob 200; one account of somebody who has left, one excluded, one that stays with Ann by name.
create table marts.account_territories as
select 'acc_' || n as account_id, '001' || n as salesforce_account_id, 'fam_' || n as family_account_id,
    case when n = 8 then 'u3' when n < 6 then 'u1' else 'u2' end as owner_user_id,
    case when n = 9 then 'Excluded' else 'T1' end as tier, 'EMEA' as region, null::text as territory,
    n = 0 as is_exception, 100.00::decimal(18, 2) as valuation_usd
from range(10) as t(n);
"""
BOUNDS = """setting,value,description
minimum_accounts_per_rep,1,x
maximum_accounts_per_rep,100,x
launch_max_min_ratio,10,x
ongoing_max_min_ratio,2,x
tolerance_ratio,0.12,x
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home, project = tmp_path / "home", tmp_path / "project"
    (project / "seeds").mkdir(parents=True)
    home.mkdir()
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute(PUBLISHED)
    (project / "dbt_project.yml").touch()
    (project / "seeds" / "territory_settings.csv").write_text(BOUNDS)
    header = "salesforce_account_id,owner_user_id,proposal,approved_by,approved_on,reason\n"
    kept = '0017,u1,earlier,"O\'Brien, Zoë",2026-01-01,kept\n'
    (project / "seeds" / "territory_assignments.csv").write_text(header + kept, encoding="utf-8")
    return Settings(home=home, project_dir=project, ca_file=None, credentials={})


def _assigned(settings: Settings) -> dict[str, dict[str, str]]:
    with (settings.project_dir / "seeds" / "territory_assignments.csv").open(encoding="utf-8", newline="") as file:
        return {row["salesforce_account_id"]: row for row in csv.DictReader(file)}


def test_an_approved_proposal_becomes_next_owners_and_keeps_earlier_ones(settings: Settings) -> None:
    before = (settings.project_dir / "seeds" / "territory_assignments.csv").read_bytes()
    named = propose(settings, pool="all", tolerance=None)
    moves = named.proposal.moves
    # 900 of 9 accounts for two reps: Bob gets what Left had and one or two of Ann's; the exception stays.
    assert named.proposal.after.max_min_ratio <= 1.25 < named.proposal.before.max_min_ratio
    assert len(moves) == 2
    assert "acc_8" in set(moves["account_id"])
    assert not {"acc_0", "acc_9"} & set(moves["account_id"])
    save(settings.home, "autumn", named)
    assert (settings.project_dir / "seeds" / "territory_assignments.csv").read_bytes() == before
    assert approve(settings, "autumn", by="Ada", reason="fair") == 2
    assigned = _assigned(settings)
    assert assigned["0018"] == assigned["0018"] | {"owner_user_id": "u2", "proposal": "autumn", "approved_by": "Ada"}
    assert assigned["0017"]["approved_by"] == "O'Brien, Zoë"


def test_a_proposal_that_others_have_overtaken_is_refused(settings: Settings) -> None:
    save(settings.home, "autumn", propose(settings, pool="all", tolerance=None))
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("update marts.account_territories set owner_user_id = 'u1' where account_id = 'acc_8'")
    with pytest.raises(RequestFault, match="1 of 2 accounts of autumn have another owner by now"):
        approve(settings, "autumn", by="Ada", reason="fair")
    assert list(_assigned(settings)) == ["0017"]


def test_what_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    save(settings.home, "autumn", propose(settings, pool="region", tolerance=0.2))
    with pytest.raises(RequestFault, match="There is no proposal spring"):
        approve(settings, "spring", by="Ada", reason="fair")
    with pytest.raises(RequestFault, match="is no name for a proposal"):
        save(settings.home, "../autumn", propose(settings, pool="all", tolerance=None))
    empty = Settings(home=tmp_path / "nowhere", project_dir=settings.project_dir, ca_file=None, credentials={})
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        propose(empty, pool="all", tolerance=None)


def test_the_command_prints_both_sides_by_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(settings.home))
    monkeypatch.setenv("MARKETMAP_PROJECT_DIR", str(settings.project_dir))
    printed = CliRunner().invoke(command, ["propose", "--save", "autumn"]).output
    assert "Ann" in printed
    assert "2 accounts would move" in printed
    assert "marketmap territories approve autumn" in printed


def test_a_manager_names_the_owner_of_a_list_in_one_batch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEG-13, RTE-24: by hand goes before what was approved; an unknown account or user changes nothing."""
    monkeypatch.setenv("MARKETMAP_HOME", str(settings.home))
    monkeypatch.setenv("MARKETMAP_PROJECT_DIR", str(settings.project_dir))
    decided = ["--by", "Zoë", "--reason", "Hers"]
    runner = CliRunner()
    named = ["0015e0000000001", "acc_0", "--list", "O'Hare 2026", "--to", "BOB@x.com"]
    done = runner.invoke(command, ["assign", *named, *decided], catch_exceptions=False)
    assert "Bob is the next owner of 51 accounts, by Zoë." in done.output
    assigned = _assigned(settings)
    batches = {row["proposal"] for row in assigned.values() if row["owner_user_id"] == "u2"}
    assert len(batches) == 1
    assert [row["approved_by"] for row in assigned.values()].count("Zoë") == 51
    assert assigned["0017"]["approved_by"] == "O'Brien, Zoë"
    before = _assigned(settings)
    for given, words in (
        (["acc_1", "acc_99", "--to", "Bob"], "no account acc_99"),
        (["acc_1", "--to", "Left"], "no active user"),
        (["--list", "Nowhere", "--to", "Bob"], "No account of Nowhere is in the CRM"),
        (["--to", "Bob"], "No accounts are named"),
    ):
        with pytest.raises(RequestFault, match=words):
            runner.invoke(command, ["assign", *given, *decided], catch_exceptions=False)
    assert _assigned(settings) == before
