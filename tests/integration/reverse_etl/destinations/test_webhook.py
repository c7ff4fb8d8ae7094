"""Webhooks pass the suite; and what only signed events must do."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from connections.errors import ConnectionFailure
from connections.webhook import WebhookCredentials, open_address, signature
from reverse_etl.destinations import Destination
from reverse_etl.destinations.webhook import WebhookDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench
from tests.integration.reverse_etl.conformance import QUICK, Conformance


class TestWebhook(Conformance):
    service, object_name, text_field = "webhook", "alerts", "text"
    fault_path = "/hooks/"
    has_token, has_partial_failure = False, False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
            connection.allow(1_000)
            yield WebhookDestination(connection, env["WEBHOOK_SECRET"])

    def values(self, number: int) -> dict[str, str | None]:
        return {"event_type": "account.became_hot", "text": f"Account {number}", "overall_score": "85.5", "tier": None}

    def events(self, sandbox: RunningSandbox) -> list[dict[str, Any]]:
        """What the receiver took."""
        return [write["after"] for write in sandbox.writes("webhook", object="Event")]

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        state: dict[str, dict[str, Any]] = {}
        for event in self.events(sandbox):
            if event["type"].endswith(".ended"):
                state.pop(event["data"]["id"])
            else:
                state[event["data"]["id"]] = event["data"]
        return state

    def test_an_event_says_what_happened_in_types(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        (event,) = self.events(bench.sandbox)
        assert event["type"] == "account.became_hot"
        assert event["data"] == {"id": "record-1", "text": "Account 1", "overall_score": 85.5, "tier": None}

    def test_the_same_event_is_taken_once(self, bench: Bench) -> None:
        for intent in ("one", "one", "two"):
            bench.write("create", self.some([1]), intent=intent)
        assert len(self.events(bench.sandbox)) == 2

    def test_failures_of_the_moment_are_tried_again_with_the_same_signature_rules(self, bench: Bench) -> None:
        for kind in ("500", "429"):
            self.strike(bench, kind, count=2, **({"retry_after": 0} if kind == "429" else {}))
            assert bench.write("create", self.some([1]), intent=kind) == {"record-1": "accepted"}
        assert len(self.events(bench.sandbox)) == 2

    def test_a_wrong_secret_an_old_event_and_an_address_that_is_gone_stop_the_run(self, bench: Bench) -> None:
        env = bench.sandbox.env
        wrong = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
        gone = env["WEBHOOK_BASE_URL"].replace("/revops", "/gone")
        for address, secret, clock in (
            (env["WEBHOOK_BASE_URL"], wrong, None),
            (env["WEBHOOK_BASE_URL"], "not a secret", None),
            (gone, env["WEBHOOK_SECRET"], None),
        ):
            with open_address("webhook", address, retry=QUICK) as connection:
                bench.destination = WebhookDestination(connection, secret, **({"clock": clock} if clock else {}))
                with pytest.raises(ConnectionFailure):
                    bench.write("create", self.some([1]))
        with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
            bench.destination = WebhookDestination(connection, env["WEBHOOK_SECRET"], clock=lambda: 1_700_000_000.0)
            assert bench.write("create", self.some([1])) == {"record-1": "rejected"}
        assert self.events(bench.sandbox) == []

    def test_each_address_is_told_each_event_once_whatever_the_others_answer(self, bench: Bench) -> None:
        env = bench.sandbox.env
        first, secret = env["WEBHOOK_BASE_URL"], env["WEBHOOK_SECRET"]
        more = f"sales {first.replace('/revops', '/sales')} {secret}; old {first.replace('/revops', '/gone')} {secret}"
        with ExitStack() as stack:
            ways = {
                name: (stack.enter_context(open_address("webhook", address, retry=QUICK)), own)
                for name, (address, own) in WebhookCredentials(first, secret, more).others().items()
            }
            way = stack.enter_context(open_address("webhook", first, retry=QUICK))
            bench.destination = WebhookDestination(way, secret, others=ways)
            keys = ("record-1", "record-1@sales", "record-1@old", "record-1@nobody")
            told = bench.write("create", dict.fromkeys(keys, self.values(1)), intent="once")
            assert list(told.values()) == ["accepted", "accepted", "retryable", "rejected"]
            assert bench.destination.usage.calls == 3
            again = bench.write("create", {"record-1@sales": self.values(1)}, intent="once")
            assert again == {"record-1@sales": "accepted"}
            assert bench.write("create", {"record-1@old": self.values(1)}) == {"record-1@old": "retryable"}
        heard = [(write["actor"], write["after"]["data"]["id"]) for write in bench.sandbox.writes("webhook")]
        assert sorted(heard) == [("revops", "record-1"), ("sales", "record-1")]

    @pytest.mark.parametrize("more", ["sales", "a https://x y; a https://x z", "a ftp://x y", "a b c d"])
    def test_addresses_that_cannot_be_read_are_told_without_the_secret(self, more: str) -> None:
        with pytest.raises(ConnectionFailure, match="WEBHOOK_MORE is not a name of its own") as failure:
            WebhookCredentials("https://x", "y", more).others()
        assert "https://x" not in str(failure.value).replace("https://address", "")

    def test_a_replay_is_not_taken(self, bench: Bench) -> None:
        """Somebody who saw an event cannot send it again after five minutes, nor change a byte of it at once."""
        address, secret = bench.sandbox.env["WEBHOOK_BASE_URL"], bench.sandbox.env["WEBHOOK_SECRET"]
        body = b'{"type":"account.became_hot","data":{}}'
        then = int(time.time()) - 600
        headers = {"webhook-id": "evt_1", "webhook-timestamp": str(then)}
        with bench.sandbox.client("https://127.0.0.1") as thief:
            old = headers | {"webhook-signature": signature(secret, "evt_1", then, body)}
            assert thief.post(address, content=body, headers=old).status_code == 400
            forged = old | {"webhook-timestamp": str(then + 1)}
            assert thief.post(address, content=body, headers=forged).status_code == 401

    def test_leads_tell_what_is_new_and_what_is_no_more(self, bench: Bench) -> None:
        bench.object_name = "leads"
        bench.write("create", {"00Q1": {"grade": "B", "overall_score": "61"}})
        bench.write("update", {"00Q1": {"grade": None, "overall_score": "84.25"}})
        told = [(event["type"], event["data"]) for event in self.events(bench.sandbox)]
        assert told == [
            ("lead.created", {"id": "00Q1", "grade": "B", "overall_score": 61.0}),
            ("lead.score_updated", {"id": "00Q1", "overall_score": 84.25, "grade": None}),
        ]
