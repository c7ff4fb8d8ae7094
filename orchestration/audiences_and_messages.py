"""How the credentials of ad platforms, marketing automation, chats, mail and webhooks become destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from connections.eloqua import EloquaCredentials, open_eloqua
from connections.google import GoogleCredentials, open_google
from connections.hubspot import HubSpotCredentials, open_hubspot
from connections.linkedin import LinkedInCredentials, open_linkedin
from connections.mail import MailCredentials, MailServer
from connections.marketo import MarketoCredentials, open_marketo
from connections.meta import MetaCredentials, open_meta
from connections.oauth import PardotCredentials, open_pardot
from connections.slack import SlackCredentials, open_slack
from connections.webhook import TeamsCredentials, WebhookCredentials, open_address
from reverse_etl.destinations import Destination
from reverse_etl.destinations.eloqua import EloquaDestination
from reverse_etl.destinations.email import EmailDestination
from reverse_etl.destinations.google import GoogleDestination
from reverse_etl.destinations.hubspot import HubSpotDestination
from reverse_etl.destinations.linkedin import LinkedInDestination
from reverse_etl.destinations.marketo import MarketoDestination
from reverse_etl.destinations.marketo_campaigns import MarketoCampaigns
from reverse_etl.destinations.meta import MetaDestination
from reverse_etl.destinations.pardot import PardotDestination
from reverse_etl.destinations.slack import SlackDestination
from reverse_etl.destinations.teams import TeamsDestination
from reverse_etl.destinations.webhook import WebhookDestination


@contextmanager
def _linkedin(credentials: LinkedInCredentials) -> Iterator[Destination]:
    with open_linkedin(credentials) as connection:
        yield LinkedInDestination(connection, credentials.ad_account)


@contextmanager
def _meta(credentials: MetaCredentials) -> Iterator[Destination]:
    with open_meta(credentials) as connection:
        yield MetaDestination(connection, credentials.ad_account)


@contextmanager
def _google(credentials: GoogleCredentials) -> Iterator[Destination]:
    with open_google(credentials) as connection:
        yield GoogleDestination(connection, credentials.ad_account)


@contextmanager
def _hubspot(credentials: HubSpotCredentials) -> Iterator[Destination]:
    with open_hubspot(credentials) as connection:
        yield HubSpotDestination(connection)


@contextmanager
def _marketo(credentials: MarketoCredentials) -> Iterator[Destination]:
    with open_marketo(credentials) as connection:
        yield MarketoDestination(connection)


@contextmanager
def _marketo_campaigns(credentials: MarketoCredentials) -> Iterator[Destination]:
    with open_marketo(credentials) as connection:
        yield MarketoCampaigns(connection)


@contextmanager
def _pardot(credentials: PardotCredentials) -> Iterator[Destination]:
    with open_pardot(credentials) as connection:
        yield PardotDestination(connection)


@contextmanager
def _eloqua(credentials: EloquaCredentials) -> Iterator[Destination]:
    with open_eloqua(credentials) as connection:
        yield EloquaDestination(connection)


@contextmanager
def _slack(credentials: SlackCredentials) -> Iterator[Destination]:
    with open_slack(credentials) as connection:
        yield SlackDestination(connection, credentials.channel)


@contextmanager
def _teams(credentials: TeamsCredentials) -> Iterator[Destination]:
    with open_address("teams", credentials.base_url) as connection:
        yield TeamsDestination(connection)


@contextmanager
def _webhook(credentials: WebhookCredentials) -> Iterator[Destination]:
    with ExitStack() as stack:
        connection = stack.enter_context(open_address("webhook", credentials.base_url, secrets=(credentials.secret,)))
        others = {
            name: (stack.enter_context(open_address("webhook", address, secrets=(secret,))), secret)
            for name, (address, secret) in credentials.others().items()
        }
        yield WebhookDestination(connection, credentials.secret, others=others)


@contextmanager
def _email(credentials: MailCredentials) -> Iterator[Destination]:
    with MailServer(credentials) as server:
        yield EmailDestination(server, credentials.sender, credentials.recipients)


OPENERS: dict[str, Callable[[Any], AbstractContextManager[Destination]]] = {
    "linkedin": _linkedin,
    "meta": _meta,
    "google": _google,
    "hubspot": _hubspot,
    "marketo": _marketo,
    "marketo.campaign_requests": _marketo_campaigns,
    "pardot": _pardot,
    "eloqua": _eloqua,
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
    "email": _email,
}
