"""Leads, vendors' rows and intent domains linked to accounts: each to its one best, with method and confidence."""

import duckdb

from ml.identity.lead_levels import LEADS
from ml.identity.lookups import look_up
from ml.identity.match_model import estimate, level_words, score
from ml.identity.models import keep_model, kept_model
from ml.identity.similarity import relation
from ml.identity.tables import seed_rows, setting, statement
from ml.identity.thresholds import Thresholds

LARGEST_BLOCK = 20  # accounts of one domain or name that a lead is compared with
_TIE = 0.5  # bits: accounts whose evidence differs by less fit alike
_GROWTH = 2
# What the tie-breakers of the seed ask of an account (and of the lead's owner); the smallest answer wins.
_TIE_BREAKERS = {
    "customer": "not profiles.is_customer",
    "open_opportunity": "not coalesce(accounts.has_open_opportunity, false)",
    "named_account": "not coalesce(accounts.is_named_account, false)",
    "same_owner": "not coalesce(list_contains(accounts.owners, ownerships.owner_user_id), false)",
    "not_a_branch": "profiles.is_branch",
    "top_of_hierarchy": "accounts.has_parent",
    "most_contacts": "-coalesce(contacts.contact_count, 0)",
    "last_changed": "-epoch(coalesce(accounts.changed_at, timestamp '0001-01-01'))",
    "oldest": "epoch(coalesce(profiles.created_at, timestamp '9999-01-01'))",
}
# In a warehouse without the seed lead_tie_breakers: (criterion, whether a lead is linked on the strength of it).
DEFAULT_TIE_BREAKERS = (("customer", True), ("oldest", False))


def link_companies(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `company_links` (place, root, method, confidence, reason) for every record that is no CRM account.

    The source's own link comes first. Else the account that fits best; of those that fit alike the tie-breakers pick
    one. Rows below the threshold are there for review and link nothing.
    """
    connection.execute(statement("given_links"))
    connection.execute(statement("open_records"))
    connection.execute(statement("lead_candidates", largest_block=LARGEST_BLOCK))
    _compare(connection)
    model = kept_model(connection, LEADS)
    pairs = int(connection.execute("select count(*) from lead_facts").fetchall()[0][0])
    if model is None or pairs >= _GROWTH * max(model.pairs, 1):
        model = estimate(connection, LEADS, "lead_facts")
        keep_model(connection, LEADS, model)
    score(connection, LEADS, "lead_facts", model)
    words = ", ".join(level_words(comparison) for comparison in LEADS.comparisons)
    connection.execute(statement("lead_fits", words=words, tie=_TIE, review=thresholds.review))
    _break_ties(connection)
    connection.execute(
        statement(
            "company_links",
            link=thresholds.link,
            prefers_ours=str(setting(connection, "lead_account_source") == "ours").lower(),
        )
    )


def _break_ties(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `tie_choices`; a criterion that does not decide only picks the account that is proposed for review."""
    rows = seed_rows(connection, "lead_tie_breakers", "priority, criterion, is_active, is_decisive")
    asked = [(criterion, decides) for _, criterion, is_active, decides in rows if is_active] or DEFAULT_TIE_BREAKERS
    questions = ", ".join(f"cast({_TIE_BREAKERS[criterion]} as double)" for criterion, _ in asked)
    decisive = [str(place) for place, (_, decides) in enumerate(asked, start=1) if decides]
    connection.execute(statement("tie_choices", questions=questions, decisive=", ".join(decisive) or 0))


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `lead_facts`; how two names relate is found once per distinct pair of names."""
    look_up(
        connection,
        "lead_name_relations",
        """select lead_evidence.name_key as left_key, account_faces.name_key as right_key,
            lead_evidence.full_name as left_full, account_faces.full_name as right_full
        from lead_candidates
        inner join lead_evidence using (evidence) inner join account_faces using (face)
        where lead_evidence.name_key is not null and account_faces.name_key is not null""",
        ["relation"],
        lambda *names: (relation(*names).value,),
    )
    connection.execute(statement("lead_facts"))
