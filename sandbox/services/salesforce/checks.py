"""What Salesforce checks in a record before it saves it, as SQL over the staged rows.

Each check is a CASE that yields {code, message, fields} or null; the first that strikes is the record's error.
Staged values are text: SQL null = not sent, SET_NULL = sent as null. Codes and messages are the vendor's.
"""

from collections.abc import Iterable, Iterator

from sandbox.services.salesforce.errors import no_column
from sandbox.services.salesforce.fields import NUMERIC, Field, SObject
from sandbox.services.salesforce.schema import Schema

WHITE_SPACE = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"  # lost at either end of a text
SET_NULL = "chr(1) || 'null'"
EMAIL = r"^[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s.,;<>()]{2,}$"
NOT_WRITABLE = (
    "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is "
    "read/write for your profile or permission set."
)


def quoted(text: str) -> str:
    """Return text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def case(condition: str, code: str, message: str, fields: str = "") -> str:
    """Return one check; `message` is a SQL expression."""
    error = f"{{'code': {quoted(code)}, 'message': {message}, 'fields': {quoted(fields)}}}"
    return f"case when {condition} then {error} end"


def cast(field: Field, value: str) -> str:
    """Return SQL that turns staged text into the column's value; null when it cannot be."""
    if field.type == "boolean":
        return (
            f"case when lower({value}) in ('true', '1') then true when lower({value}) in ('false', '0') then false end"
        )
    if field.type == "int":
        return f"try_cast(regexp_extract({value}, '^([+-]?\\d+)(\\.0+)?$', 1) as bigint)"
    if field.type in NUMERIC:
        return f"try_cast({value} as double)"
    if field.type == "date":
        return f"try_cast(regexp_extract({value}, '^(\\d{{4}}-\\d\\d-\\d\\d)(T[\\d:.]+Z)?$', 1) as date)"
    if field.type == "datetime":
        zoned = f"regexp_replace({value}, '([+-]\\d\\d)(\\d\\d)$', '\\1:\\2')"
        return (
            f"case when regexp_matches({value}, '^\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:\\d\\d') "
            f"then try_cast({zoned} as timestamp) end"
        )
    return f"nullif(trim({value}, {WHITE_SPACE}), '')"


def permission_checks(sobject: SObject, columns: Iterable[str], key: str) -> Iterator[str]:
    """Yield checks of fields that do not exist or may not be written."""
    for name in columns:
        field = sobject.find(name)
        if field is None:
            error = no_column(name, sobject.name)
            yield case(f's."{name}" is not null', error.code, quoted(error.message))
            continue
        if name in (key, "Id"):
            if name == "Id" and key != "Id":
                message = "cannot specify Id in an insert call"
                yield case('s."Id" is not null', "INVALID_FIELD_FOR_INSERT_UPDATE", quoted(message), "Id")
            continue
        barred = [a for a, ok in (("insert", field.createable), ("update", field.updateable)) if not ok]
        if barred:
            actions = ", ".join(quoted(action) for action in barred)
            condition = f's."{name}" is not null and action in ({actions})'
            yield case(condition, "INVALID_FIELD_FOR_INSERT_UPDATE", quoted(NOT_WRITABLE.format(name)), name)


def value_checks(field: Field) -> Iterator[str]:
    """Yield checks of one field's value."""
    value = f's."{field.name}"'
    sent = f"{value} is not null and {value} <> {SET_NULL} and {value} <> ''"
    label = quoted(field.label + ": ")
    if field.storage != "VARCHAR":
        message = f"{label} || 'value not of required type: ' || {value}"
        wrong = f"{sent} and ({cast(field, value)}) is null"
        yield case(wrong, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, field.name)
        if field.type == "boolean":
            message = quoted(f"{field.label}: value not of required type: null")
            yield case(f"{value} = {SET_NULL}", "INVALID_TYPE_ON_FIELD_IN_RECORD", message, field.name)
        if field.type in NUMERIC and field.precision:
            message = f"{label} || 'value outside of valid range on numeric field: ' || {value}"
            limit = 10 ** (field.precision - field.scale)
            wrong = f"{sent} and abs(try_cast({value} as double)) >= {limit}"
            yield case(wrong, "NUMBER_OUTSIDE_VALID_RANGE", message, field.name)
        return
    if field.is_id:
        wrong = f"{sent} and not regexp_full_match({value}, '[A-Za-z0-9]{{15}}([A-Z0-5]{{3}})?')"
        yield case(wrong, "MALFORMED_ID", f"{label} || 'id value of incorrect type: ' || {value}", field.name)
        return
    if field.length:
        message = f"{label} || 'data value too large: ' || {value} || ' (max length={field.length})'"
        yield case(f"{sent} and length({value}) > {field.length}", "STRING_TOO_LONG", message, field.name)
    if field.type == "email":
        wrong = f"{sent} and not regexp_matches({value}, {quoted(EMAIL)})"
        yield case(wrong, "INVALID_EMAIL_ADDRESS", f"{label} || 'invalid email address: ' || {value}", field.name)
    if field.restricted:
        allowed = ", ".join(quoted(v.value.lower()) for v in field.values) or "''"
        message = f"{label} || 'bad value for restricted picklist field: ' || {value}"
        wrong = f"{sent} and lower({value}) not in ({allowed})"
        yield case(wrong, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, field.name)


def reference_checks(schema: Schema, sobject: SObject, field: Field) -> Iterator[str]:
    """Yield checks that a reference points to a live record (and an owner to an active user)."""
    if not field.references:  # record types are judged with the finished record
        return
    parents = [parent for name in field.references if (parent := schema.find(name))]
    value = f's."{field.name}"'
    sent = f"{value} is not null and {value} not in ({SET_NULL}, '')"
    prefixes = ", ".join(quoted(parent.prefix) for parent in parents)
    yield case(
        f"{sent} and substr({value}, 1, 3) not in ({prefixes})",
        "MALFORMED_ID",
        f"{quoted(field.label + ': id value of incorrect type: ')} || {value}",
        field.name,
    )
    live = " union all ".join(f'select substr("Id", 1, 15) from {p.table} where {p.live()}' for p in parents)
    yield case(
        f"{sent} and substr({value}, 1, 15) not in ({live})",
        "INVALID_CROSS_REFERENCE_KEY",
        "'invalid cross reference id'",
        field.name,
    )
    if field.name == "OwnerId":
        idle = 'select substr("Id", 1, 15) from salesforce."User" where not "IsActive"'
        message = f"'operation performed with inactive user [' || {value} || '] as owner of {sobject.name.lower()}'"
        yield case(f"{sent} and substr({value}, 1, 15) in ({idle})", "INACTIVE_OWNER_OR_USER", message, "OwnerId")


def required_check(sobject: SObject, columns: Iterable[str]) -> Iterator[str]:
    """Yield the check that required fields are there after an insert, and not emptied by an update."""
    staged = set(columns)
    blanks, names = list[str](), list[str]()
    for field in sobject.fields.values():
        if not field.required or field.defaulted or not field.createable:
            continue
        names.append(field.name)
        if field.name in staged:
            value = f's."{field.name}"'
            blanks.append(f"{value} = '' or {value} = {SET_NULL} or (action = 'insert' and {value} is null)")
        else:
            blanks.append("action = 'insert'")
    if names:
        pieces = ", ".join(
            f"case when {blank} then {quoted(name)} end" for name, blank in zip(names, blanks, strict=True)
        )
        listed = f"concat_ws(', ', {pieces})"
        message = f"'Required fields are missing: [' || {listed} || ']'"
        error = f"{{'code': 'REQUIRED_FIELD_MISSING', 'message': {message}, 'fields': {listed}}}"
        yield f"case when {listed} <> '' then {error} end"
