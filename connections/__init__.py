"""The one way to reach another system: authentication, retries, throttling and quota accounting over HTTP.

    with open_salesforce(credentials) as salesforce:
        account = salesforce.request("GET", "sobjects/Account/describe").json()

A path without a leading slash is relative to the vendor's versioned root; one with a slash is taken as it is.
"""

from connections.bombora import BomboraCredentials, open_bombora
from connections.dnb import DnbCredentials, open_dnb
from connections.errors import (
    AuthenticationFailed,
    ConnectionFailure,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRejected,
    Unreachable,
)
from connections.http import Connection, Usage
from connections.hubspot import HubSpotCredentials, open_hubspot
from connections.keyed import KeyCredentials, KeyedSystem
from connections.marketo import MarketoCredentials, open_marketo
from connections.salesforce import SalesforceCredentials, open_salesforce
from connections.zoominfo import ZoomInfoCredentials, open_zoominfo

__all__ = [
    "AuthenticationFailed",
    "BomboraCredentials",
    "Connection",
    "ConnectionFailure",
    "DnbCredentials",
    "HubSpotCredentials",
    "KeyCredentials",
    "KeyedSystem",
    "MarketoCredentials",
    "OutcomeUnknown",
    "QuotaExhausted",
    "RequestRejected",
    "SalesforceCredentials",
    "Unreachable",
    "Usage",
    "ZoomInfoCredentials",
    "open_bombora",
    "open_dnb",
    "open_hubspot",
    "open_marketo",
    "open_salesforce",
    "open_zoominfo",
]
