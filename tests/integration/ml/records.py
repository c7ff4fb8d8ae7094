"""A warehouse with the records that a test names, as dbt leaves them for identity."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

COMPANY_COLUMNS = (
    "source text, object text, record_id text, company_name text, website text, email text, country_code text, "
    "state text, city text, phone text, parent_record_id text, linked_record_id text, merged_into_record_id text, "
    "is_branch boolean, is_customer boolean, created_at timestamp, updated_at timestamp, vendor_company_id text, "
    "vendor_parent_company_id text, vendor_ultimate_company_id text, street text, postal_code text, industry text, "
    "employee_count double, annual_revenue_usd double"
)
PERSON_COLUMNS = (
    "source text, object text, record_id text, account_record_id text, first_name text, last_name text, "
    "full_name text, email text, phone text, title text, linkedin_url text, company_name text, country_code text, "
    "linked_record_id text, merged_into_record_id text, created_at timestamp, updated_at timestamp"
)
Record = dict[str, Any]


def account(record_id: str, name: str | None, **values: Any) -> Record:
    """A Salesforce account; ids are short, for identity does not look at their shape."""
    return {"source": "salesforce", "object": "Account", "record_id": record_id, "company_name": name, **values}


def lead(record_id: str, name: str | None, **values: Any) -> Record:
    """The company of a Salesforce lead."""
    return account(record_id, name, **values) | {"object": "Lead"}


def company(source: str, record_id: str, name: str | None, **values: Any) -> Record:
    """A company of a vendor or an intent provider."""
    return account(record_id, name, **values) | {"source": source, "object": "Company"}


def contact(record_id: str, first: str | None, last: str | None, **values: Any) -> Record:
    """A Salesforce contact."""
    keys = {"source": "salesforce", "object": "Contact", "record_id": record_id}
    return keys | {"first_name": first, "last_name": last, **values}


def marketo(record_id: str, first: str | None, last: str | None, **values: Any) -> Record:
    """A Marketo person."""
    return contact(record_id, first, last, **values) | {"source": "marketo", "object": "Lead"}


def fill(path: Path, companies: Sequence[Record], people: Sequence[Record] = ()) -> Path:
    """Put the records in place of those that were there; what schema ml holds stays."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists intermediate")
        for table, columns, records in (
            ("int_company_records", COMPANY_COLUMNS, companies),
            ("int_person_records", PERSON_COLUMNS, people),
        ):
            connection.execute(f"create or replace table intermediate.{table} ({columns})")
            for record in records:
                names = ", ".join(record)
                marks = ", ".join("?" for _ in record)
                query = f"insert into intermediate.{table} ({names}) values ({marks})"
                connection.execute(query, list(record.values()))
    return path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with duckdb.connect(str(path)) as connection:
        return connection.execute(query).fetchall()


def accounts_of(path: Path) -> dict[str, str | None]:
    """The account id of every company record, by record id."""
    return dict(rows(path, "select record_id, account_id from ml.account_records"))


def people_of(path: Path) -> dict[str, str]:
    """The contact id of every person record, by record id."""
    return dict(rows(path, "select record_id, contact_id from ml.person_records"))


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All tables of schema ml, each in a fixed order."""
    tables = rows(path, "select table_name from information_schema.tables where table_schema = 'ml' order by 1")
    return {table: rows(path, f"select * from ml.{table} order by all") for (table,) in tables}
