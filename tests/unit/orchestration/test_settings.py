"""Settings: what is on, what is off, and every fault at once."""

from pathlib import Path

import pytest

from connections import SalesforceCredentials
from orchestration import settings
from orchestration.errors import SettingsFault

SALESFORCE = {
    "SALESFORCE_BASE_URL": "https://acme.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "key",
    "SALESFORCE_CLIENT_SECRET": "s3cret",
}


def load(folder: Path, **environment: str) -> settings.Settings:
    return settings.load(environment, folder)


def faults(folder: Path, **environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsFault) as caught:
        load(folder, **environment)
    return caught.value.lines


def test_nothing_set_means_everything_off_and_state_beside_the_person(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.home == tmp_path / ".marketmap"
    assert found.credentials == {}
    signed_in = [name for name, system in settings.SYSTEMS.items() if not system.is_local]
    assert [system.name for system in found.off] == signed_in
    assert (found.project_dir / "dbt_project.yml").is_file()


def test_full_credentials_turn_a_system_on(tmp_path: Path) -> None:
    found = load(tmp_path, **SALESFORCE)
    credentials = found.credentials["salesforce"]
    assert isinstance(credentials, SalesforceCredentials)
    assert (credentials.client_id, credentials.username) == ("key", None)
    assert "salesforce" not in {system.name for system in found.off}


def test_secrets_never_show(tmp_path: Path) -> None:
    assert "s3cret" not in repr(load(tmp_path, **SALESFORCE))


def test_all_faults_come_together_and_name_what_is_missing(tmp_path: Path) -> None:
    lines = faults(
        tmp_path,
        SALESFORCE_BASE_URL="https://acme.my.salesforce.com",
        BOMBORA_BASE_URL="bombora.example",
        BOMBORA_API_KEY="key",
        SSL_CERT_FILE="nowhere.pem",
        MARKETMAP_PROJECT_DIR=str(tmp_path),
    )
    assert lines == (
        f"MARKETMAP_PROJECT_DIR: {tmp_path} holds no dbt_project.yml; unset it or name a dbt project.",
        f"SSL_CERT_FILE: there is no file {tmp_path}/nowhere.pem; name the private CA's PEM file or unset it.",
        (
            "Salesforce is half set: SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET missing; set them, or unset every"
            " SALESFORCE_ variable to turn it off."
        ),
        "BOMBORA_BASE_URL: 'bombora.example' is no address; give one such as https://example.com.",
    )


def test_a_user_name_without_its_password_is_half_set(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, **SALESFORCE, SALESFORCE_USERNAME="ann@acme.example")
    assert "SALESFORCE_PASSWORD missing; set it," in line


def test_an_empty_variable_is_an_unset_one(tmp_path: Path) -> None:
    assert load(tmp_path, SALESFORCE_BASE_URL="", MARKETMAP_HOME="").home == tmp_path / ".marketmap"


def test_a_home_that_is_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    (line,) = faults(tmp_path, MARKETMAP_HOME="taken")
    assert line == f"MARKETMAP_HOME: {tmp_path}/taken is a file; name a folder that may hold all state."


def test_dotenv_fills_what_the_environment_leaves_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# production\n"
        "export MARKETMAP_HOME='/srv/market map'\n"
        'BOMBORA_BASE_URL="https://bombora.example"  # the reports\n'
        "BOMBORA_API_KEY=a=b#c # a comment\n"
        "\nnot a setting\n",
        encoding="utf-8",
    )
    found = load(tmp_path, BOMBORA_BASE_URL="https://other.example")
    assert found.home == Path("/srv/market map")
    assert found.credentials["bombora"].base_url == "https://other.example"
    assert getattr(found.credentials["bombora"], "api_key") == "a=b#c"  # noqa: B009 (any of four classes to mypy)


def test_given_systems_replace_those_of_environment_and_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SALESFORCE_USERNAME=ann\nSALESFORCE_PASSWORD=secret\n", encoding="utf-8")
    sandbox = {**SALESFORCE, "SALESFORCE_BASE_URL": "https://127.0.0.1:8443"}
    environment = {"MARKETO_BASE_URL": "https://marketo.example", "SSL_CERT_FILE": "nowhere.pem"}
    found = settings.load(environment, tmp_path, systems=sandbox)
    assert set(found.credentials) == {"salesforce"}
    assert found.credentials["salesforce"].base_url == "https://127.0.0.1:8443"
    assert found.ca_file is None


def test_the_systems_of_a_demo_are_those_of_its_home_until_others_are_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("sandbox", encoding="utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "demo.env").write_text(
        f"BOMBORA_BASE_URL=https://127.0.0.1:1\nBOMBORA_API_KEY=k\nSSL_CERT_FILE={tmp_path}/ca.pem\n", encoding="utf-8"
    )
    # A machine with a CA of its own names no system by that, nor does its CA vouch for the sandbox.
    environment = {"MARKETMAP_HOME": "home", "SSL_CERT_FILE": "machine.pem"}
    current = settings.load(environment, tmp_path)
    assert (set(current.credentials), current.ca_file) == ({"bombora"}, tmp_path / "ca.pem")
    # What a process of ours exports to those that it starts (Dagster's) names the demo's systems, not others.
    child = settings.load({**environment, "BOMBORA_BASE_URL": "https://127.0.0.1:1"}, tmp_path)
    assert child.credentials == current.credentials
    (tmp_path / "machine.pem").write_text("machine", encoding="utf-8")
    named = settings.load({**environment, "G2_BASE_URL": "https://g2.example", "G2_API_KEY": "t"}, tmp_path)
    assert (set(named.credentials), named.ca_file) == ({"g2"}, tmp_path / "machine.pem")


def test_one_way_to_sign_in_is_enough_and_a_begun_one_must_be_whole(tmp_path: Path) -> None:
    base = {"HUBSPOT_BASE_URL": "https://api.hubapi.com"}
    assert "hubspot" in load(tmp_path, **base, HUBSPOT_ACCESS_TOKEN="pat").credentials
    # The secret that signs webhooks may stand beside a private app's token.
    assert "hubspot" in load(tmp_path, **base, HUBSPOT_ACCESS_TOKEN="pat", HUBSPOT_CLIENT_SECRET="s").credentials
    assert "HUBSPOT_ACCESS_TOKEN missing" in faults(tmp_path, **base)[0]
    (line,) = faults(tmp_path, **base, HUBSPOT_CLIENT_ID="id", HUBSPOT_REFRESH_TOKEN="r")
    assert "HUBSPOT_CLIENT_SECRET missing; set it," in line


def test_alerts_by_mail_need_a_mail_server(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="ALERT_EMAIL_TO needs a mail server: set EMAIL_BASE_URL"):
        settings.load({"MARKETMAP_HOME": str(tmp_path), "ALERT_EMAIL_TO": "a@acme.com"}, tmp_path)
