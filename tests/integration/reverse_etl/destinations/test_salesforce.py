"""Salesforce passes the suite, by collections and by Bulk API 2.0."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations import Destination
from reverse_etl.destinations.salesforce import BULK, SalesforceDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.conformance import QUICK, Conformance
from tests.integration.reverse_etl.conftest import account_id


class SalesforceConformance(Conformance):
    service, object_name, operation, text_field = "salesforce", "Account", "update", "Description"
    fault_path = "composite/sobjects$"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        credentials = SalesforceCredentials(
            env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
        )
        with open_salesforce(credentials, retry=QUICK) as connection:
            yield self.destination(connection)

    def destination(self, connection: Any) -> Destination:
        return SalesforceDestination(connection)

    def key(self, number: int) -> str:
        return account_id(number)

    def values(self, number: int) -> dict[str, str | None]:
        return {"Description": f"Note {number}", "ICP_Fit_Score__c": "0", "Is_Branch__c": "false", "Phone": None}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        return {write["record_id"]: write["after"] for write in sandbox.writes("salesforce", object="Account")}


@pytest.mark.full
class TestSalesforceByCollections(SalesforceConformance):
    """The org's accounts, 200 a call."""


class TestSalesforceByBulk(SalesforceConformance):
    fault_path = "jobs/ingest"

    def destination(self, connection: Any) -> Destination:
        return SalesforceDestination(connection, channels=(replace(BULK, from_records=0),), sleep=lambda seconds: None)
