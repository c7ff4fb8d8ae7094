"""The CRM's account records: one or more per company, some merged away or deleted. No text yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.columns import DAY, Flags, Ints
from sandbox.world.companies import Companies
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import pick, stream
from sandbox.world.scale import Scale
from sandbox.world.timeline import Timeline

LIVE, MERGED, DELETED = 0, 1, 2


@dataclass(frozen=True)
class Accounts:
    """Per record: its company, whether it is the one sales works in, state, when it came and went, the record it was
    merged into (-1: none) and its id. `primary` gives each company's main record (-1: not in the CRM)."""

    company: Ints
    is_primary: Flags
    state: Ints
    created: Ints
    removed: Ints
    merged_into: Ints
    ids: pa.Array
    primary: Ints

    @property
    def count(self) -> int:
        """How many records there are, deleted ones included."""
        return self.company.size


def choose_crm_companies(companies: Companies, scale: Scale) -> Flags:
    """Which companies sales keeps in the CRM from the start; families tend to come together."""
    rng = stream(scale.seed, "crm companies")
    lot = rng.random(int(companies.family.max()) + 1)[companies.family] + 0.7 * rng.random(companies.count)
    in_crm = np.zeros(companies.count, dtype=np.bool_)
    in_crm[np.argsort(lot, kind="stable")[: scale.crm_companies]] = True
    return in_crm


def draw_accounts(
    companies: Companies, in_crm: Flags, pursuits: Pursuits, timeline: Timeline, scale: Scale
) -> Accounts:
    """Exactly `scale.accounts` live records, and about 5% more that were merged or deleted (by level of dirt)."""
    rng = stream(scale.seed, "accounts")
    primary_company, primary_created = _primaries(companies, in_crm, pursuits, timeline, rng)
    held = primary_company.size
    duplicates = max(0, scale.accounts - held)
    gone = round(scale.accounts * 0.05 * scale.level)
    extra = duplicates + gone
    original = _originals(held, extra, rng)
    merged = np.arange(extra) >= duplicates
    deleted = merged & (rng.random(extra) < 0.35)
    company = np.concatenate([primary_company, primary_company[original]])
    earliest = np.concatenate([primary_created, primary_created[original]])
    created = earliest + (rng.random(company.size) * 0.8 * (timeline.end - DAY - earliest)).astype(np.int64)
    created[:held] = primary_created
    state = np.concatenate([np.full(held, LIVE), np.where(deleted, DELETED, np.where(merged, MERGED, LIVE))])
    removed = created + ((timeline.end - 3600 - created) * rng.uniform(0.2, 1.0, company.size)).astype(np.int64)
    removed = np.where(state == LIVE, timeline.end, np.maximum(removed, timeline.start))
    primary = np.full(companies.count, -1, dtype=np.int64)
    primary[primary_company] = np.arange(held)
    return Accounts(
        company=company,
        is_primary=np.arange(company.size) < held,
        state=state,
        created=created,
        removed=removed,
        merged_into=np.concatenate([np.full(held, -1), np.where(merged & ~deleted, original, -1)]),
        ids=salesforce_ids("Account", created, rng),
        primary=primary,
    )


def _primaries(
    companies: Companies, in_crm: Flags, pursuits: Pursuits, timeline: Timeline, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Records made by sales, two thirds of them before the history, then those made when a lead was converted."""
    known = np.flatnonzero(in_crm)
    before = timeline.start - (rng.random(known.size) ** 1.5 * 1_400 * DAY).astype(np.int64)
    within = timeline.start + (rng.random(known.size) * (timeline.end - timeline.start - 20 * DAY)).astype(np.int64)
    created = np.where(rng.random(known.size) < 0.66, before, within)
    won_over = np.flatnonzero(pursuits.converted & (pursuits.company >= 0))
    first_conversion = np.full(in_crm.size, timeline.end, dtype=np.int64)
    np.minimum.at(first_conversion, pursuits.company[won_over], pursuits.decided_at[won_over])
    created = np.minimum(created, first_conversion[known])
    fresh = won_over[~in_crm[pursuits.company[won_over]]]
    order = fresh[np.argsort(pursuits.decided_at[fresh], kind="stable")]
    newcomers, first = np.unique(pursuits.company[order], return_index=True)
    return np.concatenate([known, newcomers]), np.concatenate([created, pursuits.decided_at[order][first]])


def _originals(companies: int, extra: int, rng: np.random.Generator) -> Ints:
    """Which primary each extra record repeats: skewed, so that a few companies have three or four records."""
    return pick(rng, rng.gamma(0.6, 1.0, companies), extra)
