"""One lineage from raw table to CRM field: complete, documented and as the snapshot says."""

import difflib
from pathlib import Path

import dagster as dg
import pytest

from orchestration import keys
from orchestration.automation import ACCOUNTS, CALENDAR, INTENT, NEW_LEADS, NIGHTLY, PERSONAS
from tests.integration.dbt_project.project import hand_over
from tests.integration.orchestration.lineage import SNAPSHOT, SYSTEMS, describe, load


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lineage")
    hand_over(folder)
    return folder


@pytest.fixture
def loaded(home: Path) -> dg.Definitions:
    """The whole lineage; warnings while loading are errors here (pyproject)."""
    return load(home, SYSTEMS)


def test_the_lineage_is_as_in_the_snapshot(loaded: dg.Definitions) -> None:
    found, wanted = describe(loaded), SNAPSHOT.read_text(encoding="utf-8")
    difference = "\n".join(
        difflib.unified_diff(wanted.splitlines(), found.splitlines(), "snapshot", "now", lineterm="")
    )
    assert found == wanted, (
        f"{difference}\nIf that is wanted: python -m tests.integration.orchestration.lineage, and commit lineage.txt"
    )


def test_every_asset_says_what_it_is_and_who_answers_for_it(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    bare = {
        key.to_user_string(): missing
        for key in graph.get_all_asset_keys()
        if (
            missing := [
                name
                for name, value in (
                    ("owner", graph.get(key).owners),
                    ("kind", graph.get(key).kinds),
                    ("description", graph.get(key).description),
                    ("group", graph.get(key).group_name),
                )
                if not value or value == "default"
            ]
        )
    }
    assert bare == {}


def test_a_raw_table_leads_to_the_crm(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    for source, table in (("salesforce", "accounts"), ("marketo", "leads"), ("zoominfo", "companies")):
        downstream = dg.AssetSelection.assets(keys.raw(source, table)).downstream().resolve(graph)
        assert keys.sync("salesforce", "salesforce__accounts") in downstream
        assert keys.identity("account_records") in downstream
        assert keys.PUBLISHED_MARTS in downstream


def test_the_gate_stops_the_sync_and_only_that(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    model = keys.model("activation.sync_salesforce__accounts")
    assert any(graph.get(check).blocking for check in graph.get(model).check_keys)
    below = dg.AssetSelection.assets(model).downstream(include_self=False).resolve(graph)
    after = {keys.QA_CHECKLIST, keys.PUBLISHED_OPERATIONS, keys.RETENTION}
    assert below == {keys.sync("salesforce", "salesforce__accounts"), *after}


def test_dbt_is_called_twice_around_identity(loaded: dg.Definitions) -> None:
    steps = {node.name for node in loaded.resolve_job_def(NIGHTLY).graph.nodes}
    assert {step for step in steps if step.startswith(("prepare", "build"))} == {"prepare_records", "build_marts"}


def test_every_schedule_has_its_job(loaded: dg.Definitions) -> None:
    declared = [schedule for schedule in loaded.schedules or [] if isinstance(schedule, dg.ScheduleDefinition)]
    schedules = {schedule.job_name: schedule.cron_schedule for schedule in declared}
    assert schedules == {job: appointment.cron for job, appointment in CALENDAR.items()}
    intent = loaded.resolve_job_def(INTENT).asset_layer.executable_asset_keys
    assert keys.raw("bombora", "company_surges") in intent
    assert keys.raw("salesforce", "accounts") not in intent
    assert keys.sync("salesforce", "salesforce__accounts") in intent


def test_a_new_lead_goes_from_the_inbox_to_the_crm_past_the_vendors(loaded: dg.Definitions) -> None:
    whole = loaded.resolve_job_def(NEW_LEADS).asset_layer.executable_asset_keys
    wanted = {
        keys.raw("salesforce", "leads"),
        keys.raw("zoominfo", "companies"),
        keys.identity("person_records"),
        keys.model("marts.contact_scores"),
        keys.model("activation.sync_salesforce__new_leads"),
        keys.sync("salesforce", "salesforce__accounts"),
    }
    assert wanted - set(whole) == set()
    assert keys.raw("bombora", "company_surges") not in whole


def test_accounts_and_personas_are_refreshed_apart_and_people_never_change_a_tier(loaded: dg.Definitions) -> None:
    """ICP-28: a list of found people leads to personas and to nobody's tier; who is missing then is queued (PER-09)."""
    graph = loaded.resolve_asset_graph()
    assert {ACCOUNTS: "0 4 2 1,7 *", PERSONAS: "0 1 1 1,4,7,10 *"}.items() <= {
        job: appointment.cron for job, appointment in CALENDAR.items()
    }.items()
    refresh = loaded.resolve_job_def(ACCOUNTS)
    assert keys.model("marts.account_tiers") in refresh.asset_layer.executable_asset_keys
    assert (refresh.run_config or {})["resources"]["run"]["config"]["full_refresh"] is True
    personas = keys.model("marts.contact_personas")
    assert personas in dg.AssetSelection.assets(keys.raw("files", "rows")).downstream().resolve(graph)
    waterfall = dg.AssetSelection.assets(keys.ENRICHMENT_QUEUE).upstream().resolve(graph)
    assert keys.raw("zoominfo", "people") in waterfall
    below = dg.AssetSelection.assets(personas).downstream().resolve(graph)
    assert keys.model("marts.account_tiers") not in below
    assert keys.model("marts.enrichment_queue") in below


def test_what_is_off_stays_in_the_lineage_and_cannot_be_run(home: Path) -> None:
    without = load(home, {name: value for name, value in SYSTEMS.items() if not name.startswith(("ZOOMINFO", "SALES"))})
    graph = without.resolve_asset_graph()
    whole = load(home, SYSTEMS).resolve_asset_graph()
    assert graph.get_all_asset_keys() == whole.get_all_asset_keys()
    off = {key for key in graph.get_all_asset_keys() if not graph.get(key).is_executable and key.path[0] != "ops"}
    always = {key for key in whole.get_all_asset_keys() if not whole.get(key).is_executable}
    assert {key.path[0] for key in off - always} == {"raw_salesforce", "raw_zoominfo", "salesforce"}
    assert "Off: set ZOOMINFO_BASE_URL" in str(graph.get(keys.raw("zoominfo", "companies")).description)


def test_without_any_system_everything_still_loads(home: Path) -> None:
    graph = load(home, {}).resolve_asset_graph()
    assert graph.get(keys.PUBLISHED_MARTS).is_executable
