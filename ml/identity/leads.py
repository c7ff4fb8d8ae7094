"""Leads, vendors' rows and intent domains linked to accounts: each to its one best, with method and confidence."""

from itertools import groupby

import duckdb
import pyarrow as pa

from ml.identity.lead_evidence import REVIEW, Fit, LeadEvidence, compare_lead
from ml.identity.records import save, statement

LARGEST_BLOCK = 20  # accounts of one domain or name that a lead is compared with
_FIT_COLUMNS = {
    "evidence": pa.int64(),
    "root": pa.int32(),
    "score": pa.float64(),
    "method": pa.string(),
    "reason": pa.string(),
}


def link_companies(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `company_links` (place, root, method, confidence, reason) for every record that is no CRM account.

    The source's own link (ZoomInfo's input, a converted lead's account, Marketo's sfdcAccountId) comes first. Else the
    account that fits best; between equals the customer, then the oldest, then the lowest record id. Rows below
    `lead_evidence.LINK` are there for review and link nothing.
    """
    connection.execute(statement("lead_candidates", largest_block=LARGEST_BLOCK))
    pairs = connection.execute(
        """select evidence, name_key, domain, country, city, root, account_name_key, account_domain, account_country,
        account_city, is_family_domain from lead_candidates order by evidence, root, account_name_key"""
    ).fetchall()
    best = []
    for evidence, group in groupby(pairs, key=lambda row: row[0]):
        fits = ((_fit(row), row[5]) for row in group)
        fit, root = min(fits, key=lambda found: (-found[0].score, found[1]))
        if fit.score >= REVIEW:
            best.append((evidence, root, *fit))
    save(connection, "lead_fits", _FIT_COLUMNS, best)
    connection.execute(statement("company_links"))


def _fit(row: tuple[str | None, ...]) -> Fit:
    lead, account = LeadEvidence(*row[1:5]), LeadEvidence(*row[6:10])
    return compare_lead(lead, account, is_family_domain=bool(row[10]))
