"""Typed settings: the one module that reads and exports environment variables.

A system without any of its variables is off. A system with some of them is a fault that names the missing ones, and
all faults are listed together. A `.env` file in the current folder fills what the environment leaves unset.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from orchestration.errors import SettingsFault
from orchestration.systems import SYSTEMS, Credentials, System, title

__all__ = ["SYSTEMS", "Settings", "System", "load", "read_dotenv", "title"]

CHECKOUT = Path(__file__).resolve().parent.parent
DOTENV = ".env"
ALERT_CHANNELS = ("slack", "teams")
_MAIL_ALERTS = "ALERT_EMAIL_TO"
_LOG_FORMAT = "LOG_FORMAT"
_CA = "SSL_CERT_FILE"
# The systems of a demo, kept in its home: what comes after the demo knows them, unless the environment names others.
DEMO = "demo.env"

# Every tool below reports usage to its maker unless told otherwise.
NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}


class Settings(BaseModel):
    """Where state lives and which systems are on. Paths are absolute."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    home: Path
    project_dir: Path
    ca_file: Path | None
    credentials: dict[str, Credentials]
    alert_addresses: dict[str, str] = {}
    collector_key: str = ""
    has_json_logs: bool = False
    telemetry: dict[str, str] = {}  # OpenTelemetry's own variables (OTEL_...)

    @property
    def warehouse(self) -> Path:
        """The working file: one writer."""
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The read-only copy that everybody else reads."""
        return self.home / "published.duckdb"

    @property
    def dagster_home(self) -> Path:
        """Dagster's runs and events, shared by the command line and the web interface."""
        return self.home / "dagster"

    @property
    def logs(self) -> Path:
        """One log file per run."""
        return self.home / "logs"

    @property
    def off(self) -> tuple[System, ...]:
        """The systems without credentials, in their usual order; nobody signs in to a folder of ours."""
        return tuple(system for name, system in SYSTEMS.items() if name not in self.credentials and not system.is_local)

    def export(self) -> None:
        """Set what dbt, Dagster, TLS clients and child processes read from the environment."""
        os.environ.update(NO_TELEMETRY | self.telemetry)
        os.environ["MARKETMAP_HOME"] = str(self.home)
        os.environ["MARKETMAP_PROJECT_DIR"] = str(self.project_dir)
        os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "1000"  # one transaction for the planned events of a run
        os.environ["DAGSTER_HOME"] = str(self.dagster_home)
        for name, credentials in self.credentials.items():  # dbt builds links into the CRM from its address
            os.environ[SYSTEMS[name].variable("base_url")] = credentials.base_url
        if self.ca_file is not None:
            os.environ[_CA] = str(self.ca_file)
            os.environ["REQUESTS_CA_BUNDLE"] = str(self.ca_file)  # requests ignores SSL_CERT_FILE


def load(
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    systems: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from `environment` (the process's) over `folder`'s `.env`; raises SettingsFault with all faults.

    With `systems` (variables of a sandbox, or none at all) whatever else names a system or its CA is ignored.
    """
    folder = (folder or Path.cwd()).absolute()
    given = {name: value for name, value in (os.environ if environment is None else environment).items() if value}
    values = {**read_dotenv(folder / DOTENV), **given}
    if systems is not None:
        values = {**{name: value for name, value in values.items() if not _names_system(name)}, **systems}
    home = _path(values.get("MARKETMAP_HOME", ".marketmap"), folder)
    demo = read_dotenv(home / DEMO) if systems is None else {}
    # A process that one of ours has started finds the addresses of the demo in its environment, and no more of it.
    named = {name: value for name, value in values.items() if _names_system(name) and name != _CA}
    if named.items() <= demo.items():
        values |= demo  # its CA, too: that of the machine does not vouch for a sandbox
    faults: list[str] = []
    if home.exists() and not home.is_dir():
        faults.append(f"MARKETMAP_HOME: {home} is a file; name a folder that may hold all state.")
    project_dir = _path(values.get("MARKETMAP_PROJECT_DIR", str(CHECKOUT / "dbt_project")), folder)
    if not (project_dir / "dbt_project.yml").is_file():
        faults.append(f"MARKETMAP_PROJECT_DIR: {project_dir} holds no dbt_project.yml; unset it or name a dbt project.")
    for system in SYSTEMS.values():
        inbox = home / "inbox" / system.name
        if system.is_local and inbox.is_dir():
            values.setdefault(system.variable("base_url"), inbox.as_uri())
    ca_file = _path(values[_CA], folder) if _CA in values else None
    if ca_file is not None and not ca_file.is_file():
        faults.append(f"{_CA}: there is no file {ca_file}; name the private CA's PEM file or unset it.")
    credentials = {
        name: found for name, system in SYSTEMS.items() if (found := _credentials(system, values, faults)) is not None
    }
    alert_addresses = dict(_alert_addresses(values, "email" in credentials, faults))
    if values.get(_LOG_FORMAT, "text") not in {"text", "json"}:
        faults.append(f"{_LOG_FORMAT}: {values[_LOG_FORMAT]!r} is not understood; give text or json.")
    if faults:
        raise SettingsFault(*faults)
    return Settings(
        home=home,
        project_dir=project_dir,
        ca_file=ca_file,
        credentials=credentials,
        alert_addresses=alert_addresses,
        collector_key=values.get("COLLECTOR_KEY", ""),
        has_json_logs=values.get(_LOG_FORMAT) == "json",
        telemetry={name: value for name, value in values.items() if name.startswith("OTEL_")},
    )


def read_dotenv(path: Path) -> dict[str, str]:
    """KEY=value lines of a `.env` file, none if there is no file: comments, `export` and quotes are understood."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip().removeprefix("export ").lstrip()
        name, separator, value = text.partition("=")
        if not separator or text.startswith("#"):
            continue
        value = value.strip()
        quoted = value[:1] in {'"', "'"}
        content = value[1:].partition(value[0])[0] if quoted else value.partition(" #")[0].rstrip()
        if content:
            found[name.strip()] = content
    return found


def _credentials(system: System, values: Mapping[str, str], faults: list[str]) -> Credentials | None:
    fields = {
        field: values[system.variable(field)]
        for field in (*system.required, *system.optional, *(name for way in system.alternatives for name in way))
        if system.variable(field) in values
    }
    if not fields:
        return None
    missing = [name for name in system.variables if name not in values]
    if set(fields) & set(system.optional):
        missing += [system.variable(field) for field in system.optional if field not in fields]
    ways = [[system.variable(field) for field in way if field not in fields] for way in system.alternatives]
    if ways and all(ways):  # none is whole: the way that was begun, else the first, is what is asked for
        begun = [lacking for lacking, way in zip(ways, system.alternatives, strict=True) if len(lacking) < len(way)]
        missing += (begun or ways)[0]
    if missing:
        remedy = f"set {'it' if len(missing) == 1 else 'them'}, or unset every {system.name.upper()}_ variable"
        faults.append(f"{system.title} is half set: {', '.join(missing)} missing; {remedy} to turn it off.")
        return None
    address = urlsplit(fields["base_url"])
    if address.scheme not in system.schemes or not (address.hostname or system.is_local):
        given = f": {fields['base_url']!r}" if len(system.required) > 1 else ""  # Teams' address is itself a secret
        example = f"{system.schemes[-1]}://example.com"
        faults.append(f"{system.variable('base_url')}{given} is no address; give one such as {example}.")
        return None
    return system.credentials(**fields)


def _alert_addresses(values: Mapping[str, str], has_mail: bool, faults: list[str]) -> Iterator[tuple[str, str]]:
    """ALERT_<CHANNEL>_URL by channel, itself a secret that stands in no fault, and ALERT_EMAIL_TO."""
    if _MAIL_ALERTS in values and not has_mail:
        faults.append(f"{_MAIL_ALERTS} needs a mail server: set {', '.join(SYSTEMS['email'].variables)}, or unset it.")
    elif _MAIL_ALERTS in values:
        yield "email", values[_MAIL_ALERTS]
    for channel in ALERT_CHANNELS:
        variable = f"ALERT_{channel.upper()}_URL"
        if variable not in values:
            continue
        if urlsplit(values[variable]).scheme in {"http", "https"} and urlsplit(values[variable]).hostname:
            yield channel, values[variable]
        else:
            faults.append(f"{variable} is no address; give the incoming webhook's, which starts with https://.")


def _names_system(variable: str) -> bool:
    return variable == _CA or variable.lower().startswith(tuple(f"{name}_" for name in SYSTEMS))


def _path(value: str, folder: Path) -> Path:
    return folder / Path(value).expanduser()
