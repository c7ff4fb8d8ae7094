"""Conditional requests: a record that was changed since the time a client names is left alone (412)."""

from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime

from sandbox.framework.exchange import Call
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.org import Org


def refuse_modified(org: Org, sobject: SObject, calls: Sequence[Call]) -> None:
    """Raise 412 if LastModifiedDate of a call's record is later than If-Unmodified-Since; times are whole seconds."""
    given = [
        (call.params["id"][:15], value)
        for call in calls
        for name, value in call.headers.items()
        if name.lower() == "if-unmodified-since"
    ]
    if not given:
        return
    try:
        since = [parsedate_to_datetime(value).astimezone(UTC).replace(tzinfo=None) for _, value in given]
    except ValueError as error:
        raise refusal("INVALID_HEADER", f"If-Unmodified-Since: {error}") from None
    with org.store.read() as cursor:
        query = f"""select 1
            from (select unnest(?) as id, unnest(?::timestamp[]) as since) as given
            inner join {sobject.table} as t on substr(t."Id", 1, 15) = given.id
            where date_trunc('second', t."LastModifiedDate") > given.since"""
        if cursor.execute(query, [[record_id for record_id, _ in given], since]).fetchall():
            raise refusal("PRECONDITION_FAILED", "The record was modified since the given time", status=412)
