"""From a browser's request to raw_web_events: nothing that was acknowledged is lost, nothing lands twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from connections.local import LocalFolder
from ingestion import LoadReport, load
from ingestion.spool import Spool, finished_files
from ingestion.web_events import collector

KEY = {"Authorization": "Bearer secret-key"}


class Site:
    """A collector with its inbox, and a warehouse."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.inbox = home / "inbox"

    @contextmanager
    def client(self, **settings: Any) -> Iterator[httpx.Client]:
        """Serve the collector and talk to it; what it holds is closed when it stops."""
        server = collector.server(self.inbox, host="127.0.0.1", port=0, key="secret-key", **settings)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        server.should_exit = True
        thread.join()

    def load(self) -> LoadReport:
        return load(
            "web_events", LocalFolder(self.inbox), warehouse=self.home / "w.duckdb", state_dir=self.home / "state"
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "w.duckdb")) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def view(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "page", "event_id": f"e{number}", "visitor_id": "v", "url": f"https://a.example/p{number}", **more}


def test_each_event_lands_once_however_often_it_is_sent(site: Site) -> None:
    with site.client() as browser:
        for _ in range(2):
            assert browser.post("/collect", json={"events": [view(1), view(2)]}).json()["accepted"] == 2
        one = {"key": "inv-7", "type": "Trial Started", "email": "ann@a.example"}
        for _ in range(2):
            assert browser.post("/v1/activities", json=one, headers=KEY).json() == {"accepted": 1, "refused": []}
    assert site.load().rows == {"page_views": 2, "activities": 1}
    with site.client() as browser:
        browser.post("/collect", json={"events": [view(2), view(3)]})
        browser.post("/v1/activities", json=one, headers=KEY)
    assert site.load().rows == {"page_views": 1}
    assert site.load().rows == {}
    assert site.rows("select path from raw_web_events.page_views order by 1") == [("/p1",), ("/p2",), ("/p3",)]
    assert list(site.inbox.glob("*/*")) == []  # what was landed is cleared away


def test_bad_events_are_named_and_do_not_stop_the_good_ones(site: Site) -> None:
    with site.client() as browser:
        answer = browser.post("/collect", json={"events": [view(1), view(2, url="nope"), 7]})
        assert answer.json() == {
            "accepted": 1,
            "refused": [
                {"event": 1, "reason": "url is no http or https address"},
                {"event": 2, "reason": "it is no object"},
            ],
        }
        assert browser.post("/collect", content=b"{").status_code == 400
        assert browser.post("/collect", content=b'"' + b"x" * 600_000 + b'"').status_code == 413
        assert browser.post("/v1/activities", json={}).status_code == 401
        assert browser.post("/v1/activities", json={}, headers={"Authorization": "Bearer no"}).status_code == 401
        assert browser.post("/v1/activities", json={"key": "k"}, headers=KEY).status_code == 400
        assert browser.options("/collect").headers["Access-Control-Allow-Origin"] == "*"
        assert "marketmap.identify" in browser.get("/marketmap.js").text
    assert site.load().rows == {"page_views": 1}


def test_the_visitors_address_is_not_what_the_visitor_claims(site: Site) -> None:
    claims = {"X-Forwarded-For": "6.6.6.6, 198.51.100.9, 10.0.0.1"}
    with site.client(trusted_proxies=2) as browser:
        browser.post("/collect", json=view(1), headers=claims)
    with site.client() as browser:
        browser.post("/collect", json=view(2), headers=claims)
    site.load()
    assert site.rows("select ip from raw_web_events.page_views order by event_id") == [
        ("198.51.100.9",),
        ("127.0.0.1",),
    ]


def test_what_a_killed_collector_acknowledged_is_kept_and_half_a_line_is_not(site: Site) -> None:
    folder = site.inbox / "page_views"
    folder.mkdir(parents=True)
    (folder / "1-dead.open").write_bytes(b'{"event_id":"a","url":"x"}\n{"event_id":"b","ur')
    living = Spool(folder)
    living.append([{"event_id": "c"}])
    assert [file.name for file in finished_files(folder)] == ["1-dead.ndjson"]
    assert site.load().rows == {"page_views": 1}
    living.close()
    assert site.load().rows == {"page_views": 1}
    assert site.rows("select event_id from raw_web_events.page_views order by 1") == [("a",), ("c",)]


def test_a_damaged_file_is_one_line_and_other_streams_go_on(site: Site) -> None:
    folder = site.inbox / "page_views"
    folder.mkdir(parents=True)
    (folder / "1.ndjson").write_bytes(b'{"event_id": \n')
    with site.client() as browser:
        browser.post("/v1/activities", json={"key": "k", "type": "t", "email": "a@b.c"}, headers=KEY)
    with pytest.raises(Exception, match=r"web_events: page_views .*1\.ndjson") as caught:
        site.load()
    assert "\n" not in str(caught.value)
    assert site.rows("select count(*) from raw_web_events.activities") == [(1,)]


@pytest.mark.full
def test_a_spike_of_ten_thousand_events_is_stored_to_the_last(site: Site) -> None:
    def visit(browser: httpx.Client, first: int) -> int:
        accepted = 0
        for start in range(first, first + 2500, 25):
            events = [view(number) for number in range(start, start + 25)]
            accepted += browser.post("/collect", json={"events": events}).json()["accepted"]
        return accepted

    with site.client() as browser, ThreadPoolExecutor(4) as visitors:
        assert sum(visitors.map(visit, [browser] * 4, range(0, 10_000, 2500))) == 10_000
    assert site.load().rows == {"page_views": 10_000}
    assert site.rows("select count(distinct event_id), count(*) from raw_web_events.page_views") == [(10_000, 10_000)]
