"""How the credentials of ad platforms, marketing automation, chats, mail and webhooks become destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from connections import Connection
from connections.eloqua import open_eloqua
from connections.google import open_google
from connections.hubspot import open_hubspot
from connections.linkedin import open_linkedin
from connections.mail import MailCredentials, MailServer
from connections.marketo import open_marketo
from connections.meta import open_meta
from connections.oauth import open_pardot
from connections.slack import open_slack
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

Opener = Callable[[Any], AbstractContextManager[Destination]]


def _over(
    open_connection: Callable[[Any], AbstractContextManager[Connection]], make: Callable[[Connection, Any], Destination]
) -> Opener:
    """The opener of a destination that is made of one connection and, where it needs more, its credentials."""

    @contextmanager
    def opened(credentials: Any) -> Iterator[Destination]:
        with open_connection(credentials) as connection:
            yield make(connection, credentials)

    return opened


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


OPENERS: dict[str, Opener] = {
    "linkedin": _over(open_linkedin, lambda connection, its: LinkedInDestination(connection, its.ad_account)),
    "meta": _over(open_meta, lambda connection, its: MetaDestination(connection, its.ad_account)),
    "google": _over(open_google, lambda connection, its: GoogleDestination(connection, its.ad_account)),
    "hubspot": _over(open_hubspot, lambda connection, _: HubSpotDestination(connection)),
    "marketo": _over(open_marketo, lambda connection, _: MarketoDestination(connection)),
    "marketo.campaign_requests": _over(open_marketo, lambda connection, _: MarketoCampaigns(connection)),
    "pardot": _over(open_pardot, lambda connection, _: PardotDestination(connection)),
    "eloqua": _over(open_eloqua, lambda connection, _: EloquaDestination(connection)),
    "slack": _over(open_slack, lambda connection, its: SlackDestination(connection, its.channel)),
    "teams": _teams,
    "webhook": _webhook,
    "email": _email,
}
