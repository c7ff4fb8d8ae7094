"""All suites by name: functions of the current time (UTC) that return their frames and checks."""

from collections.abc import Callable
from datetime import datetime

from expectations.checks import Suite
from expectations.suites.audiences_and_messages import suites as payload_suites
from expectations.suites.maintenance import maintenance
from expectations.suites.qa_checklist import qa_checklist
from expectations.suites.raw_bombora import raw_bombora
from expectations.suites.raw_hubspot import raw_hubspot
from expectations.suites.raw_marketo import raw_marketo
from expectations.suites.raw_salesforce import raw_salesforce
from expectations.suites.raw_signals import suites as signal_suites
from expectations.suites.raw_vendors import suites as vendor_suites
from expectations.suites.sync_salesforce__accounts import sync_salesforce__accounts

SUITES: dict[str, Callable[[datetime], Suite]] = {
    "raw_salesforce": raw_salesforce,
    "raw_hubspot": raw_hubspot,
    "raw_marketo": raw_marketo,
    **vendor_suites(),
    **signal_suites(),
    "raw_bombora": raw_bombora,
    "sync_salesforce__accounts": sync_salesforce__accounts,
    **payload_suites(),
    "qa_checklist": qa_checklist,
    "maintenance": maintenance,
}
