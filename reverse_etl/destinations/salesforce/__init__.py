"""Salesforce as a destination: reads and small writes by collections, large ones by Bulk API 2.0.

Updates and deletes go by Id. Creates go as an upsert where the sync's key is an external id (the org itself then keeps
a record from being made twice), as an insert otherwise. A record with a version is written only while nobody has
changed it since it was read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import httpx
import pyarrow as pa
import pyarrow.compute as pc

from connections.errors import AuthenticationFailed, ConnectionFailure
from connections.http import Connection, Usage
from reverse_etl.destinations import OUTCOMES, Batch, Channel, Limits, ObjectDescription, Operation
from reverse_etl.destinations.salesforce.bulk import BulkJobs, unfit_keys
from reverse_etl.destinations.salesforce.collections import READ_CALL_RECORDS, read_records, write_records
from reverse_etl.destinations.salesforce.conditional import CONDITIONAL_RECORDS, write_unmodified
from reverse_etl.destinations.salesforce.description import has_kinds, object_description, values_by_kind
from reverse_etl.destinations.salesforce.queries import find_records

# Collections: 200 records per call (REST API Developer Guide); Salesforce advises Bulk from 2,000 records on.
# Bulk: 100 MB per file (150 MB after base64). 50,000 records per job keep the time between reading and writing short
# and still use only one of the 15,000 daily batches per 10,000 records. A job costs about 12 calls with its polls.
COLLECTIONS = Channel("collections", from_records=0, batch_records=200, window_records=2_000, batch_bytes=4_000_000)
BULK = Channel(
    "bulk", from_records=2_000, batch_records=50_000, window_records=50_000, batch_bytes=90_000_000, batch_calls=12
)

# All else in the org is kept by its own processes; accounts are aligned, not assigned: their owner is a person's word.
OBJECTS = ("Account", "Contact", "Lead", "Task", "CampaignMember")


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
        self.limits = Limits(
            channels=channels,
            key_fields=("Id",),
            blank_is_null=True,
            operations=frozenset({"create", "update", "delete"}),
            conditional_records=CONDITIONAL_RECORDS,
            objects=OBJECTS,
            guarded={"Account": ("OwnerId",)},
            audit_fields=("LastModifiedById", "LastModifiedDate"),
            read_calls=1000 / READ_CALL_RECORDS,
            # Change Data Capture Developer Guide, "Considerations for Newline Characters": line ends stay as given.
            trims_text=True,
        )
        self._connection = connection
        self._bulk = BulkJobs(connection, sleep)
        self._described: dict[str, ObjectDescription] = {}

    @property
    def usage(self) -> Usage:
        """Calls and quota of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """GET sobjects/X/describe, once per object, and the layouts of its record types; None for 404 NOT_FOUND."""
        if object_name not in self._described:
            answer = self._connection.request("GET", f"sobjects/{object_name}/describe", expect=(404,))
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            described = object_description(answer.json())
            if has_kinds(answer.json()):
                layouts = self._connection.request("GET", f"sobjects/{object_name}/describe/layouts").json()
                described = replace(described, values_by_kind=values_by_kind(layouts))
            self._described[object_name] = described
        return self._described[object_name]

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing that the description does not tell."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Live records by the values of fields, with as few queries as addresses may be long."""
        described = self.describe(object_name)
        if described is None:
            problem = f"the org has no object {object_name} to look in"
            raise AuthenticationFailed(self.name, problem, "Correct the sync's file, or give the user access to it")
        return find_records(self._connection, described, cells)

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values of live records by Id."""
        return read_records(self._connection, object_name, remote_ids, fields, self._families(object_name))

    def write(self, batch: Batch) -> pa.Table:
        """Send the records that go on a condition one by one, 25 to a call; the others by the batch's channel."""
        is_bound = pc.is_valid(batch.records["version"])
        if not pc.any(is_bound).as_py():
            return self._write_free(batch)
        answers = [OUTCOMES.empty_table()]
        families = self._families(batch.object_name)
        answers.append(write_unmodified(self._connection, _part(batch, is_bound), families))
        if not pc.all(is_bound).as_py():
            try:
                answers.append(self._write_free(_part(batch, pc.invert(is_bound))))
            except ConnectionFailure:
                return pa.concat_tables(answers)  # some are written: those left out of the answer are read back
        return pa.concat_tables(answers)

    def close_out(self, ticket: str) -> None:
        """Wait for the Bulk job `ticket` to end, or abort it if its file was never completed."""
        self._bulk.close_out(ticket)

    def _write_free(self, batch: Batch) -> pa.Table:
        """By collections or Bulk; texts that a Bulk file cannot carry go by collections whatever the channel."""
        families, key = self._families(batch.object_name), self._external_id(batch)
        is_insert = batch.operation == "create" and key is None
        if batch.channel == COLLECTIONS.name or is_insert:  # a plain insert tells nothing of which row became what
            return write_records(self._connection, batch, families, key)
        is_unfit = pc.is_in(batch.records["record_key"], value_set=unfit_keys(batch.cells))
        answers = [OUTCOMES.empty_table()]
        if pc.any(is_unfit).as_py():
            answers.append(write_records(self._connection, _part(batch, is_unfit), families, key))
        if not pc.all(is_unfit).as_py():
            try:
                answers.append(self._bulk.write(_part(batch, pc.invert(is_unfit)), key))
            except ConnectionFailure:
                if len(answers) == 1:
                    raise  # otherwise some are written: those left out of the answer are read back
        return pa.concat_tables(answers)

    def _external_id(self, batch: Batch) -> str | None:
        """The field by which the org itself tells a new record from one that is there."""
        described = self.describe(batch.object_name)
        field = described.fields.get(batch.key_field) if described and batch.key_field else None
        return field.name if field is not None and field.is_unique else None

    def _families(self, object_name: str) -> dict[str, str]:
        described = self.describe(object_name)
        return {} if described is None else {n: f.family for n, f in described.fields.items() if f.family}


def _part(batch: Batch, mask: pa.ChunkedArray) -> Batch:
    """The records of a batch that a mask picks, with their cells."""
    records = batch.records.filter(mask)
    cells = batch.cells.filter(pc.is_in(batch.cells["record_key"], value_set=records["record_key"].combine_chunks()))
    return replace(batch, records=records, cells=cells)
