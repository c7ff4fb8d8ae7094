"""Person records brought together into people, each with the account they work for."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from ml.identity.clusters import Link, cluster, connected
from ml.identity.tables import save, save_table, setting, statement
from ml.identity.thresholds import Thresholds

# Setting moved_contacts: the records at the new company are a contact of their own (else one contact goes along).
CREATE_NEW = "mark_moved_and_create_new"
LARGEST_BLOCK = 20  # records of one address, profile or name that are compared all with all
# Local parts that belong to a desk rather than to a person.
ROLE_MAILBOXES = (
    "info|sales|office|contact|hello|mail|admin|support|service|marketing|team|hr|jobs|careers|billing|accounts|"
    "accounting|finance|invoice|invoices|orders|purchasing|procurement|press|media|enquiries|inquiries|webmaster|"
    "noreply|no-reply|test|kontakt|buero|contacto|comercial|direction|accueil|amministrazione"
)


def cluster_people(connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, Thresholds]) -> None:
    """Make `person_members` (place, root, method, confidence), `person_homes` (root, account_root) and `person_moves`.

    `root` is the place of a person's main record; pairs that came close are in `person_reviews`.
    """
    connection.execute(statement("person_accounts", lead_link=thresholds["lead"].link))
    connection.execute(statement("person_candidates", largest_block=LARGEST_BLOCK))
    connection.execute(statement("person_pairs", role_mailboxes=f"({ROLE_MAILBOXES})"))
    connection.execute(statement("person_links", link=thresholds["person"].link))
    _group(connection, thresholds["person"].link)
    connection.execute(statement("person_members", review=thresholds["person"].review, link=thresholds["person"].link))
    connection.execute(statement("person_moves"))
    if setting(connection, "moved_contacts") == CREATE_NEW:
        connection.execute(statement("split_moved"))
    connection.execute(statement("person_homes"))


def _group(connection: duckdb.DuckDBPyConnection, link: float) -> None:
    """Make `linked_people` (place, root); only groups that hold a contradiction are put together link by link.

    A person has one profile and one family name, whatever record without them stands between two who differ.
    """
    pairs = connection.execute("select left_place, right_place from person_links").to_arrow_table()
    save_table(connection, "linked_people", connected(pairs))
    connection.execute(statement("doubtful_people", link=link))
    traits = {place: known for place, *known in connection.execute("from doubtful_people").fetchall()}
    rows = connection.execute(
        """select left_place, right_place, score, is_given from person_links
        where left_place in (select place from doubtful_people)"""
    ).fetchall()
    never = connection.execute(
        "select left_place, right_place from person_decisions where decision = 'not_same'"
    ).fetchall()
    clusters = cluster(traits, [Link(*row) for row in rows], never=never)
    save(connection, "divided_people", {"place": pa.int32(), "root": pa.int32()}, list(clusters.root.items()))
    connection.execute(
        """update linked_people set root = divided_people.root from divided_people
        where linked_people.place = divided_people.place"""
    )
