"""What becomes of a list's rows: our fields, an id that is the same next time, and a reason for those refused."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.manifest import Manifest
from ingestion.files.reading import Block
from ingestion.frames import MOMENT, TEXT

PEOPLE = ("contacts", "leads")
COLUMNS = (
    "record_id", "company_name", "website", "email", "first_name", "last_name", "full_name", "title", "department",
    "linkedin_url", "phone", "street", "city", "state", "postal_code", "country", "industry", "employee_count",
    "annual_revenue_usd",
)  # fmt: skip
# The host of an address; regular expressions over the whole of it would take longer than reading the file.
_HOST = "split_part(split_part(split_part(split_part(lower(website), '://', -1), '/', 1), '?', 1), ':', 1)"
_DOMAIN = r"^[^\s#@]+\.[^\s#@.]{2,}$"
_EMAIL = r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}$"
_ORDER = (
    "import_id", "row_number", "list_name", "object", "status", "reason", *COLUMNS, "other_values", "imported_at",
)  # fmt: skip
# What people write where they know nothing.
_BLANKS = pa.array(["", "n/a", "na", "#n/a", "none", "null", "unknown", "-", "--", "?", "tbd"])
_LONGEST_BLANK = 7  # bytes
_OTHER = "other_"  # with its place: two names of a list may differ in case alone, which SQL does not see
_COMPANY_REASON = """case
    when company_name is null and website is null then 'neither name nor website'
    when company_name is null and domain = '' then 'the website is no address, and there is no name'
end"""
_PERSON_REASON = f"""case
    when email is not null and not regexp_matches(email, '{_EMAIL}') then 'the e-mail address is none'
    when email is null and person_name is null then 'neither e-mail nor name'
    when email is null and company_name is null and domain = '' then 'no e-mail, and no company beside the name'
end"""
_COMPANY_ID = """coalesce(nullif(domain, ''), md5(concat_ws(chr(31), lower(company_name), lower(country))))"""
_PERSON_ID = """coalesce(lower(email), md5(concat_ws(chr(31), person_name, lower(company_name), domain)))"""


def judged(manifest: Manifest, block: Block, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per row of the list: where it stood, its fields, its id or the reason for which it is refused.

    SQL says only what is not in the block itself: to carry all of its text through would take longer than the rest.
    """
    person = manifest.object in PEOPLE
    cleaned = _cleaned(manifest, block)
    connection.register("given", cleaned)
    sql = f"""
        with known as (
            select * exclude (host), case when regexp_matches(host, '{_DOMAIN}') then host else '' end as domain,
                lower(nullif(trim(concat_ws(' ', first_name, last_name, full_name)), '')) as person_name
            from (
                select *, case when starts_with(address, 'www.') then substr(address, 5) else address end as host
                from (select *, {_HOST} as address from given)
            )
        ),
        reasoned as (select *, {_PERSON_REASON if person else _COMPANY_REASON} as reason from known)
        select row_number, case when reason is null then 'accepted' else 'rejected' end as status, reason,
            case when reason is null then coalesce(record_id, {_PERSON_ID if person else _COMPANY_ID}) end as record_id,
            {_others(manifest, block)} as other_values
        from reasoned"""
    found = connection.execute(sql).to_arrow_table()
    if not found["row_number"].equals(cleaned["row_number"]):
        raise RuntimeError("the rows of a list came back in another order")
    columns = {column: table[column] for table in (cleaned, found) for column in table.column_names}
    columns |= _stated(manifest, found.num_rows)
    return pa.table({name: columns[name] for name in _landed(manifest)})


def unreadable(manifest: Manifest, skipped: Sequence[tuple[int, str]]) -> pa.Table:
    """Rows that could not be read at all, with the reason."""
    columns = _stated(manifest, len(skipped)) | {
        "row_number": pa.array([number for number, _ in skipped], pa.int64()),
        "status": pa.repeat(pa.scalar("rejected", TEXT), len(skipped)),
        "reason": pa.array([reason for _, reason in skipped], TEXT),
    }
    blank = pa.nulls(len(skipped), TEXT)
    return pa.table({name: columns.get(name, blank) for name in _landed(manifest)})


def _landed(manifest: Manifest) -> list[str]:
    """The columns that a list lands: of our fields those that it has a column for, so that no blank ones are stored."""
    absent = set(COLUMNS) - set(manifest.fields.values()) - {"record_id"}
    return [name for name in _ORDER if name not in absent]


def _stated(manifest: Manifest, rows: int) -> dict[str, pa.Array]:
    """What the manifest says of every row."""
    stated = {name: getattr(manifest, name) for name in ("import_id", "list_name", "object", "imported_at")}
    columns = {name: pa.repeat(pa.scalar(value, TEXT), rows) for name, value in stated.items()}
    return columns | {"imported_at": columns["imported_at"].cast(MOMENT)}


def _cleaned(manifest: Manifest, block: Block) -> pa.Table:
    """Our fields, trimmed and without what people write for nothing; the list's other columns by their places.

    By Arrow, which does it in an eighth of the time that SQL takes.
    """
    columns = {"row_number": block.numbers, **dict.fromkeys(COLUMNS, pa.nulls(block.rows.num_rows, TEXT))}
    for place, name in enumerate(block.rows.column_names):
        values = block.rows.column(place)
        if name not in manifest.fields:
            columns[f"{_OTHER}{place}"] = values
            continue
        text = pc.utf8_trim_whitespace(values)
        short = pc.if_else(pc.less_equal(pc.binary_length(text), _LONGEST_BLANK), text, None)
        columns[manifest.fields[name]] = pc.if_else(pc.is_in(pc.utf8_lower(short), _BLANKS), None, text)
    return pa.table(columns)


def _others(manifest: Manifest, block: Block) -> str:
    """The columns that none of our fields takes, as JSON."""
    names = block.rows.column_names
    others = [(place, name) for place, name in enumerate(names) if name not in manifest.fields]
    if not others:
        return "null::varchar"
    return f"json_object({', '.join(f'{_literal(name)}, {_OTHER}{place}' for place, name in others)})::varchar"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
