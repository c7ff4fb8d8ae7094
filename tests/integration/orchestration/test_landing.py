"""Landing: the same sources by the same rules, whoever asks for it."""

import shutil
import time
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import automation, landing, run_lock, sensors, settings
from orchestration.assets import history
from orchestration.errors import IngestionFailed
from orchestration.resources import ActiveRun
from tests.integration.conftest import ROOT, RunningSandbox

READ = ("SALESFORCE", "ZOOMINFO", "SSL_CERT_FILE")


@pytest.fixture
def current(tmp_path: Path, clean_sandbox: RunningSandbox) -> settings.Settings:
    """Salesforce and one vendor are on; the project's seeds are a copy that a test may edit."""
    shutil.copytree(ROOT / "dbt_project" / "seeds", tmp_path / "project" / "seeds")
    shutil.copyfile(ROOT / "dbt_project" / "dbt_project.yml", tmp_path / "project" / "dbt_project.yml")
    systems = {name: value for name, value in clean_sandbox.env.items() if name.startswith(READ)}
    home = {"MARKETMAP_HOME": str(tmp_path / "home"), "MARKETMAP_PROJECT_DIR": str(tmp_path / "project")}
    return settings.load(systems | home, tmp_path)


def test_a_vendor_is_asked_by_its_rules_and_a_failure_is_told_of(
    current: settings.Settings, clean_sandbox: RunningSandbox
) -> None:
    current.home.mkdir()
    assert landing.active(current) == ["salesforce", "zoominfo"]
    landed = landing.land(current, landing.active(current))
    landed.raise_for_failures()
    assert set(landed.reports) == {"salesforce", "zoominfo"}
    assert landed.reports["zoominfo"].rows["companies"] > 0
    clean_sandbox.fault("salesforce", kind="quota", count=None)
    with pytest.raises(IngestionFailed, match="salesforce"):
        landing.land(current, ["salesforce"]).raise_for_failures()


def test_a_switch_keeps_a_source_from_being_read(current: settings.Settings) -> None:
    seed = current.project_dir / "seeds" / "integration_switches.csv"
    lines = [line for line in seed.read_text().splitlines() if not line.startswith("zoominfo,read,")]
    columns = lines[0].split(",")
    row = {"system": "zoominfo", "feature": "read", "is_on": "false"}
    seed.write_text("\n".join([*lines, ",".join(row.get(column, "") for column in columns)]) + "\n")
    assert landing.active(current) == ["salesforce"]
    assert "integration_switches.csv" in str(landing.kept_off(current, "zoominfo"))


def test_a_changed_lead_starts_live_routing(current: settings.Settings, clean_sandbox: RunningSandbox) -> None:
    """One call tells whether a lead has changed since the look before; a run at work is not disturbed."""
    sensor = next(sensor for sensor in sensors.sensors(current) if sensor.name == "new_and_changed_leads")

    def look(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(cursor=cursor) as context:
            found = sensor(context)
        assert isinstance(found, dg.SensorResult | dg.SkipReason)
        return found

    first = look(None)
    assert isinstance(first, dg.SensorResult)
    assert "No lead has changed" in str(first.skip_reason)
    with clean_sandbox.salesforce(person=True) as person:
        (lead,) = person.get("/query", params={"q": "SELECT Id FROM Lead LIMIT 1"}).json()["records"]
        person.patch(f"/sobjects/Lead/{lead['Id']}", json={"Status": "MQL"}).raise_for_status()
    assert _causes(look(first.cursor)) == ["1 leads changed"]
    clean_sandbox.reset()
    assert _causes(look(str(time.time() - 14 * 60))) == []
    assert _causes(look(str(time.time() - 16 * 60))) == ["working hours and clocks"]
    with run_lock.hold(current.home):
        assert "A run is at work" in str(look(first.cursor))


def test_a_partition_of_the_intent_is_read_again_from_the_interface(
    tmp_path: Path, clean_sandbox: RunningSandbox
) -> None:
    wanted = {name: value for name, value in clean_sandbox.env.items() if name.startswith(("BOMBORA", "SSL_CERT_FILE"))}
    current = settings.load({"MARKETMAP_HOME": str(tmp_path / "home"), **wanted}, tmp_path)
    current.home.mkdir()
    (backfill,) = history.jobs(current)
    partitions = backfill.partitions_def
    assert partitions is not None
    week = partitions.get_partition_keys()[-4]
    assert date.fromisoformat(week).weekday() == 0
    run = ActiveRun(home=str(current.home))
    for _ in range(2):
        result = backfill.execute_in_process(partition_key=week, resources={"run": run})
        assert result.success
        with duckdb.connect(str(current.warehouse)) as connection:
            landed = connection.execute(
                "select week_date::text, count(*) > 0 from raw_bombora.company_surges group by 1"
            ).fetchall()
        assert landed == [(week, True)]


def _causes(found: dg.SensorResult | dg.SkipReason) -> list[str]:
    assert isinstance(found, dg.SensorResult)
    return [request.tags[automation.CAUSE] for request in found.run_requests or ()]
