"""A running sandbox: the world in its store, each service on its port, the control endpoint."""

import os
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sandbox.framework.clock import Clock
from sandbox.framework.control import Control
from sandbox.framework.service import Service, Surroundings
from sandbox.framework.serving import Authority, Server, stop
from sandbox.framework.store import Store
from sandbox.framework.transport import application
from sandbox.services.bombora import Bombora
from sandbox.services.dynamics import Dynamics
from sandbox.services.eloqua import Eloqua
from sandbox.services.engagement import Outreach, Salesloft
from sandbox.services.google import Google
from sandbox.services.google_ads import GoogleAds
from sandbox.services.google_analytics import GoogleAnalytics
from sandbox.services.hubspot import HubSpot
from sandbox.services.linkedin import LinkedIn
from sandbox.services.marketo import Marketo
from sandbox.services.meta import Meta
from sandbox.services.pardot import Pardot
from sandbox.services.pipedrive import Pipedrive
from sandbox.services.research import Research
from sandbox.services.salesforce import Salesforce
from sandbox.services.signals import G2, HaveIBeenPwned, PredictLeads
from sandbox.services.slack import Slack
from sandbox.services.vendors import Apollo, Clearbit, DunAndBradstreet, Lusha
from sandbox.services.webhooks import Webhooks
from sandbox.services.zoho import Zoho
from sandbox.services.zoominfo import ZoomInfo

SERVICES: dict[str, type[Service]] = {
    kind.name: kind
    for kind in (
        Salesforce, Marketo, ZoomInfo, Bombora, HubSpot, Dynamics, LinkedIn, Meta, Google, Slack, Webhooks, Apollo,
        Clearbit, Lusha, DunAndBradstreet, PredictLeads, HaveIBeenPwned, G2, Pipedrive, Zoho, Pardot, Eloqua,
        Outreach, Salesloft, Research, GoogleAds, GoogleAnalytics,
    )
}  # fmt: skip
# What serves without being asked for: the systems of a company with Salesforce and Marketo, each cheap to start.
DEFAULT_SYSTEMS = ("salesforce", "marketo", "zoominfo", "bombora")


class Sandbox:
    """The chosen services over one world. `port_base` gives them consecutive ports; None, any free ones."""

    def __init__(
        self,
        home: Path,
        *,
        seed: int = 7,
        port_base: int | None = None,
        start: datetime | None = None,
        systems: Sequence[str] = DEFAULT_SYSTEMS,
    ) -> None:
        self.home = home
        kinds = [SERVICES[name] for name in systems]
        for kind in kinds:
            kind.populate(home)
        self.store = Store(home)
        surroundings = Surroundings(self.store, Clock(self._not_before_writes(start)), seed)
        self.services = [kind(surroundings) for kind in kinds]
        verbs = {path: verb for service in self.services for path, verb in service.verbs().items()}
        control = Control(surroundings, list(self.services), verbs)
        authority = Authority(home)
        self._ca_file = authority.ca_file
        ports = [port_base + i if port_base else 0 for i in range(len(self.services) + 1)]
        self._servers = [
            Server(application(service), port, authority)
            for service, port in zip(self.services, ports[1:], strict=True)
        ]
        for service, server in zip(self.services, self._servers, strict=True):
            service.base_url = server.url
        self._control = Server(application(control), ports[0], None)
        self.control_url = self._control.url

    def _not_before_writes(self, start: datetime | None) -> datetime | None:
        """Return the clock's start, moved on to the last write: time never runs backwards over a restart."""
        with self.store.read() as cursor:
            last: datetime | None = cursor.execute('select max("at") from sandbox.writes').fetchall()[0][0]
        return max(start, last) if start and last else start

    def start(self) -> None:
        """Listen, and return once every port answers."""
        for server in (*self._servers, self._control):
            server.start()

    def stop(self) -> None:
        """Stop all servers and write the store to disk."""
        stop((*self._servers, self._control))
        self.store.close()

    def environment(self) -> dict[str, str]:
        """Return what a client needs to know: addresses, credentials, the authority to trust."""
        entries: dict[str, str] = {}
        for service in self.services:
            entries |= service.environment()
        return entries | {"SSL_CERT_FILE": str(self._ca_file), "SANDBOX_CONTROL_URL": self.control_url}


def write_environment(entries: dict[str, str], file: Path) -> None:
    """Write KEY=value lines that a shell and dotenv both read; the file appears whole or not at all."""
    lines = "".join(f"{key}={shlex.quote(value)}\n" for key, value in entries.items())
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write("# Endpoints and made-up credentials of a running sandbox.\n" + lines)
    fresh.replace(file)
