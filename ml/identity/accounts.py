"""CRM account records brought together into accounts, with everything that came close for review."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ml.identity.account_levels import ACCOUNTS
from ml.identity.clusters import Link, cluster
from ml.identity.lookups import package_rules
from ml.identity.match_model import FEWEST_PAIRS, estimate, level_words, score
from ml.identity.models import keep_model, kept_model
from ml.identity.similarity import relation
from ml.identity.tables import save, statement
from ml.identity.thresholds import Thresholds

LARGEST_BLOCK = 80  # records that are compared all with all; 80 make 3,160 pairs
AGAINST = 0.05  # below it the evidence speaks against a pair, and no third record brings the two together
_ALIKE = 1.2  # times: figures of two records that agree
_GROWTH = 2  # the model is estimated anew once there are so many times the pairs it was estimated on
REVIEW_COLUMNS = {"left_place": pa.int32(), "right_place": pa.int32(), "score": pa.float64(), "evidence": pa.string()}
_MEMBER_COLUMNS = {"place": pa.int32(), "root": pa.int32(), "method": pa.string(), "confidence": pa.float64()}
_RELATION_COLUMNS = dict.fromkeys(["left_key", "right_key", "left_full", "right_full", "relation"], pa.string())
_FINGERPRINT = (
    "name_key", "full_name", "domain", "country", "city", "street_key", "postal_key", "phone_key", "vendor_id",
    "employee_count", "annual_revenue_usd", "parent_record_id", "is_branch",
)  # fmt: skip


@dataclass(frozen=True)
class _Pair:
    left: int
    right: int
    score: float
    method: str
    evidence: str
    is_apart: bool


def cluster_accounts(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `account_members` (place, root, method, confidence), `account_profiles` and `account_reviews`.

    `root` is the place of an account's main record. A merge in the CRM is followed whatever the evidence says; a merged
    record whose survivor is gone belongs to no account.
    """
    _score_pairs(connection, thresholds)
    rows = connection.execute("from account_pairs").fetchall()
    scored = [_Pair(*row) for row in rows]
    pairs = [pair for pair in scored if pair.score >= thresholds.review]
    apart = [(pair.left, pair.right) for pair in scored if pair.is_apart]
    merges = [
        Link(min(pair), max(pair), 1.0, given=True)
        for pair in connection.execute(statement("account_merges")).fetchall()
    ]
    links = [Link(pair.left, pair.right, pair.score) for pair in pairs if pair.score >= thresholds.link]
    traits = {
        place: known
        for place, *known in connection.execute(
            "select place, domain, country from companies where is_account order by place"
        ).fetchall()
    }
    decisions = _decisions(connection)
    decided = [Link(*pair, 1.0, given=True) for pair in decisions["same"]]
    clusters = cluster(traits, [*decided, *merges, *links], apart, never=decisions["not_same"])
    methods = {(pair.left, pair.right): pair.method for pair in pairs}
    methods |= {(merge.left, merge.right): "crm_merge" for merge in merges}
    methods |= dict.fromkeys(decisions["same"], "decision")
    save(connection, "account_members", _MEMBER_COLUMNS, _members(clusters.root, [*decided, *merges, *links], methods))
    connection.execute(statement("account_profiles"))
    refused = {(link.left, link.right) for link in clusters.refused}
    settled = decisions["not_same"]
    reviews = [
        (pair.left, pair.right, pair.score, pair.evidence)
        for pair in pairs
        if clusters.root[pair.left] != clusters.root[pair.right]
        and (pair.score < thresholds.link or (pair.left, pair.right) in refused)
        and (pair.left, pair.right) not in settled
    ]
    save(connection, "account_reviews", REVIEW_COLUMNS, reviews)


def _decisions(connection: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[int, int]]]:
    """Pairs of accounts on which a person decided, by decision."""
    rows = connection.execute(
        """select decision, left_place, right_place from company_decisions
        where left_place in (select place from companies where is_account)
        and right_place in (select place from companies where is_account)"""
    ).fetchall()
    found: dict[str, set[tuple[int, int]]] = {"same": set(), "not_same": set()}
    for decision, left, right in rows:
        found[decision].add((left, right))
    return found


def _score_pairs(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `account_pairs`: scores of changed records from the model in force, those of the others as they were."""
    fingerprint = ", ".join(f"coalesce(cast(companies.{column} as text), '')" for column in _FINGERPRINT)
    connection.execute(statement("changed_accounts", columns=f"'{package_rules()}', {fingerprint}"))
    model = kept_model(connection, ACCOUNTS)
    if model is not None:
        _find_candidates(connection)
        known, new = (
            int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])
            for table in ("ml.account_scores", "account_candidates")
        )
        if known + new >= _GROWTH * max(model.pairs, FEWEST_PAIRS // _GROWTH):
            model = None
    if model is None:
        connection.execute("create or replace temp table changed_accounts as select place from account_fingerprints")
        _find_candidates(connection)
    _compare_names(connection)
    if model is None:
        model = estimate(connection, ACCOUNTS, "account_facts")
        keep_model(connection, ACCOUNTS, model)
    score(connection, ACCOUNTS, "account_facts", model)
    words = ", ".join(level_words(comparison) for comparison in ACCOUNTS.comparisons)
    connection.execute(
        statement("account_scores", words=words, doubt=max(0.0, thresholds.link - 0.01), alike=_ALIKE, against=AGAINST)
    )
    connection.execute(statement("keep_scores"))


def _find_candidates(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(statement("account_candidates", largest_block=LARGEST_BLOCK))


def _compare_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `account_facts`; how two names relate is found once per distinct pair of names."""
    names = connection.execute(
        """select distinct one.name_key, other.name_key, one.full_name, other.full_name from account_candidates
        inner join companies as one on left_place = one.place
        inner join companies as other on right_place = other.place"""
    ).fetchall()
    save(connection, "name_relations", _RELATION_COLUMNS, [(*pair, relation(*pair).value) for pair in names])
    sides = ", ".join(f"one.{column} as {column}_l, other.{column} as {column}_r" for column in ACCOUNTS.sides)
    connection.execute(statement("account_facts", columns=sides))


def _members(
    roots: dict[int, int], links: list[Link], methods: dict[tuple[int, int], str]
) -> list[tuple[int, int, str, float]]:
    """Each record with the strongest link that holds it in its account; the main record stands for itself."""
    best: dict[int, tuple[float, bool, str]] = {}
    for link in links:
        if roots[link.left] == roots[link.right]:
            strength = (link.score, link.given, methods[link.left, link.right])
            for place in link[:2]:
                best[place] = max(best.get(place, (0.0, False, "")), strength)
    main = {place: (1.0, True, "main_record") for place, root in roots.items() if place == root}
    return [
        (place, root, method, confidence)
        for place, root in sorted(roots.items())
        for confidence, _, method in [main.get(place) or best[place]]
    ]
