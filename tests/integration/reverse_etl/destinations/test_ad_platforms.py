"""LinkedIn, Meta and Google pass the suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest

from connections.google import GoogleCredentials, open_google
from connections.linkedin import LinkedInCredentials, open_linkedin
from connections.meta import MetaCredentials, open_meta
from reverse_etl.destinations import Destination
from reverse_etl.destinations.google import GoogleDestination
from reverse_etl.destinations.linkedin import LinkedInDestination
from reverse_etl.destinations.meta import MetaDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench
from tests.integration.reverse_etl.conformance import QUICK
from tests.integration.reverse_etl.destinations.audiences import AudienceConformance, hashed


def linkedin_credentials(env: dict[str, str]) -> LinkedInCredentials:
    """LinkedIn's as the sandbox tells them."""
    fields = ("base_url", "client_id", "client_secret", "refresh_token", "ad_account")
    return LinkedInCredentials(**{name: env[f"LINKEDIN_{name}".upper()] for name in fields})


class TestLinkedInPeople(AudienceConformance):
    service, object_name = "linkedin", "people"
    fault_path = "/users$"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        credentials = linkedin_credentials(sandbox.env)
        with open_linkedin(credentials, retry=QUICK) as connection:
            # A fresh segment is found after five seconds of the sandbox's clock.
            yield LinkedInDestination(connection, credentials.ad_account, sleep=sandbox.advance)


@pytest.mark.full
class TestLinkedInCompanies(TestLinkedInPeople):
    object_name, text_field, longest_text = "companies", "company_name", 4_000
    fault_path = "/companies$"
    has_partial_failure = True

    def key(self, number: int) -> str:
        return f"t1:company{number}.com"

    def values(self, number: int) -> dict[str, str | None]:
        return {
            "audience": self.audience,
            "company_name": f"Company {number}",
            "domain": f"company{number}.com",
            "country_code": "DE",
        }

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        return {
            key: {"company_name": member.get("companyName")} | member for key, member in super().held(sandbox).items()
        }

    def test_what_is_not_hashed_stays_here(self, bench: Bench) -> None:
        """Companies are no persons: they travel by website."""
        assert set(bench.write("create", self.some([1])).values()) == {"accepted"}

    def test_a_part_that_fails_hides_nothing_of_the_rest(self, bench: Bench) -> None:
        """A company without a website is refused alone."""
        broken = {name: value for name, value in self.values(2).items() if name not in ("domain", "company_name")}
        statuses = bench.write("create", {self.key(1): self.values(1), "nameless": broken})
        assert statuses == {self.key(1): "accepted", "nameless": "rejected"}


class TestMeta(AudienceConformance):
    service, object_name = "meta", "people"
    fault_path = "/users$"
    renews_token = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        credentials = MetaCredentials(env["META_BASE_URL"], env["META_ACCESS_TOKEN"], env["META_AD_ACCOUNT"])
        with open_meta(credentials, retry=QUICK) as connection:
            yield MetaDestination(connection, credentials.ad_account)

    def values(self, number: int) -> dict[str, str | None]:
        others = ("phone_sha256", "first_name_sha256", "last_name_sha256", "country_sha256")
        return super().values(number) | {name: sha256(f"{name}{number}".encode()).hexdigest() for name in others}

    def test_a_member_is_told_by_all_identifiers_and_removed_by_one(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        assert set(self.held(bench.sandbox)[self.key(1)]) == {"EMAIL", "PHONE", "FN", "LN", "COUNTRY"}
        partly = {name: value for name, value in self.values(1).items() if name in ("audience", "email_sha256")}
        bench.write("delete", {self.key(1): partly})
        assert self.held(bench.sandbox) == {}


class TestGoogle(AudienceConformance):
    service, object_name = "google", "people"
    fault_path = "audienceMembers"
    audience = "7001"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        fields = ("base_url", "client_id", "client_secret", "refresh_token", "ad_account")
        credentials = GoogleCredentials(**{name: sandbox.env[f"GOOGLE_{name}".upper()] for name in fields})
        with open_google(credentials, retry=QUICK) as connection:
            connection.allow(1_000)
            yield GoogleDestination(connection, credentials.ad_account, sleep=sandbox.advance)

    def values(self, number: int) -> dict[str, str | None]:
        return super().values(number) | {"phone_sha256": sha256(f"phone{number}".encode()).hexdigest()}

    def other_audience(self) -> str:
        return "7002"

    def test_consent_goes_with_every_member(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        granted = {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
        assert self.held(bench.sandbox)[self.key(1)]["consent"] == granted

    def test_a_list_that_is_not_there_is_told_at_once(self, bench: Bench) -> None:
        statuses = bench.write("create", {hashed(1): self.values(1) | {"audience": "1"}})
        assert statuses == {hashed(1): "rejected"}
