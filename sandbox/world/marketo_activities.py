"""What people did with our web site and e-mails: four fifths of all activities.

Web visits follow interest, a lead's own engagement and the enthusiasm behind a deal; mailings follow nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.campaigns import Campaigns
from sandbox.world.columns import DAY, Flags, Floats, Ints, as_text, chosen, numbers, stamps
from sandbox.world.marketo import MarketoPeople
from sandbox.world.marketo_details import ACTIVITY_TYPES, Details, activity_details
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, group_ranges, pick, stream
from sandbox.world.store import Store
from sandbox.world.timeline import WEEK, working_times

PER_ACCOUNT = 80.0
COMPANY_WEB = 18.0
LEAD_WEB = 7.0
DEAL_WEB = 6.0
HOUSEKEEPING = 5.0
ENGAGEMENT_EFFECT = 0.8
ENTHUSIASM_EFFECT = 0.45
# Rows that one mailing to one person leaves: send, delivered .97, open .22, click .03, bounce .03, unsubscribe .004.
ROWS_PER_MAILING = 2.254
CHUNK = 1_000_000


@dataclass(frozen=True)
class _Acts:
    at: Ints
    who: Ints
    detail: Ints
    program: Ints


def write_marketo_activities(plan: Plan, marketo: MarketoPeople, campaigns: Campaigns, store: Store) -> None:
    """Write activity_types and activities, in order of time, guid rising with it."""
    rng = stream(plan.scale.seed, "marketo activities")
    details = activity_details(campaigns.names)
    web = [
        _company_web(plan, marketo, details, rng),
        _lead_web(plan, marketo, details, rng),
        _deal_web(plan, marketo, details, rng),
        _records(plan, marketo, details, rng),
    ]
    missing = plan.scale.accounts * PER_ACCOUNT - sum(part.at.size for part in web)
    acts = [*web, *_mailings(marketo, campaigns, details, max(0, round(missing / ROWS_PER_MAILING)), rng)]
    _write(plan, acts, marketo, details, rng, store)


def _web_details(details: Details, warmth: Floats, rng: np.random.Generator) -> Ints:
    """Warm visitors look at prices and demos more often and fill out more forms."""
    count = warmth.size
    buying = chance(rng, 0.08 + 0.30 * warmth.clip(0, 1), count)
    page = np.where(buying, details.draw("buying visit", count, rng), details.draw("visit", count, rng))
    kind = rng.random(count)
    form = kind < 0.04 + 0.06 * warmth.clip(0, 1)
    link = kind > 0.82
    return np.where(form, details.draw("form", count, rng), np.where(link, details.draw("link", count, rng), page))


def _members(marketo: MarketoPeople, company_count: int) -> tuple[Ints, Ints, Ints]:
    known = np.flatnonzero(marketo.company >= 0)
    order = known[np.argsort(marketo.company[known], kind="stable")]
    starts, sizes = group_ranges(marketo.company[order], company_count)
    return order, starts, sizes


def _someone(members: tuple[Ints, Ints, Ints], company: Ints, rng: np.random.Generator) -> Ints:
    """A person of each company, the first ones more often; -1 where nobody is known."""
    order, starts, sizes = members
    nth = np.floor(rng.random(company.size) ** 1.8 * sizes[company]).astype(np.int64)
    return np.where(sizes[company] > 0, order[np.minimum(starts[company] + nth, order.size - 1)], -1)


def _company_web(plan: Plan, marketo: MarketoPeople, details: Details, rng: np.random.Generator) -> _Acts:
    market, timeline = plan.market, plan.timeline
    company_count, weeks = market.interest.shape
    members = _members(marketo, company_count)
    base = members[2] ** 0.6 * rng.gamma(1.5, 1.0, company_count)
    weekly = (0.35 + 3.0 * market.interest) * base[:, None].astype(np.float32)
    edges = np.cumsum(weekly.ravel(), dtype=np.float64)
    draws = np.sort(rng.random(round(plan.scale.accounts * COMPANY_WEB * 1.45))) * edges[-1]
    cell = np.searchsorted(edges, draws, side="right")
    company, week = cell // weeks, cell % weeks
    who = _someone(members, company, rng)
    days = timeline.first_monday + week * WEEK + rng.integers(0, 7, cell.size) * DAY
    at = working_times(days, plan.companies.country[company], rng)
    fine = (who >= 0) & (at >= np.maximum(marketo.created[who], timeline.start))
    warmth = market.interest[company[fine], week[fine]].astype(np.float64)
    return _Acts(at[fine], who[fine], _web_details(details, warmth, rng), np.full(warmth.size, -1))


def _lead_web(plan: Plan, marketo: MarketoPeople, details: Details, rng: np.random.Generator) -> _Acts:
    """Visits between a lead's arrival and its decision, by its engagement."""
    rate = LEAD_WEB * np.exp(ENGAGEMENT_EFFECT * marketo.engagement - ENGAGEMENT_EFFECT**2 / 2)
    who = np.repeat(np.arange(marketo.person.size), rng.poisson(np.where(marketo.lead >= 0, rate, 0.0)))
    span = np.minimum(marketo.decided_at, plan.timeline.end)[who] - marketo.created[who]
    at = marketo.created[who] + (span * rng.random(who.size) ** 1.5).astype(np.int64)
    warmth = 0.5 + 0.25 * marketo.engagement[who]
    return _Acts(at, who, _web_details(details, warmth, rng), np.full(who.size, -1))


def _deal_web(plan: Plan, marketo: MarketoPeople, details: Details, rng: np.random.Generator) -> _Acts:
    """Visits by the account's people from six weeks before an opportunity until it is decided, by enthusiasm."""
    deals, timeline = plan.deals, plan.timeline
    rate = DEAL_WEB * np.exp(ENTHUSIASM_EFFECT * deals.enthusiasm - ENTHUSIASM_EFFECT**2 / 2)
    deal = np.repeat(np.arange(deals.count), rng.poisson(rate))
    members = _members(marketo, int(max(marketo.company.max(), deals.company.max())) + 1)
    who = _someone(members, deals.company[deal], rng)
    begin = deals.created[deal] - 42 * DAY
    until = np.minimum(deals.decided_at[deal], timeline.end - DAY)
    at = begin + ((until - begin) * rng.random(deal.size)).astype(np.int64)
    fine = (who >= 0) & (at >= np.maximum(marketo.created[who], timeline.start))
    warmth = np.full(int(fine.sum()), 0.5)
    return _Acts(at[fine], who[fine], _web_details(details, warmth, rng), np.full(warmth.size, -1))


def _records(plan: Plan, marketo: MarketoPeople, details: Details, rng: np.random.Generator) -> _Acts:
    """New Lead once per record made within the history, Delete Lead for the deleted, and bookkeeping in between."""
    timeline = plan.timeline
    born = np.flatnonzero(marketo.created >= timeline.start)
    gone = np.flatnonzero(marketo.deleted)
    who = rng.integers(0, marketo.person.size, round(plan.scale.accounts * HOUSEKEEPING))
    begin = np.maximum(marketo.created[who], timeline.start)
    at = begin + ((timeline.end - 60 - begin) * rng.random(who.size)).astype(np.int64)
    kinds = ("value", "score", "list", "unlist", "moment", "progression")
    kind = pick(rng, [0.32, 0.3, 0.1, 0.03, 0.12, 0.13], who.size)
    detail = np.choose(kind, [details.draw(name, who.size, rng) for name in kinds])
    gone_at = np.minimum(marketo.created[gone] + rng.integers(1, 200, gone.size) * DAY, timeline.end - 600)
    everybody = np.concatenate([born, gone, who])
    return _Acts(
        np.concatenate([marketo.created[born], gone_at, at]),
        everybody,
        np.concatenate([details.draw("new", born.size, rng), details.draw("delete", gone.size, rng), detail]),
        np.full(everybody.size, -1),
    )


def _mailings(
    marketo: MarketoPeople, campaigns: Campaigns, details: Details, count: int, rng: np.random.Generator
) -> list[_Acts]:
    """Mailings of the programs, each to many people at once; a fifth is opened, some clicked, a few bounce."""
    program = rng.integers(0, campaigns.start.size, round(count * 2.0))
    who = rng.integers(0, marketo.person.size, program.size)
    at = campaigns.start[program] // DAY * DAY + 9 * 3600 + rng.integers(0, 1_800, program.size)
    fine = np.flatnonzero(at >= marketo.created[who])[:count]
    program, who, at = program[fine], who[fine], at[fine]
    lots = rng.random((5, program.size))
    opened = lots[1] < 0.2 + 0.05 * marketo.engagement[who].clip(-2, 2)
    clicked = opened & (lots[2] < 0.14)
    bounced = lots[0] >= 0.97
    parts: list[tuple[str, Flags, Ints]] = [
        ("send", np.ones(program.size, dtype=np.bool_), at),
        ("delivered", ~bounced, at + 20 + (lots[3] * 200).astype(np.int64)),
        ("bounce", bounced, at + 30),
        ("open", ~bounced & opened, at + 300 + (lots[3] ** 3 * 3 * DAY).astype(np.int64)),
        ("click", ~bounced & clicked, at + 400 + (lots[3] ** 3 * 3 * DAY).astype(np.int64)),
        ("unsubscribe", ~bounced & (lots[4] < 0.004), at + 5 * DAY),
    ]
    return [
        _Acts(times[happens], who[happens], details.entry(kind, program[happens]), program[happens])
        for kind, happens, times in parts
    ]


def _write(
    plan: Plan, acts: list[_Acts], marketo: MarketoPeople, details: Details, rng: np.random.Generator, store: Store
) -> None:
    store.insert(
        "marketo.activity_types",
        {
            "id": pa.array(list(ACTIVITY_TYPES)),
            "name": pa.array([name for name, _ in ACTIVITY_TYPES.values()]),
            "primaryAttribute": pa.array([primary for _, primary in ACTIVITY_TYPES.values()]),
        },
    )
    at = np.concatenate([part.at for part in acts])
    who = np.concatenate([part.who for part in acts])
    detail = np.concatenate([part.detail for part in acts])
    program = np.concatenate([part.program for part in acts])
    types = np.array(details.types)
    inside = np.flatnonzero((at >= plan.timeline.start) & (at < plan.timeline.end - 60))
    inside = inside[np.argsort(at[inside], kind="stable")]
    guid = 70_000_000 + np.cumsum(rng.integers(1, 6, inside.size))
    values = pa.array(details.values, pa.string())
    attributes = pa.array(details.attributes, pa.string())
    value_ids = np.array(details.value_ids)
    for begin in range(0, inside.size, CHUNK):
        rows = inside[begin : begin + CHUNK]
        code, campaign = detail[rows], program[rows]
        store.insert(
            "marketo.activities",
            {
                "marketoGUID": as_text(guid[begin : begin + CHUNK]),
                "leadId": pa.array(marketo.ids[who[rows]]),
                "activityDate": stamps(at[rows]),
                "activityTypeId": pa.array(types[code]),
                "campaignId": numbers(campaign + 1_001, campaign >= 0),
                "primaryAttributeValueId": numbers(value_ids[code], value_ids[code] > 0),
                "primaryAttributeValue": chosen(values, code),
                "attributes": chosen(attributes, code),
            },
        )
