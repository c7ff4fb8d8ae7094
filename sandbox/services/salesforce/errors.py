"""Salesforce's way of saying no: a JSON array of {message, errorCode, fields?} with an HTTP status."""

from dataclasses import dataclass
from typing import Any

from sandbox.framework.exchange import Refusal, Reply

STATUS = {
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "URI_TOO_LONG": 414,
    "SERVER_UNAVAILABLE": 503,
    "UNKNOWN_EXCEPTION": 500,
}


@dataclass(frozen=True)
class RowError:
    """Why one record was refused."""

    code: str
    message: str
    fields: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return it as collections report it."""
        if self.code == "DUPLICATES_DETECTED":  # the records that match stand beside the error
            records = [{"record": {"Id": record_id}, "matchConfidence": 100.0} for record_id in self.fields]
            found = {"allowSave": False, "matchResults": [{"matchEngine": "ExactMatchEngine", "matchRecords": records}]}
            return {"statusCode": self.code, "message": self.message, "fields": [], "duplicateResult": found}
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}

    def as_text(self) -> str:
        """Return it as Bulk 2.0 reports it in sf__Error."""
        return f"{self.code}:{self.message}:{','.join(self.fields)} --"


def error_reply(code: str, message: str, fields: tuple[str, ...] | None = None, status: int | None = None) -> Reply:
    """Return the reply that carries one error."""
    entry: dict[str, Any] = {"message": message, "errorCode": code}
    if fields is not None:
        entry["fields"] = list(fields)
    return Reply([entry], status or STATUS.get(code, 400))


def refusal(code: str, message: str, status: int | None = None) -> Refusal:
    """Return the exception that a handler raises."""
    return Refusal(error_reply(code, message, status=status))


def no_column(field: str, sobject: str) -> RowError:
    """Return the error for a field that the object does not have."""
    return RowError("INVALID_FIELD", f"No such column '{field}' on sobject of type {sobject}")
