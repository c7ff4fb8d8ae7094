"""CRM account records brought together into accounts, with everything that came close for review."""

import duckdb
import pyarrow as pa

from ml.identity.account_evidence import LINK, REVIEW, CompanyEvidence, Verdict, compare_accounts
from ml.identity.clusters import Link, cluster
from ml.identity.records import save, statement

LARGEST_BLOCK = 80  # records that are compared all with all; 80 make 3,160 pairs
REVIEW_COLUMNS = {"left_place": pa.int32(), "right_place": pa.int32(), "score": pa.float64(), "evidence": pa.string()}
_MEMBER_COLUMNS = {"place": pa.int32(), "root": pa.int32(), "method": pa.string(), "confidence": pa.float64()}

Pair = tuple[int, int]


def cluster_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `account_members` (place, root, method, confidence), `account_profiles` and `account_reviews`.

    `root` is the place of an account's main record. A merge in the CRM is followed whatever the evidence says; a merged
    record whose survivor is gone belongs to no account.
    """
    rows = connection.execute(
        """select place, name_key, domain, country, city, is_branch from companies
        where source = 'salesforce' and object = 'Account' order by place"""
    ).fetchall()
    evidence = {place: CompanyEvidence(*values) for place, *values in rows}
    verdicts = _verdicts(connection, evidence)
    merges = [
        Link(min(pair), max(pair), 1.0, given=True)
        for pair in connection.execute(statement("account_merges")).fetchall()
    ]
    links = [Link(*pair, verdict.score) for pair, verdict in verdicts.items() if verdict.score >= LINK]
    traits = {place: (known.domain, known.country, known.city) for place, known in evidence.items()}
    clusters = cluster(traits, [*merges, *links])
    save(connection, "account_members", _MEMBER_COLUMNS, _members(clusters.root, merges, links, verdicts))
    connection.execute(statement("account_profiles"))
    refused = [(link.left, link.right) for link in clusters.refused]
    doubtful = [pair for pair, verdict in verdicts.items() if REVIEW <= verdict.score < LINK]
    reviews = [
        (*pair, verdicts[pair].score, verdicts[pair].evidence)
        for pair in sorted({*refused, *doubtful})
        if clusters.root[pair[0]] != clusters.root[pair[1]]
    ]
    save(connection, "account_reviews", REVIEW_COLUMNS, reviews)


def _verdicts(connection: duckdb.DuckDBPyConnection, evidence: dict[int, CompanyEvidence]) -> dict[Pair, Verdict]:
    connection.execute(statement("account_candidates", largest_block=LARGEST_BLOCK))
    pairs = connection.execute("select left_place, right_place from account_candidates").fetchall()
    return {(left, right): compare_accounts(evidence[left], evidence[right]) for left, right in pairs}


def _members(
    roots: dict[int, int], merges: list[Link], links: list[Link], verdicts: dict[Pair, Verdict]
) -> list[tuple[int, int, str, float]]:
    """Each record with the strongest link that holds it in its account; the main record stands for itself."""
    best: dict[int, tuple[float, str]] = {}
    for link in (*links, *merges):
        if roots[link.left] == roots[link.right]:
            method = "crm_merge" if link.given else verdicts[link.left, link.right].method
            for place in link[:2]:
                best[place] = max(best.get(place, (0.0, "")), (link.score, method))
    main = {place: (1.0, "main_record") for place, root in roots.items() if place == root}
    return [
        (place, root, method, confidence)
        for place, root in sorted(roots.items())
        for confidence, method in [main.get(place) or best[place]]
    ]
