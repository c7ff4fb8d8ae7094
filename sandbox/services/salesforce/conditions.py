"""Conditional requests: a record that was changed since the time a client names is left alone (412)."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from sandbox.framework.exchange import Call
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.org import Org


def refuse_modified(org: Org, call: Call, sobject: SObject, record_id: str) -> None:
    """Raise 412 if the record's LastModifiedDate is later than If-Unmodified-Since; times are whole seconds."""
    given = next((value for name, value in call.headers.items() if name.lower() == "if-unmodified-since"), "")
    if not given:
        return
    try:
        since = parsedate_to_datetime(given).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        raise refusal("INVALID_HEADER", f"If-Unmodified-Since: {given} is not an HTTP date") from None
    with org.store.read() as cursor:
        query = f"""select 1 from {sobject.table}
            where substr("Id", 1, 15) = ? and date_trunc('second', "LastModifiedDate") > ?"""
        if cursor.execute(query, [record_id[:15], since]).fetchall():
            raise refusal("PRECONDITION_FAILED", "The record was modified since the given time", status=412)
