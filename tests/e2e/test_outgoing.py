"""Nothing unhashed and nobody without consent ever leaves: whole runs, judged by what a proxy saw on the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import MARKET, Installation, copied_project, edit_seed
from tests.e2e.recorder import Outgoing, recorded
from tests.integration.conftest import RunningSandbox, running_sandbox

AD_PLATFORMS = ("linkedin", "meta", "google")
WRITTEN_TO = (*AD_PLATFORMS, "slack", "teams", "webhook")
SYSTEMS = ("salesforce", "marketo", "zoominfo", "bombora", *AD_PLATFORMS, "slack", "webhook")
HASH = re.compile("[0-9a-f]{64}")
ADDRESS = re.compile(rb"[\w.+'-]+@[\w-]+\.[\w.-]+")
MEMBERS = "select member_id from activation.sync_{platform}__members"
# People by the rules of the platforms, worked out here anew: trimmed, lower case.
PEOPLE = """
    select contacts.email, contacts.phone, contacts.is_opted_out, consents.is_allowed, contacts.salesforce_contact_id,
        contacts.record_count, contacts.contact_id
    from marts.dim_contacts as contacts
    inner join marts.contact_consents as consents
        on contacts.contact_id = consents.contact_id and consents.purpose = 'advertising'
    where contacts.email is not null
"""


def hashed(address: object) -> str:
    """SHA-256 of a trimmed address in lower case."""
    return sha256(str(address).strip().lower().encode()).hexdigest()


def people_in(outgoing: list[Outgoing], platform: str, *, leaving: bool) -> list[dict[str, Any]]:
    """The identifiers of each person that was told to a platform, to come or to leave."""
    found: list[dict[str, Any]] = []
    for request in outgoing:
        if request.system != platform or not request.body or "oken" in request.path:
            continue
        body = json.loads(request.body)
        if platform == "linkedin" and request.path.endswith("/users"):
            action = "REMOVE" if leaving else "ADD"
            found += [
                {"email": one["userIds"][0]["idValue"]}
                | {k: v for k, v in one.items() if k not in ("action", "userIds")}
                for one in body["elements"]
                if one["action"] == action
            ]
        elif platform == "meta" and request.path.endswith("/users") and (request.method == "DELETE") == leaving:
            schema = [name.lower() for name in body["payload"]["schema"]]
            found += [dict(zip(schema, row, strict=True)) for row in body["payload"]["data"]]
        elif platform == "google" and request.path.endswith(":remove" if leaving else ":ingest"):
            for member in body["audienceMembers"]:
                named = {k: v for one in member["userData"]["userIdentifiers"] for k, v in one.items()}
                found.append({"email": named.pop("emailAddress"), **named})
    return found


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A market with ad platforms and chats."""
    with running_sandbox(tmp_path_factory.mktemp("platforms"), *MARKET, "--systems", ",".join(SYSTEMS)) as running:
        yield running


@pytest.fixture(scope="module")
def project_with_google(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the audience of Google switched on, as RevOps would."""
    project = copied_project(tmp_path_factory.mktemp("project"))
    edit_seed(project, "audiences", "contacts,advertising,,100,false", "contacts,advertising,7001,100,true")
    return project


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_only_hashes_of_people_who_may_be_approached_leave_and_removals_follow(
    platforms: RunningSandbox, project_with_google: Path, tmp_path: Path
) -> None:
    with recorded(platforms.env, WRITTEN_TO) as (environment, outgoing):
        installation = Installation(tmp_path / ".marketmap", environment, tmp_path)
        installation.extra = {"MARKETMAP_PROJECT_DIR": str(project_with_google)}
        done = installation.marketmap("run")
        assert done.code == 0, done.stderr
        people = installation.warehouse(PEOPLE)
        assert_nothing_personal(outgoing, people)
        members = {platform: assert_consented(installation, outgoing, platform, people) for platform in AD_PLATFORMS}

        gone = leave(platforms, people, members["linkedin"])
        first = len(outgoing)
        done = installation.marketmap("run")
        assert done.code == 0, done.stderr
        assert_nothing_personal(outgoing[first:], people)
        for platform in AD_PLATFORMS:
            now = held(installation, platform)
            removed = {one["email"] for one in people_in(outgoing[first:], platform, leaving=True)}
            added = {one["email"] for one in people_in(outgoing[first:], platform, leaving=False)}
            assert removed >= ({hashed(address) for address in gone} & members[platform]) != set(), platform
            assert removed == members[platform] - now, platform
            assert added >= now - members[platform], platform

        second = len(outgoing)
        done = installation.marketmap("run")
        assert done.code == 0, done.stderr
        assert [one for one in outgoing[second:] if one.method != "GET" and "oken" not in one.path] == []


def assert_nothing_personal(outgoing: list[Outgoing], people: list[tuple[object, ...]]) -> None:
    """No address and no phone number of anybody stands anywhere in what went out."""
    phones = {str(phone).removeprefix("+").encode() for _, phone, *_ in people if phone}
    assert {one.system for one in outgoing} <= set(WRITTEN_TO)
    for one in outgoing:
        assert ADDRESS.search(one.body) is None, (one.system, one.path)
        assert "@" not in one.path
        digits = set(re.findall(rb"\d{9,15}", one.body))
        assert not digits & phones, (one.system, one.path)


def assert_consented(
    installation: Installation, outgoing: list[Outgoing], platform: str, people: list[tuple[object, ...]]
) -> set[str]:
    """Every identifier is a hash, of somebody who may be approached; returns who is a member now."""
    told = people_in(outgoing, platform, leaving=False)
    assert told, platform
    assert all(HASH.fullmatch(value) for one in told for value in one.values() if value), platform
    sent = {one["email"] for one in told}
    objected = {hashed(address) for address, _, is_opted_out, *_ in people if is_opted_out}
    assert not sent & objected, platform
    if platform != "google":  # gmail.com addresses are normalised further there
        allowed = {hashed(address) for address, _, _, is_allowed, *_ in people if is_allowed}
        assert sent <= allowed, platform
    assert sent == held(installation, platform), platform
    return sent


def held(installation: Installation, platform: str) -> set[str]:
    """The hashes that the platform should hold, over all of its audiences."""
    rows = installation.warehouse(MEMBERS.format(platform=platform))
    return {str(member).rpartition(":")[2] for (member,) in rows}


def leave(platforms: RunningSandbox, people: list[tuple[object, ...]], members: set[str]) -> list[str]:
    """One member opts out in the CRM, another one is deleted there; returns their addresses."""
    alone = [
        (str(address), str(contact))
        for address, _, _, _, contact, records, _ in people
        if contact and records == 1 and hashed(address) in members
    ]
    (objecting, first), (leaving, second) = alone[:2]
    with platforms.salesforce(person=True) as crm:
        crm.patch(f"/sobjects/Contact/{first}", json={"HasOptedOutOfEmail": True}).raise_for_status()
        crm.delete(f"/sobjects/Contact/{second}").raise_for_status()
    return [objecting, leaving]
