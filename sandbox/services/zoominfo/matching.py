"""Which company an input means: by id, else by website and name, in one query for all inputs of a call."""

from typing import Any

import duckdb
import pyarrow as pa

INPUTS = (
    "companyId",
    "companyName",
    "companyWebsite",
    "companyCountry",
    "companyState",
    "companyCity",
    "companyPhone",
    "companyTicker",
)
CLOSE_NAME = 0.93  # Jaro-Winkler similarity from which a name alone is taken for the company's


def find(
    cursor: duckdb.DuckDBPyConnection, inputs: list[dict[str, Any]], fields: list[str]
) -> list[dict[str, Any] | None]:
    """Return the company each input means, or None, in input order."""
    columns: dict[str, Any] = {name: pa.array([_text(e.get(name)) for e in inputs], pa.string()) for name in INPUTS}
    cursor.register("asked", pa.table(columns | {"n": pa.array(range(len(inputs)), pa.int64())}))
    rows = cursor.execute(f"""
        with wanted as (
            select *, regexp_replace(lower("companyWebsite"), '^(https?://)?(www\\.)?([^/:?#]*).*$', '\\3') as host,
                lower(trim("companyName")) as called
            from asked
        ),
        -- one join for each way to mean a company: joined by `or`, every company would be compared with every input
        meant as (
            select wanted.n, companies.id from wanted
            join zoominfo.companies as companies on cast(companies.id as varchar) = wanted."companyId"
            union
            select wanted.n, companies.id from wanted
            join zoominfo.companies as companies on lower(companies.domain) = wanted.host
            union
            select wanted.n, companies.id from wanted
            join zoominfo.companies as companies on left(lower(companies.name), 4) = left(wanted.called, 4)
        ),
        candidates as (
            select wanted.n, companies.*,
                cast(companies.id as varchar) is not distinct from wanted."companyId" as same_id,
                coalesce(lower(companies.domain) = wanted.host, false) as same_host,
                coalesce(jaro_winkler_similarity(lower(companies.name), wanted.called), 0) as likeness,
                coalesce(lower(companies.country) = lower(wanted."companyCountry")
                    or lower(companies."countryCode") = lower(wanted."companyCountry"), false) as same_country
            from meant
            join wanted using (n)
            join zoominfo.companies as companies on companies.id = meant.id
        )
        select n, {", ".join(f'"{name}"' for name in fields)} from candidates
        where same_id or same_host or likeness >= {CLOSE_NAME}
        qualify row_number() over (
            partition by n order by same_id desc, same_host desc, likeness desc, same_country desc, id
        ) = 1
    """).fetchall()
    cursor.unregister("asked")
    matched = {row[0]: dict(zip(fields, row[1:], strict=True)) for row in rows}
    return [matched.get(n) for n in range(len(inputs))]


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None
