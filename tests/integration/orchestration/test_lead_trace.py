"""`marketmap explain lead`: account, decisions, what each node saw, the clock, what was sent."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import lead_trace
from orchestration.errors import RequestFault

LEAD, BDR = "00Q5e000010abcDEAQ", "BDR of the matched account"
PUBLISHED = f"""
create schema marts;
create schema ops;
create table marts.lead_accounts as select '{LEAD}' as lead_id, 'a' as account_id, 'email_domain' as method,
    0.98 as confidence, 'domain x.com' as evidence, null::text as crm_account_id, 'a' as our_account_id,
    'email_domain' as our_method, 0.98 as our_confidence, 'domain x.com' as our_evidence;
create table marts.dim_accounts as select 'a' as account_id, 'O''Brien Ltd' as account_name;
create table marts.match_review (left_object text, left_record_id text, right_source text, right_object text,
    right_record_id text, score double, evidence text);
create table marts.account_records (source text, object text, record_id text, account_id text);
create table marts.dim_users as from (values ('u1', 'Ann'), ('u2', 'Bob')) as users(user_id, user_name);
create table marts.fct_routing_decisions as from (values
    ('{LEAD}', timestamp '2026-11-20 09:00:00', 'new', 'v1', 'queue', null, 'Inquiry Queue', 'q1', 'queue',
        'status_queue', 'Not yet an MQL', null::text, 'u9', 'mql > status_queue', '{{"mql": ["is_mql false"]}}'),
    ('{LEAD}', timestamp '2026-11-21 09:00:00', 'updated', 'v2', 'owner', 'u1', null, null, 'matched',
        'account_bdr', 'BDR of the matched account', null, 'q1', 'mql > account_bdr',
        '{{"mql": ["is_mql true"], "account_bdr": ["bdr_prospecting_status Actively Working", "bdr_user_id u1"]}}')
) as log(lead_id, decided_at, trigger, flow_version, outcome, owner_id, queue, queue_id, section, node, reason,
    rotation, previous_owner_id, path, evidence);
create table marts.lead_routings as
select '{LEAD}' as lead_id, 'a' as account_id, 'u1' as owner_id, null::text as queue,
    'owner' as outcome, 'BDR of the matched account' as reason, 'q1' as current_owner_id, 'u1' as assigned_to_id,
    false as is_person_kept;
create table marts.person_records as
select 'salesforce' as source, 'Lead' as object, '{LEAD}' as record_id, 'p' as contact_id;
create table marts.dim_contacts as select 'p' as contact_id, 'Zoë 雪' as full_name;
create table marts.lead_slas as select '{LEAD}' as lead_id, 'running' as sla_status, 'Ann' as owner_name,
    5400 as worked_seconds, 28800 as sla_seconds, null::timestamp as responded_at;
create table ops.sync_runs (run_id text, mapping_version text);
create table ops.sync_records as select 'r1' as run_id, 'salesforce__lead_routings' as sync, '{LEAD}' as record_key,
    'OwnerId' as field, 'q1' as "before", 'u1' as "after", 'accepted' as status, 'v2: account_bdr' as reason,
    '' as message, timestamp '2026-11-21 09:01:00' as "at", 'update' as operation, '{LEAD}' as remote_id;
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(PUBLISHED)
    return path


@pytest.mark.parametrize("lead", [LEAD, LEAD[:15]])
def test_a_lead_is_explained_from_match_to_write(published: Path, lead: str) -> None:
    found = lead_trace.trace(published, lead)
    assert [row[:2] for row in found.accounts.rows] == [("counts", "O'Brien Ltd"), ("marketmap", "O'Brien Ltd")]
    latest, first = (dict(zip(found.decisions.columns, row, strict=True)) for row in found.decisions.rows)
    assert (latest["given_to"], latest["flow"], latest["node"], latest["had_it_before"]) == (
        "Ann", "v2", "account_bdr", "Inquiry Queue",
    )  # fmt: skip
    assert (first["given_to"], first["had_it_before"]) == ("Inquiry Queue", "u9")
    assert found.nodes.rows == [
        ("mql", "", "is_mql true"),
        ("account_bdr", "decided", "bdr_prospecting_status Actively Working; bdr_user_id Ann"),
    ]
    assert found.standing.rows == [
        ("Zoë 雪", "O'Brien Ltd", "Ann", BDR, "Inquiry Queue", "not in the CRM when it was last read")
    ]
    assert found.clock.rows == [("running", "Ann", 1.5, 8.0, None)]
    assert [row[2:6] for row in found.sent.rows] == [("OwnerId", "Inquiry Queue", "Ann", "accepted")]


def test_whoever_a_person_gave_it_should_have_it(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("update marts.lead_routings set is_person_kept = true, current_owner_id = 'u2'")
    ((*_, should_have_it, _, has_it, state),) = lead_trace.trace(published, LEAD).standing.rows
    assert (should_have_it, has_it, state) == ("Bob", "Bob", "a person gave it there, which stands")


def test_a_home_from_before_there_was_routing(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "drop table marts.fct_routing_decisions; drop table marts.lead_slas; drop table marts.lead_routings;"
            " drop schema ops cascade"
        )
        connection.execute("create schema ops; create table ops.sync_records as select 1 as a where false")
        connection.execute("drop table ops.sync_records")
    found = lead_trace.trace(published, LEAD)
    assert found.accounts.rows
    assert not found.decisions.rows + found.nodes.rows + found.clock.rows + found.sent.rows


def test_nothing_is_known(published: Path) -> None:
    with pytest.raises(RequestFault, match="never routed"):
        lead_trace.trace(published, "00Q5e000010zzzDEAQ")
    with pytest.raises(RequestFault, match="no record id"):
        lead_trace.trace(published, "x' or 1=1")
