"""Erasing a person and a company: gone from every table and file, known again when a load brings them back."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration import erasure
from orchestration.errors import RequestFault

ANN, CONTACT, LEAD = "ann@acme.com", "0035e0000100annAAA", "1234"
WAREHOUSE = f"""
create schema raw_salesforce; create schema raw_marketo; create schema raw_web_events; create schema ml;
create schema marts; create schema ops; create schema intermediate;
create table raw_salesforce.contacts as
select unnest(['{CONTACT}', '0035e0000100joaAAA']) as id, unnest(['Ann@Acme.com', 'joann@acme.com']) as email,
    unnest(['Ann', 'Jo Ann']) as name;
create table raw_salesforce.accounts as
select '0015e00001acmeAAA' as id, 'Acme' as name, '{CONTACT}' as main_contact_id;
create table raw_salesforce.tasks as
select unnest(['t1', 't2']) as id, unnest(['{CONTACT}', '0035e0000100joaAAA']) as who_id,
    unnest(['Called', 'Asked about ann@acme.com, joann@acme.com.']) as description;
create table raw_marketo.leads as select unnest([1234, 12345]) as id, unnest(['{ANN}', 'joann@acme.com']) as email;
create table raw_marketo.activities as
select unnest(['g1', 'g2']) as marketo_guid, unnest([1234, 12345]) as lead_id, unnest([9, 1234]) as campaign_id;
create table raw_marketo.programs as select 1234 as id, 'Webinar' as name;
create table raw_web_events.events as select 'e1' as id, '{{"email": "{ANN}"}}' as properties, 'x' as visitor_id;
create table ml.person_records as
select * from (values ('salesforce', 'Contact', '{CONTACT}', 'per_1'), ('marketo', 'Lead', '{LEAD}', 'per_1'),
    ('marketo', 'Lead', '12345', 'per_2')) as records(source, object, record_id, contact_id);
create table ml.account_records as
select 'salesforce' as source, 'Account' as object, '0015e00001acmeAAA' as record_id, 'acc_1' as account_id;
create table marts.dim_contacts as
select unnest(['per_1', 'per_2']) as contact_id, 'acc_1' as account_id, unnest(['{ANN}', 'joann@acme.com']) as email,
    null::varchar as linkedin_url, unnest(['{LEAD}', '12345']) as marketo_lead_id;
create table marts.dim_accounts as select 'acc_1' as account_id, 'acme.com' as domain;
create table marts.fct_activities as
select unnest(['a1', 'a2']) as activity_id, unnest(['per_1', 'per_2']) as contact_id,
    unnest(['{LEAD}', '12345']) as lead_id, 'marketo' as source;
create view marts.people as select * from marts.dim_contacts;
create table ops.built_nodes as select 'model.x' as unique_id;
create table ops.sync_records as
select unnest(['marketo__leads', 'hubspot__companies', 'linkedin__members']) as sync,
    unnest(['{LEAD}', '{LEAD}', 'm1']) as record_key, null::varchar as "before",
    unnest(['50', '60', sha256('{ANN}')]) as "after", null::varchar as remote_id;
create table ops.sync_ledger__linkedin__members as select 'm1' as record_key, sha256('{ANN}') as "email_sha256";
create table ops.enrichment_attempts as select '{CONTACT}' as record_id, 'q1' as question_hash;
create table ops.enrichment_answers as select unnest(['q1', 'q2']) as question_hash, 'a' as answer;
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(WAREHOUSE)
    events = tmp_path / "inbox" / "web_events"
    events.mkdir(parents=True)
    (events / "1-a.ndjson").write_text(f'{{"who": "{ANN}"}}\n{{"who": "joann@acme.com"}}\n', encoding="utf-8")
    return tmp_path


@contextmanager
def _warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        yield connection


def _rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with _warehouse(home) as connection:
        return connection.execute(query).fetchall()


def _forget(home: Path, who: str = ANN, *, rehearsal: bool = False, company: bool = False) -> erasure.Erasure:
    return erasure.forget(
        home, who, "ticket 7", is_company=company, is_rehearsal=rehearsal, mirrored=["linkedin__members"]
    )


def _keep_erased(home: Path) -> int:
    return erasure.keep_erased(home, home / "warehouse.duckdb", ["linkedin__members"])


def test_a_person_is_gone_from_every_table_and_nobody_else_is(home: Path) -> None:
    rehearsed, done = _forget(home, rehearsal=True), _forget(home)
    assert rehearsed.findings == done.findings
    assert dict(done.origins) == {"salesforce Contact": 1, "marketo Lead": 1}
    assert _rows(home, "select name from raw_salesforce.contacts") == [("Jo Ann",)]
    assert _rows(home, "select id, description from raw_salesforce.tasks") == [
        ("t2", "Asked about [erased], joann@acme.com.")
    ]
    assert _rows(home, "select name, main_contact_id from raw_salesforce.accounts") == [("Acme", None)]
    assert _rows(home, "select id from raw_marketo.leads") == [(12345,)]
    assert _rows(home, "select marketo_guid from raw_marketo.activities") == [("g2",)]
    assert _rows(home, "select name from raw_marketo.programs") == [("Webinar",)]
    assert _rows(home, "select properties from raw_web_events.events") == [('{"email": "[erased]"}',)]
    assert _rows(home, "select contact_id from marts.people") == [("per_2",)]
    assert _rows(home, "select activity_id from marts.fct_activities") == [("a2",)]
    assert _rows(home, "select sync from ops.sync_records") == [("hubspot__companies",)]
    assert _rows(home, "select question_hash from ops.enrichment_answers") == [("q2",)]
    assert _rows(home, "select count(*) from ops.built_nodes") == [(0,)]


def test_an_audience_keeps_what_it_needs_to_take_the_person_out(home: Path) -> None:
    _forget(home)
    assert _rows(home, "select record_key from ops.sync_ledger__linkedin__members") == [("m1",)]


def test_nothing_readable_stays_in_the_files(home: Path) -> None:
    _forget(home)
    with _warehouse(home) as connection:
        connection.execute("delete from ops.sync_ledger__linkedin__members")
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower().replace(b"joann@acme.com", b"")
            assert ANN.encode() not in content, path
            assert CONTACT.lower().encode() not in content, path
    assert stat.S_IMODE((home / "state" / "erasure.key").stat().st_mode) == 0o600


def test_a_rehearsal_changes_nothing(home: Path) -> None:
    before = (home / "warehouse.duckdb").read_bytes(), (home / "inbox" / "web_events" / "1-a.ndjson").read_bytes()
    assert _forget(home, rehearsal=True).rows
    after = (home / "warehouse.duckdb").read_bytes(), (home / "inbox" / "web_events" / "1-a.ndjson").read_bytes()
    assert before == after


def test_a_later_load_does_not_bring_the_person_back(home: Path) -> None:
    _forget(home)
    with _warehouse(home) as connection:
        connection.execute(f"insert into raw_salesforce.contacts values ('{CONTACT}', 'new@acme.com', 'Ann')")
        connection.execute(f"insert into raw_marketo.leads values (1234, 'other@acme.com'), (777, '{ANN}')")
        connection.execute(
            "insert into raw_marketo.activities values ('g3', 1234, 9), ('g4', 777, 9), ('g5', 12345, 9)"
        )
    assert _keep_erased(home) == 5
    assert _rows(home, "select name from raw_salesforce.contacts") == [("Jo Ann",)]
    assert _rows(home, "select id from raw_marketo.leads") == [(12345,)]
    assert _rows(home, "select marketo_guid from raw_marketo.activities order by 1") == [("g2",), ("g5",)]
    with _warehouse(home) as connection:  # under the id that they came back with
        connection.execute("insert into raw_marketo.activities values ('g6', 777, 9)")
    assert _keep_erased(home) == 1


def test_a_company_goes_with_its_people(home: Path) -> None:
    done = _forget(home, "acme.com", company=True)
    assert done.rows
    assert _rows(home, "select count(*) from raw_salesforce.accounts") == [(0,)]
    assert _rows(home, "select count(*) from marts.dim_contacts") == [(0,)]
    assert _rows(home, "select name from raw_marketo.programs") == [("Webinar",)]


def test_somebody_who_is_not_there_is_a_fault(home: Path) -> None:
    with pytest.raises(RequestFault, match=r"nobody@acme\.com: no contact and no record"):
        _forget(home, "nobody@acme.com")
    with pytest.raises(RequestFault, match="no account has this domain"):
        _forget(home, "elsewhere.com", company=True)
