"""Missing people are found once, at accounts that were asked for, within credits, after the map was looked at.

PER-05, PER-08, RPT-26.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from connections import KeyCredentials
from orchestration import people_search
from orchestration.assets import personas
from orchestration.commands.personas import command
from orchestration.errors import RequestFault
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from tests.integration.conftest import ROOT, RunningSandbox

PUBLISHED = """
create schema marts;
create table marts.persona_coverage_summaries as
select 'T1' as tier, 0.49::double as covered_ratio, 49 as covered_count, 100 as account_count;
create table marts.market_map_distributions as
select 'accounts' as figure, 'T1' as tier, true as is_expected, 12.0 as actual_percent;
create table marts.owner_territories as select true as is_active, 9.9::double as max_min_ratio;
create table marts.persona_requests as
select domain || ': data' as request_id, domain, 'Chief Data Officer|VP Data|CMO' as search_titles,
    'VP' as search_seniority, 2 as contacts_per_request, row_number() over (order by domain) as priority
from (select unnest(?::varchar[]) as domain);
"""
LANDED = "select email, website, title, status from raw_files.rows order by 1, 2"


@pytest.fixture
def domains(clean_sandbox: RunningSandbox) -> list[str]:
    """Companies at which Apollo knows people with the titles, the first two of them."""
    query = """
        select distinct domain from apollo.people where title in ('Chief Data Officer', 'VP Data', 'CMO')
        order by 1 limit 2
    """
    return [str(domain) for domain in clean_sandbox.query(query)["domain"].to_pylist()]


@pytest.fixture
def current(clean_sandbox: RunningSandbox, domains: list[str], tmp_path: Path) -> Settings:
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    shutil.copytree(ROOT / "dbt_project" / "seeds", project / "seeds")
    (project / "dbt_project.yml").touch()
    _edit(project, "vendors", "apollo,Apollo,api,true,true,excluded", "apollo,Apollo,api,true,true,allowed")
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        for statement in PUBLISHED.split(";\n"):
            connection.execute(statement, [domains] if "?" in statement else [])
    env = clean_sandbox.env
    key = KeyCredentials(env["APOLLO_BASE_URL"], env["APOLLO_API_KEY"])
    return Settings(home=home, project_dir=project, ca_file=Path(env["SSL_CERT_FILE"]), credentials={"apollo": key})


def _edit(project: Path, seed: str, old: str, new: str) -> None:
    path = project / "seeds" / f"{seed}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _change(current: Settings, statement: str) -> None:
    with duckdb.connect(str(current.published)) as connection:
        connection.execute(statement)


def _rows(current: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(current.warehouse)) as connection:
        return connection.execute(query).fetchall()


def test_found_people_are_bought_once_and_landed_for_their_account(
    current: Settings, domains: list[str], clean_sandbox: RunningSandbox
) -> None:
    first = people_search.search(current, most=10)
    assert (first.searched, first.found, first.stop) == (2, first.bought, "")
    landed = _rows(current, LANDED)
    assert len(landed) == first.found > 0
    assert {website for _, website, _, _ in landed} == set(domains)
    assert all(title in {"Chief Data Officer", "VP Data", "CMO"} for _, _, title, _ in landed)
    assert {status for *_, status in landed} == {"accepted"}
    spent = "select sum(credits), count(distinct record_id) from ops.credit_ledger where entity = 'people_search'"
    assert _rows(current, spent) == [(first.found, 2)]
    assert clean_sandbox.query("select count(*) as n from sandbox.vendor_credits")["n"].to_pylist() == [first.found]
    again = people_search.search(current, most=10)
    assert (again.found, again.bought) == (first.found, 0)
    assert _rows(current, spent) == [(first.found, 2)]


def test_credits_end_a_search_and_what_was_bought_is_landed(current: Settings) -> None:
    _edit(current.project_dir, "vendors", "allowed,90,100000,50000", "allowed,90,100000,1")
    outcome = people_search.search(current, most=10)
    assert (outcome.found, outcome.bought) == (1, 1)
    assert outcome.stop == "the credits of apollo do not reach for everybody"
    assert len(_rows(current, LANDED)) == 1


@pytest.mark.parametrize(
    ("doubt", "told"),
    [
        ("update marts.owner_territories set max_min_ratio = 10", "largest territory is worth 10"),
        ("update marts.market_map_distributions set is_expected = false", "share of accounts in T1 is 12"),
    ],
)
def test_nobody_is_looked_for_while_the_map_of_accounts_is_in_doubt(current: Settings, doubt: str, told: str) -> None:
    _change(current, doubt)
    with pytest.raises(RequestFault, match=told):
        people_search.search(current, most=10)
    with (current.project_dir / "seeds" / "sign_off_overrides.csv").open("a", encoding="utf-8") as file:
        file.write("people_search,Ada,2026-11-01,looked at\n")
    assert people_search.search(current, most=1).searched == 1


def test_a_vendor_that_may_not_give_personal_data_is_not_asked(current: Settings) -> None:
    _edit(current.project_dir, "vendors", "apollo,Apollo,api,true,true,allowed", "apollo,Apollo,api,true,true,excluded")
    with pytest.raises(RequestFault, match="allow personal data"):
        people_search.search(current, most=10)


@pytest.mark.parametrize(("ratio", "is_searched"), [(0.49, True), (0.5, False)])
def test_the_quarterly_job_searches_when_fewer_than_half_of_the_t1_accounts_are_covered(
    current: Settings, clean_sandbox: RunningSandbox, ratio: float, is_searched: bool
) -> None:
    _change(current, f"update marts.persona_coverage_summaries set covered_ratio = {ratio}")
    resources = {"run": ActiveRun(home=str(current.home))}
    assert personas.job(current).execute_in_process(resources=resources).success
    assert bool(clean_sandbox.calls("apollo")) is is_searched


def test_the_command_says_what_is_missing_and_asks_nobody(
    current: Settings, clean_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(current.home))
    monkeypatch.setenv("MARKETMAP_PROJECT_DIR", str(current.project_dir))
    told = CliRunner().invoke(command, ["find", "--dry-run"])
    assert "49 of 100 Tier 1 accounts have a Tier 1 persona (49%)." in told.output
    assert clean_sandbox.calls("apollo") == {}
