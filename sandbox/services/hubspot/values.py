"""Which values HubSpot takes for a property, and the words in which it refuses one."""

import json
import re
from typing import Any

from sandbox.services.hubspot.moments import moment, moment_of
from sandbox.services.hubspot.properties import ObjectType, Property

MAX_TEXT = 65_536
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
Problem = dict[str, Any]


def text_of(value: Any) -> str:
    """Return a JSON value as HubSpot stores it; null clears, as the empty text does."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def problems(kind: ObjectType, properties: dict[str, Any], owners: set[str]) -> list[Problem]:
    """Return why values are refused: [{message, code, context}], none when they are good."""
    found = []
    for name, value in properties.items():
        one = kind.live.get(name)
        if one is None:
            found.append(_problem(f'Property "{name}" does not exist', "PROPERTY_DOESNT_EXIST", name))
        elif one.read_only:
            message = f'"{name}" is a read only property; its value cannot be set.'
            found.append(_problem(message, "READ_ONLY_VALUE", name))
        elif text_of(value) and (reason := _refused(one, text_of(value), owners)):
            found.append(_problem(*reason, name))
    return found


def _problem(message: str, code: str, name: str) -> Problem:
    return {"message": message, "code": code, "context": {"propertyName": [name]}}


def _refused(one: Property, text: str, owners: set[str]) -> tuple[str, str] | None:
    if len(text) > MAX_TEXT:
        return f"Property values may hold {MAX_TEXT} characters; {one.name} has {len(text)}", "PROPERTY_VALUE_TOO_LONG"
    if one.owner:
        return None if text in owners else (f"{text} is not a valid owner id", "INVALID_OWNER_ID")
    if one.type in ("enumeration", "bool"):
        allowed = [value for value, _ in one.options]
        chosen = text.split(";") if one.field_type == "checkbox" else [text]
        if any(value not in allowed for value in chosen):
            return f"{text} was not one of the allowed options: [{', '.join(allowed)}]", "INVALID_OPTION"
    if one.type == "number" and not _is_number(text):
        return f"{text} was not a valid number.", "INVALID_INTEGER"
    if one.type in ("date", "datetime"):
        read = moment_of(text)
        if read is None:
            return f"{text} was not a valid date.", "INVALID_DATE"
        if one.type == "date" and (read.hour or read.minute or read.second):
            return f"{text} is at {read:%H:%M:%S} UTC, not midnight!", "INVALID_DATE"
    if one.name == "email" and not _EMAIL.fullmatch(text):
        return f"Email address {text} is invalid", "INVALID_EMAIL"
    return None


def stored(one: Property, text: str) -> str | None:
    """Return a good value as it will be given back."""
    if text == "":
        return None
    if one.type in ("date", "datetime") and (read := moment_of(text)):
        return read.strftime("%Y-%m-%d") if one.type == "date" else moment(read)
    return text.strip().lower() if one.name in ("email", "domain") else text


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text) and "inf" not in text.lower()
    except ValueError:
        return False
