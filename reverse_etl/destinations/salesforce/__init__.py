"""Salesforce as a destination: reads and small writes by collections, large ones by Bulk API 2.0."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import httpx
import pyarrow as pa
import pyarrow.compute as pc

from connections.errors import ConnectionFailure
from connections.http import Connection, Usage
from reverse_etl.destinations import FOUND, OUTCOMES, Batch, Channel, Limits, ObjectDescription, Operation
from reverse_etl.destinations.salesforce.bulk import BulkJobs, unfit_keys
from reverse_etl.destinations.salesforce.collections import read_records, update_records
from reverse_etl.destinations.salesforce.description import object_description

# Collections: 200 records per call (REST API Developer Guide); Salesforce advises Bulk from 2,000 records on.
# Bulk: 100 MB per file (150 MB after base64). 50,000 records per job keep the time between reading and writing short
# and still use only one of the 15,000 daily batches per 10,000 records.
COLLECTIONS = Channel("collections", from_records=0, batch_records=200, window_records=2_000, batch_bytes=4_000_000)
BULK = Channel("bulk", from_records=2_000, batch_records=50_000, window_records=50_000, batch_bytes=90_000_000)


class SalesforceDestination:
    """Answers the `Destination` protocol over a connection from `connections.salesforce.open_salesforce`."""

    name = "salesforce"

    def __init__(
        self,
        connection: Connection,
        *,
        channels: tuple[Channel, ...] = (COLLECTIONS, BULK),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = Limits(channels=channels, key_fields=("Id",), blank_is_null=True)
        self._connection = connection
        self._bulk = BulkJobs(connection, sleep)
        self._described: dict[str, ObjectDescription] = {}

    @property
    def usage(self) -> Usage:
        """Calls and quota of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """GET sobjects/X/describe, once per object; None for 404 NOT_FOUND."""
        if object_name not in self._described:
            answer = self._connection.request("GET", f"sobjects/{object_name}/describe", expect=(404,))
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            self._described[object_name] = object_description(answer.json())
        return self._described[object_name]

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing that the description does not tell."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Records are addressed by Id only."""
        return FOUND.empty_table()

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values of live records by Id, 2,000 per call."""
        return read_records(self._connection, object_name, remote_ids, fields, self._families(object_name))

    def write(self, batch: Batch) -> pa.Table:
        """Update records by Id; texts that a Bulk file cannot carry go by collections whatever the channel."""
        object_name, cells = batch.object_name, batch.cells
        families = self._families(object_name)
        if batch.channel == COLLECTIONS.name:
            return update_records(self._connection, object_name, cells, families)
        misfits = unfit_keys(cells)
        is_unfit = pc.is_in(cells["record_key"], value_set=misfits)
        answers = [OUTCOMES.empty_table()]
        if len(misfits):
            answers.append(update_records(self._connection, object_name, cells.filter(is_unfit), families))
        if len(misfits) < pc.count_distinct(cells["record_key"]).as_py():
            try:
                answers.append(self._bulk.update(object_name, cells.filter(pc.invert(is_unfit)), batch.announce))
            except ConnectionFailure:
                if not len(misfits):
                    raise  # otherwise some are written: those left out of the answer are read back
        return pa.concat_tables(answers)

    def close_out(self, ticket: str) -> None:
        """Wait for the Bulk job `ticket` to end, or abort it if its file was never completed."""
        self._bulk.close_out(ticket)

    def _families(self, object_name: str) -> dict[str, str]:
        described = self.describe(object_name)
        return {} if described is None else {n: f.family for n, f in described.fields.items() if f.family}
