"""Person records brought together into people, each with the account they work for."""

import duckdb
import pyarrow as pa

from ml.identity import lead_evidence
from ml.identity.accounts import REVIEW_COLUMNS
from ml.identity.clusters import Link, cluster
from ml.identity.records import save, statement

LINK = 0.8  # from here on two records are one person
REVIEW = 0.5
LARGEST_BLOCK = 20  # records of one address, profile or name that are compared all with all
# Local parts that belong to a desk rather than to a person.
ROLE_MAILBOXES = (
    "info|sales|office|contact|hello|mail|admin|support|service|marketing|team|hr|jobs|careers|billing|accounts|"
    "accounting|finance|invoice|invoices|orders|purchasing|procurement|press|media|enquiries|inquiries|webmaster|"
    "noreply|no-reply|test|kontakt|buero|contacto|comercial|direction|accueil|amministrazione"
)
_MEMBER_COLUMNS = {"place": pa.int32(), "root": pa.int32(), "method": pa.string(), "confidence": pa.float64()}


def cluster_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `person_members` (place, root, method, confidence), `person_homes` (root, account_root) and reviews.

    `root` is the place of a person's main record; the reviews are in `person_reviews`.
    """
    parts = {
        "largest_block": LARGEST_BLOCK,
        "lead_link": lead_evidence.LINK,
        "role_mailboxes": f"({ROLE_MAILBOXES})",
    }
    connection.execute(statement("person_pairs", **parts))
    given = [
        (Link(min(left, right), max(left, right), 1.0, given=True), method)
        for left, right, method in connection.execute(statement("person_links")).fetchall()
    ]
    found = [
        (Link(left, right, score), method)
        for left, right, score, method in connection.execute(
            "select left_place, right_place, score, method from person_pairs where score >= ?", [LINK]
        ).fetchall()
    ]
    links = [link for link, _ in (*given, *found)]
    profiles = dict(connection.execute("select place, profile from people where profile is not null").fetchall())
    linked = {place for link in links for place in (link.left, link.right)}
    clusters = cluster({place: (profiles.get(place),) for place in linked}, links)
    save(connection, "linked_people", _MEMBER_COLUMNS, _members(clusters.root, [*found, *given]))
    connection.execute(statement("person_members"))
    connection.execute(statement("person_homes"))
    doubtful = connection.execute(
        "select left_place, right_place, score, evidence from person_pairs where score >= ? and score < ? order by all",
        [REVIEW, LINK],
    ).fetchall()
    root = clusters.root
    reviews = [row for row in doubtful if root.get(row[0], row[0]) != root.get(row[1], row[1])]
    save(connection, "person_reviews", REVIEW_COLUMNS, reviews)


def _members(roots: dict[int, int], links: list[tuple[Link, str]]) -> list[tuple[int, int, str, float]]:
    """Each record with the strongest link that holds it in its person; the main record stands for itself."""
    best: dict[int, tuple[float, str]] = {}
    for link, method in links:
        if roots[link.left] == roots[link.right]:
            for place in (link.left, link.right):
                best[place] = max(best.get(place, (0.0, "")), (link.score, method))
    return [
        (place, root, *(("main_record", 1.0) if place == root else (best[place][1], best[place][0])))
        for place, root in roots.items()
    ]
