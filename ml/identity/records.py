"""Company and person records read from the warehouse, with their evidence normalised once per distinct value."""

from collections.abc import Callable
from importlib.resources import files

import duckdb
import pyarrow as pa

from ml.identity.domains import email_domain, page_hosts, website_domain
from ml.identity.errors import IdentityError
from ml.identity.names import name_key

COMPANY_RECORDS = "intermediate.int_company_records"
PERSON_RECORDS = "intermediate.int_person_records"
_VENDOR_COLUMNS = ("vendor_company_id", "vendor_parent_company_id", "vendor_ultimate_company_id")
_COMPANY_COLUMNS = (
    "source, object, record_id, company_name, website, email, country_code, city, parent_record_id, linked_record_id, "
    "merged_into_record_id, is_branch, is_customer, created_at, updated_at"
)
_HOST_COLUMNS = ("domain", "label", "letters")
_PERSON_COLUMNS = (
    "source, object, record_id, account_record_id, first_name, last_name, full_name, email, linkedin_url, "
    "linked_record_id, merged_into_record_id, created_at, updated_at"
)


def statement(name: str, **parts: str) -> str:
    """The SQL of `sql/<name>.sql`, with identifiers filled in."""
    text = (files("ml.identity") / "sql" / f"{name}.sql").read_text("utf-8")
    return text.format(**parts) if parts else text


def load_companies(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `companies` (sql/companies.sql). Raises IdentityError if the input is missing."""
    present = _columns(connection, COMPANY_RECORDS, _COMPANY_COLUMNS)
    vendor = ", ".join(name if name in present else f"cast(null as text) as {name}" for name in _VENDOR_COLUMNS)
    connection.execute(statement("company_input", records=COMPANY_RECORDS, vendor_columns=vendor))
    _look_up(connection, "website_domains", "company_input", ("website",), "domain", website_domain)
    _look_up(connection, "email_domains", "company_input", ("email",), "domain", email_domain)
    _look_up(connection, "name_keys", "company_input", ("company_name", "country"), "name_key", name_key)
    hosts = page_hosts()
    lists = {name: pa.array([host[place] for host in hosts], pa.string()) for place, name in enumerate(_HOST_COLUMNS)}
    _save(connection, "page_hosts", pa.table(lists))
    connection.execute(statement("companies"))


def load_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `people` (sql/people.sql). Raises IdentityError if the input is missing."""
    _columns(connection, PERSON_RECORDS, _PERSON_COLUMNS)
    connection.execute(statement("people", records=PERSON_RECORDS))


def _columns(connection: duckdb.DuckDBPyConnection, table: str, needed: str) -> set[str]:
    schema, _, name = table.partition(".")
    found = {
        column
        for (column,) in connection.execute(
            "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
            [schema, name],
        ).fetchall()
    }
    if missing := [column for column in needed.split(", ") if column not in found]:
        what = f"lacks {', '.join(missing)}" if found else "does not exist"
        raise IdentityError(f"{table} {what}: build it first (dbt build --select +{name})")
    return found


def _look_up(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    columns: tuple[str, ...],
    result: str,
    normalise: Callable[..., str | None],
) -> None:
    """Make a temporary table with one row per distinct combination of raw values and what `normalise` makes of it."""
    names = ", ".join(columns)
    distinct = connection.execute(f"select distinct {names} from {source} where {columns[0]} is not null").fetchall()
    lists = {name: pa.array([row[place] for row in distinct], pa.string()) for place, name in enumerate(columns)}
    lists[result] = pa.array([normalise(*row) for row in distinct], pa.string())
    _save(connection, table, pa.table(lists))


def _save(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"create or replace temp table {name} as select * from incoming")
    connection.unregister("incoming")
