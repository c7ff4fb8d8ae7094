"""Names of tables, columns and fields as they may stand in SQL."""

from __future__ import annotations

import re

# Salesforce API names, warehouse columns and property names of other CRMs: no blanks, no quotes.
FIELD_PATTERN = r"^[A-Za-z_][A-Za-z0-9_.]*$"
COLUMN_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
MODEL_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*$"


def is_column(name: str) -> bool:
    """Whether `name` can be a column of the warehouse."""
    return re.fullmatch(COLUMN_PATTERN, name) is not None


def is_field(name: str) -> bool:
    """Whether `name` can be a field of a destination."""
    return re.fullmatch(FIELD_PATTERN, name) is not None


def quoted(name: str) -> str:
    """`name` as a quoted SQL identifier; a schema and a table are quoted each for itself by the caller."""
    return '"' + name.replace('"', '""') + '"'


def quoted_path(path: str) -> str:
    """schema.table with both parts quoted."""
    return ".".join(quoted(part) for part in path.split("."))


def literal(text: str) -> str:
    """`text` as an SQL literal, for names that we have validated; values of records are always parameters."""
    return "'" + text.replace("'", "''") + "'"
