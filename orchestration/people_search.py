"""People search: whom marts.persona_requests asks for, found at a vendor and landed as a list that the next run links.

Nothing is looked for before the map of accounts was looked at (RPT-26): the figures of its review stand within their
bounds, or somebody allows the search by name. Each person costs a credit: accounts where something happens come first.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ingestion import vendors
from ingestion.vendors import Found, Wish
from orchestration import contents, imports, landing, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.people")
_MISSING = "Nothing is published yet, so nobody is known to be missing. Run `marketmap run` once."
_WISHES = """
select request_id, domain, search_titles, search_seniority, contacts_per_request from published.marts.persona_requests
where domain is not null order by priority, request_id limit ?
"""
_COVERAGE = """
select coalesce(covered_ratio, 1), covered_count, account_count from published.marts.persona_coverage_summaries
where tier = 'T1' and account_count > 0
"""
# What the review of the accounts must have shown; each row is a figure outside its bounds, in words.
_DOUBTS = """
select 'the share of ' || figure || ' in ' || tier || ' is ' || round(actual_percent, 1) || '%'
from published.marts.market_map_distributions where figure <> 'personas' and not is_expected
union all
select 'the largest territory is worth ' || round(max(max_min_ratio), 1) || ' times the smallest'
from published.marts.owner_territories where is_active having max(max_min_ratio) >= ?
"""
_COLUMNS = {
    "Email": "email", "First Name": "first_name", "Last Name": "last_name", "Job Title": "title",
    "LinkedIn": "linkedin_url", "Company": "organization_name", "Website": "organization_primary_domain",
}  # fmt: skip
OVERRIDE = "people_search"


@dataclass(frozen=True)
class Need:
    """Tier 1 accounts with a Tier 1 persona, of how many, and the share below which people are looked for."""

    covered: int
    accounts: int
    ratio: float
    threshold: float

    @property
    def is_urgent(self) -> bool:
        """Whether fewer accounts are covered than refinement_rules.csv asks for (PER-08)."""
        return self.accounts > 0 and self.ratio < self.threshold


@dataclass(frozen=True)
class Outcome:
    """What a search came to, and the list that it landed (None: nobody was found)."""

    searched: int
    found: int
    bought: int
    stop: str
    list_name: str | None


def need(settings: Settings) -> Need:
    """How well Tier 1 accounts are covered, as published; raises RequestFault before the first run."""
    rules = {row["trigger_id"]: row for row in seeds.rows(settings.project_dir, "refinement_rules")}
    threshold = float(rules.get("persona_coverage", {}).get("threshold") or 0.5)
    rows = _published(settings, _COVERAGE, [])
    ratio, covered, accounts = rows[0] if rows else (1.0, 0, 0)
    return Need(int(covered), int(accounts), float(ratio), threshold)


def search(settings: Settings, *, most: int, say: Callable[[str], None] = LOG.info) -> Outcome:
    """Look for the people whom the first `most` requests name; the caller holds the run lock.

    Raises RequestFault when the review of the accounts leaves doubts, or no vendor may be asked.
    """
    _confirm(settings)
    wishes = [
        Wish(str(request), str(domain), _words(titles), _words(levels), int(count or 1))
        for request, domain, titles, levels, count in _published(settings, _WISHES, [most])
    ]
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    adapter, vendor, cost = _finder(settings)
    with closing(adapter.opener(settings.credentials[adapter.name])) as connection:
        account = vendors.Account(
            settings.warehouse, f"search_{now:%Y%m%dT%H%M%S}", adapter.name, vendors.PEOPLE_SEARCH, cost
        )
        found = vendors.find_people(adapter, connection, account, vendor, wishes, now)
    if found.stop:
        say(f"The search ended early: {found.stop}.")
    return Outcome(found.searched, len(found.people), found.bought, found.stop, _landed(settings, adapter, found, now))


def _confirm(settings: Settings) -> None:
    allowed = {row["scope"] for row in seeds.rows(settings.project_dir, "sign_off_overrides")}
    bounds = {row["setting"]: row["value"] for row in seeds.rows(settings.project_dir, "territory_settings")}
    doubts = _published(settings, _DOUBTS, [float(bounds.get("launch_max_min_ratio") or 10)])
    if doubts and OVERRIDE not in allowed:
        raise RequestFault(
            f"The map of accounts is not settled: {'; '.join(str(doubt) for (doubt,) in doubts)}. Correct the rules, "
            f"or allow the search by name in sign_off_overrides.csv (scope {OVERRIDE})."
        )


def _finder(settings: Settings) -> tuple[Any, Any, float]:
    """The adapter, the row of vendors.csv and the price of a person: the first vendor that finds people and may."""
    rules = vendors.read_rules(settings.project_dir / "seeds")
    names = [adapter.name for adapter in vendors.ADAPTERS if adapter.finder is not None]
    for adapter in vendors.ADAPTERS:
        own = rules.vendors.get(adapter.name)
        if adapter.finder is None or own is None or adapter.name not in landing.active(settings):
            continue
        if own.may_be_asked(vendors.PEOPLE_SEARCH):
            return adapter, own, rules.unit_cost(adapter.name, "contacts")
    raise RequestFault(
        f"No vendor that finds people is on ({', '.join(names)}). Give its credentials, and allow personal data in "
        "vendors.csv (personal_data)."
    )


def _landed(settings: Settings, adapter: Any, found: Found, now: datetime) -> str | None:
    """The found people as a list of contacts; the run links each to its account and to whoever is known already."""
    if not found.people:
        return None
    name = f"{adapter.name} people search {now:%Y-%m-%d %H:%M}"
    with TemporaryDirectory(prefix="marketmap-people-") as folder:
        file = Path(folder) / f"{adapter.name}_people_{now:%Y%m%dT%H%M%S}.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(_COLUMNS)
            for wish, person in found.people.values():
                values = {"organization_primary_domain": wish.domain, **{k: v for k, v in person.items() if v}}
                writer.writerow([values.get(field, "") for field in _COLUMNS.values()])
        manifest = imports.prepare(settings, file, "contacts", name, ())
        imports.land(settings, manifest, file, LOG.debug)
    return name


def _published(settings: Settings, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    if not settings.published.exists():
        raise RequestFault(_MISSING)
    with duckdb.connect() as connection:
        connection.execute(f"attach {contents.literal(settings.published)} as published (read_only)")
        try:
            return connection.execute(query, values).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException) as error:  # or published by an earlier version
            raise RequestFault(_MISSING) from error


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split("|") if word.strip())
