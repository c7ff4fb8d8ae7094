"""Company and person records read from the warehouse, with their evidence normalised once per distinct value."""

import duckdb
import pyarrow as pa

from ml.identity.addresses import postal_key, street_key
from ml.identity.domains import host_domain, shared_hosts, website_domain
from ml.identity.errors import IdentityError
from ml.identity.lookups import look_up
from ml.identity.names import CompanyName, company_name, name_key
from ml.identity.person_names import nickname_pairs, person_name
from ml.identity.phones import phone_country, phone_key
from ml.identity.similarity import shortened
from ml.identity.tables import save, seed_rows, statement

COMPANY_RECORDS = "intermediate.int_company_records"
PERSON_RECORDS = "intermediate.int_person_records"
OWNERSHIPS = "intermediate.int_record_ownerships"
# What people type where a form insists on a company, in a warehouse without the seed company_placeholders.
PLACEHOLDERS = (
    "n/a", "none", "self", "self-employed", "freelance", "student", "company", "xxx", "unknown", "private", "privat",
    "test",
)  # fmt: skip
_DECISION_COLUMNS = dict.fromkeys(
    [
        "left_source",
        "left_object",
        "left_record_id",
        "right_source",
        "right_object",
        "right_record_id",
        "decision",
    ],
    pa.string(),
)
FEWEST_CONTACTS = 2  # that write from a domain before it counts as the account's
# Objects whose records are accounts of a CRM; all others link to one account or to none.
ACCOUNT_OBJECTS = (
    ("salesforce", "Account"),
    ("hubspot", "Company"),
    *((crm, "Account") for crm in ("dynamics", "pipedrive", "zoho")),
)
_OPTIONAL_COLUMNS = {
    "vendor_company_id": "text",
    "vendor_parent_company_id": "text",
    "vendor_ultimate_company_id": "text",
    "state": "text",
    "street": "text",
    "postal_code": "text",
    "phone": "text",
    "employee_count": "double",
    "annual_revenue_usd": "double",
    "industry": "text",
}
_COMPANY_COLUMNS = (
    "source, object, record_id, company_name, website, email, country_code, city, parent_record_id, linked_record_id, "
    "merged_into_record_id, is_branch, is_customer, created_at, updated_at"
)
_PERSON_COLUMNS = (
    "source, object, record_id, account_record_id, first_name, last_name, full_name, email, linkedin_url, "
    "linked_record_id, merged_into_record_id, created_at, updated_at"
)


def load_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `people` and `companies` (see sql/). Raises IdentityError if the input is missing."""
    present = _columns(connection, COMPANY_RECORDS, _COMPANY_COLUMNS)
    _columns(connection, PERSON_RECORDS, _PERSON_COLUMNS)
    for table in (COMPANY_RECORDS, PERSON_RECORDS):
        _check_key(connection, table)
    given, family = (person_name(column) for column in ("first_name", "surname"))
    connection.execute(statement("people", records=PERSON_RECORDS, given=given, family=family))
    save(connection, "nicknames", dict.fromkeys(["one", "other"], pa.string()), nickname_pairs())
    _load_ownerships(connection)
    optional = ", ".join(
        f"cast({name if name in present else 'null'} as {kind}) as {name}" for name, kind in _OPTIONAL_COLUMNS.items()
    )
    accounts = ", ".join(f"('{source}', '{name}')" for source, name in ACCOUNT_OBJECTS)
    connection.execute(
        statement("company_input", records=COMPANY_RECORDS, optional_columns=optional, account_objects=accounts)
    )
    look_up(
        connection,
        "phone_countries",
        "select phone from company_input where country is null and phone is not null",
        ["country"],
        lambda phone: (phone_country(phone),),
    )
    connection.execute(
        """update company_input set country = phone_countries.country from phone_countries
        where company_input.phone = phone_countries.phone and company_input.country is null"""
    )
    hosts = "select email_host from company_input union select split_part(email, '@', -1) from people"
    domains, names = _aliases(connection)
    look_up(
        connection,
        "website_domains",
        "select website from company_input",
        ["domain"],
        lambda row: (_canonical(website_domain(row), domains),),
        settings=domains,
    )
    look_up(
        connection,
        "email_domains",
        f"select email_host from ({hosts})",
        ["domain"],
        lambda row: (_canonical(host_domain(row), domains),),
        settings=domains,
    )
    look_up(
        connection,
        "name_keys",
        "select company_name, country from company_input",
        ["name_key", "short_name", "full_name", "legal_form"],
        lambda *row: _name(company_name(*row), names),
        settings=names,
    )
    look_up(
        connection,
        "phone_keys",
        "select phone, country from company_input where is_account and phone is not null",
        ["phone_key"],
        lambda *row: (phone_key(*row),),
    )
    look_up(
        connection,
        "street_keys",
        "select street from company_input where is_account",
        ["street_key"],
        lambda row: (street_key(row),),
    )
    look_up(
        connection,
        "postal_keys",
        "select postal_code from company_input where is_account",
        ["postal_key"],
        lambda row: (postal_key(row),),
    )
    listed = [row[0] for row in seed_rows(connection, "company_placeholders", "placeholder")] or PLACEHOLDERS
    letters = sorted({key for name in listed if (key := name_key(name).replace(" ", ""))})
    text = pa.string()
    save(connection, "placeholders", {"letters": text}, [(key,) for key in letters])
    save(connection, "shared_hosts", {"domain": text, "label": text, "letters": text}, shared_hosts())
    connection.execute(statement("companies", fewest_contacts=FEWEST_CONTACTS))
    save(
        connection, "decided", _DECISION_COLUMNS, seed_rows(connection, "match_decisions", ", ".join(_DECISION_COLUMNS))
    )
    connection.execute(statement("decisions"))


def _load_ownerships(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `ownerships`: what sales does with a record; empty in a warehouse that does not tell."""
    columns = {
        **dict.fromkeys(("source", "object", "record_id", "owner_user_id"), "text"),
        **dict.fromkeys(("has_open_opportunity", "is_named_account"), "boolean"),
    }
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace temp table ownerships ({typed})")
    try:
        connection.execute(f"insert into ownerships by name select {', '.join(columns)} from {OWNERSHIPS}")
    except duckdb.CatalogException:
        return


def _aliases(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Domains and name keys under which a company was known, with those under which it is known today."""
    rows = seed_rows(connection, "company_aliases", "kind, alias, canonical")
    domains = {host_domain(alias): host_domain(canonical) for kind, alias, canonical in rows if kind == "domain"}
    names = {name_key(alias): name_key(canonical) for kind, alias, canonical in rows if kind == "name"}
    return (
        {alias: canonical for alias, canonical in domains.items() if alias and canonical},
        {alias: canonical for alias, canonical in names.items() if alias and canonical},
    )


def _canonical(value: str | None, aliases: dict[str, str]) -> str | None:
    return aliases.get(value, value) if value is not None else None


def _name(name: CompanyName, aliases: dict[str, str]) -> tuple[str | None, ...]:
    key, full, form = name
    if key in aliases:
        key = full = aliases[key]
        form = None
    return key, " ".join(sorted(shortened(key))), full, form


def _columns(connection: duckdb.DuckDBPyConnection, table: str, needed: str) -> set[str]:
    try:
        found = {column[0] for column in connection.execute(f"select * from {table} limit 0").description or ()}
    except duckdb.CatalogException:
        found = set()
    if missing := [column for column in needed.split(", ") if column not in found]:
        what = f"lacks {', '.join(missing)}" if found else "does not exist"
        raise IdentityError(f"{table} {what}: build it first (dbt build --select +{table.partition('.')[2]})")
    return found


def _check_key(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    repeated = connection.execute(
        f"""select concat_ws('/', source, object, record_id), count(*) as rows from {table} where record_id is not null
        group by source, object, record_id having count(*) > 1 order by rows desc, 1 limit 1"""
    ).fetchone()
    if repeated:
        raise IdentityError(
            f"{table} holds {repeated[0]} {repeated[1]} times: its key must be unique, repair the model"
        )
