"""Who is to be erased: everything by which a row can be known to speak of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

from orchestration import contents
from orchestration.errors import RequestFault

_LONG = 12  # from so many characters on an id of a system is one in the whole warehouse (Salesforce: 15 or 18)
_RAW_ADDRESS = "regexp_matches(column_name, '(^|_)(email|email_address|mail)$')"


@dataclass(frozen=True)
class Subject:
    """Values that mean this person or company wherever they stand, lower case, and short ids that do in one source."""

    values: frozenset[str]
    records: frozenset[tuple[str, str]] = frozenset()
    is_company: bool = False

    def __bool__(self) -> bool:
        return bool(self.values or self.records)


def person(connection: duckdb.DuckDBPyConnection, wanted: str) -> Subject:
    """By e-mail address or `contact_id`; raises RequestFault when nobody has it."""
    given = wanted.strip().lower()
    tables = contents.tables(connection)
    contacts, records, addresses = (
        {given} if given.startswith("per_") else set[str](),
        set[tuple[str, str]](),
        set[str](),
    )
    if "marts.dim_contacts" in tables:
        rows = connection.execute(
            "select contact_id, lower(email), lower(linkedin_url) from marts.dim_contacts"
            " where lower(email) = $given or contact_id = $given",
            {"given": given},
        ).fetchall()
        contacts.update(contact for contact, *_ in rows)
        addresses.update(value for row in rows for value in row[1:] if value)
    if "ml.person_records" in tables:
        records.update(
            connection.execute(
                "select source, record_id from ml.person_records where contact_id in (select unnest($contacts))",
                {"contacts": sorted(contacts)},
            ).fetchall()
        )
    if "@" in given:
        addresses.add(given)
        records.update(landed_records(connection, given))
    if not contacts & _known(connection, "marts.dim_contacts", "contact_id", contacts) and not records:
        raise RequestFault(f"{wanted}: no contact and no record has this e-mail address or contact_id.")
    values = contacts | addresses | _questions(connection, tables, records)
    return of(values, records, is_company=False)


def company(connection: duckdb.DuckDBPyConnection, wanted: str) -> Subject:
    """By domain or `account_id`, with the people who belong to it; raises RequestFault when there is none."""
    given = wanted.strip().lower()
    rows = connection.execute(
        "select account_id, lower(domain) from marts.dim_accounts where lower(domain) = $given or account_id = $given",
        {"given": given},
    ).fetchall()
    if not rows:
        raise RequestFault(f"{wanted}: no account has this domain or account_id.")
    accounts = sorted(account for account, _ in rows)
    values = {value for row in rows for value in row if value}
    records = set(
        connection.execute(
            "select source, record_id from ml.account_records where account_id in (select unnest($accounts))",
            {"accounts": accounts},
        ).fetchall()
    )
    people = connection.execute(
        "select contact_id from marts.dim_contacts where account_id in (select unnest($accounts))",
        {"accounts": accounts},
    ).fetchall()
    tables = contents.tables(connection)
    for (contact,) in people:
        found = person(connection, contact)
        values |= found.values
        records |= found.records
    return of(values | _questions(connection, tables, records), records, is_company=True)


def of(values: set[str], records: set[tuple[str, str]], *, is_company: bool) -> Subject:
    """A subject of these values and of records (source, id); hashes of addresses stand in what audiences were sent."""
    hashes = {hashlib.sha256(value.encode()).hexdigest() for value in values if "@" in value}
    unmistakable = {record.lower() for _, record in records if len(record) >= _LONG}
    short = {(source, record) for source, record in records if len(record) < _LONG}
    return Subject(frozenset(values | hashes | unmistakable), frozenset(short), is_company)


def _known(connection: duckdb.DuckDBPyConnection, table: str, column: str, values: set[str]) -> set[str]:
    if table not in contents.tables(connection):
        return set()
    rows = connection.execute(
        f"select {column} from {table} where {column} in (select unnest($values))", {"values": sorted(values)}
    ).fetchall()
    return {value for (value,) in rows}


def landed_records(connection: duckdb.DuckDBPyConnection, address: str) -> set[tuple[str, str]]:
    """Landed records with this address, built into a contact or not yet."""
    columns = connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() as columns"
        " semi join duckdb_tables() using (table_oid)"
        f" where starts_with(schema_name, 'raw_') and {_RAW_ADDRESS} and data_type = 'VARCHAR' and exists ("
        "select 1 from duckdb_columns() as keys where keys.table_oid = columns.table_oid and keys.column_name = 'id')"
    ).fetchall()
    found: set[tuple[str, str]] = set()
    for schema, table, column in columns:
        rows = connection.execute(
            f'select cast(id as varchar) from "{schema}"."{table}" where lower(trim("{column}")) = ?', [address]
        ).fetchall()
        source = schema.removeprefix("raw_").removesuffix("_staging")
        found.update((source, record) for (record,) in rows)
    return found


def _questions(connection: duckdb.DuckDBPyConnection, tables: set[str], records: set[tuple[str, str]]) -> set[str]:
    if "ops.enrichment_attempts" not in tables:
        return set()
    rows = connection.execute(
        "select distinct question_hash from ops.enrichment_attempts where record_id in (select unnest($records))",
        {"records": sorted(record for _, record in records)},
    ).fetchall()
    return {question for (question,) in rows if question}
