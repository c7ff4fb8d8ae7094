"""The systems that marketmap knows: what their credentials are called, and which of them are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connections.bombora import BomboraCredentials
from connections.dnb import DnbCredentials
from connections.eloqua import EloquaCredentials
from connections.google import GoogleAdsCredentials, GoogleAnalyticsCredentials, GoogleCredentials
from connections.hubspot import HubSpotCredentials
from connections.keyed import KeyCredentials
from connections.linkedin import LinkedInCredentials
from connections.local import LocalFolder, local_folder
from connections.mail import MailCredentials
from connections.marketo import MarketoCredentials
from connections.meta import MetaCredentials
from connections.oauth import DynamicsCredentials, OutreachCredentials, PardotCredentials, ZohoCredentials
from connections.salesforce import SalesforceCredentials
from connections.slack import SlackCredentials
from connections.webhook import TeamsCredentials, WebhookCredentials
from connections.zoominfo import ZoomInfoCredentials

Credentials = (
    SalesforceCredentials
    | MarketoCredentials
    | ZoomInfoCredentials
    | BomboraCredentials
    | HubSpotCredentials
    | DynamicsCredentials
    | ZohoCredentials
    | PardotCredentials
    | EloquaCredentials
    | OutreachCredentials
    | DnbCredentials
    | KeyCredentials
    | LinkedInCredentials
    | MetaCredentials
    | GoogleCredentials
    | GoogleAdsCredentials
    | GoogleAnalyticsCredentials
    | SlackCredentials
    | TeamsCredentials
    | WebhookCredentials
    | MailCredentials
    | LocalFolder
)


@dataclass(frozen=True)
class System:
    """How one system's credentials are named in the environment: `<prefix>_<FIELD>`."""

    name: str
    title: str
    required: tuple[str, ...]
    credentials: Callable[..., Credentials]
    optional: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()  # ways to sign in: one of them is needed whole
    schemes: tuple[str, ...] = ("http", "https")

    def variable(self, field: str) -> str:
        """The environment variable that holds `field`, e.g. `SALESFORCE_CLIENT_ID`."""
        return f"{self.name}_{field}".upper()

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of ours, which is on as soon as something is in it."""
        return self.schemes == ("file",)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that must be set for the system to be on."""
        return tuple(self.variable(field) for field in self.required)


_REFRESHED = ("base_url", "client_id", "client_secret", "refresh_token")
SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "salesforce",
            "Salesforce",
            ("base_url", "client_id", "client_secret"),
            SalesforceCredentials,
            ("username", "password"),
        ),
        System("marketo", "Marketo", ("base_url", "client_id", "client_secret"), MarketoCredentials),
        System("zoominfo", "ZoomInfo", ("base_url", "username", "password"), ZoomInfoCredentials),
        System("bombora", "Bombora", ("base_url", "api_key"), BomboraCredentials),
        System(
            "hubspot",
            "HubSpot",
            ("base_url",),
            HubSpotCredentials,
            alternatives=(("access_token",), ("client_id", "client_secret", "refresh_token")),
        ),
        System("apollo", "Apollo", ("base_url", "api_key"), KeyCredentials),
        System("clearbit", "Clearbit", ("base_url", "api_key"), KeyCredentials),
        System("lusha", "Lusha", ("base_url", "api_key"), KeyCredentials),
        System("dnb", "Dun & Bradstreet", ("base_url", "consumer_key", "consumer_secret"), DnbCredentials),
        System("predictleads", "PredictLeads", ("base_url", "api_key"), KeyCredentials),
        System("hibp", "Have I Been Pwned", ("base_url", "api_key"), KeyCredentials),
        System("g2", "G2", ("base_url", "api_key"), KeyCredentials),
        System("linkedin", "LinkedIn", (*_REFRESHED, "ad_account"), LinkedInCredentials, ("version",)),
        System("meta", "Meta", ("base_url", "access_token", "ad_account"), MetaCredentials),
        System("google", "Google Ads", (*_REFRESHED, "ad_account"), GoogleCredentials),
        System(
            "google_ads",
            "Google Ads reports",
            (*_REFRESHED, "developer_token", "ad_account"),
            GoogleAdsCredentials,
            ("login_customer_id", "version"),
        ),
        System("google_analytics", "Google Analytics", (*_REFRESHED, "property_id"), GoogleAnalyticsCredentials),
        System("slack", "Slack", ("base_url", "bot_token", "channel"), SlackCredentials),
        System("teams", "Teams", ("base_url",), TeamsCredentials),
        System("webhook", "Webhook", ("base_url", "secret"), WebhookCredentials, ("more",)),
        System(
            "email",
            "E-mail",
            ("base_url", "sender", "recipients"),
            MailCredentials,
            ("username", "password"),
            schemes=("smtp", "smtps"),
        ),
        System(
            "dynamics",
            "Dynamics 365",
            ("base_url", "tenant_id", "client_id", "client_secret"),
            DynamicsCredentials,
            ("login_url",),
        ),
        System("pipedrive", "Pipedrive", ("base_url", "api_key"), KeyCredentials),
        System("zoho", "Zoho CRM", _REFRESHED, ZohoCredentials, ("login_url",)),
        System(
            "pardot",
            "Account Engagement (Pardot)",
            ("base_url", "login_url", "client_id", "client_secret", "business_unit_id"),
            PardotCredentials,
        ),
        System("eloqua", "Eloqua", ("base_url", "site", "username", "password"), EloquaCredentials),
        System("research", "Web research", ("base_url", "api_key"), KeyCredentials),
        System("outreach", "Outreach", _REFRESHED, OutreachCredentials),
        System("salesloft", "Salesloft", ("base_url", "api_key"), KeyCredentials),
        System("files", "Files", ("base_url",), local_folder, schemes=("file",)),
        System("web_events", "Web events", ("base_url",), local_folder, schemes=("file",)),
        System("changes", "Webhooks received", ("base_url",), local_folder, schemes=("file",)),
    )
}


def title(system: str) -> str:
    """A system's name as people write it."""
    return SYSTEMS[system].title if system in SYSTEMS else system
