"""Everything that happens in a world, decided before a word of it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.world.accounts import Accounts, choose_crm_companies, draw_accounts
from sandbox.world.columns import Floats
from sandbox.world.companies import Companies, draw_companies
from sandbox.world.deals import Deals, draw_deals, opening_hazard
from sandbox.world.market import Market, plan_market
from sandbox.world.people import People, draw_people
from sandbox.world.pursuits import Pursuits, draw_pursuits
from sandbox.world.roster import Roster, draw_roster
from sandbox.world.scale import Scale
from sandbox.world.timeline import Timeline, timeline


@dataclass(frozen=True)
class Plan:
    """The companies, what they want, and what sales did about it; all of it numbers."""

    scale: Scale
    timeline: Timeline
    companies: Companies
    market: Market
    pursuits: Pursuits
    accounts: Accounts
    hazard: Floats
    deals: Deals
    roster: Roster
    people: People


def make_plan(scale: Scale) -> Plan:
    """Draw a world's plan. Raises TooFewCompaniesError when the size is beyond the companies at hand."""
    history = timeline(scale.as_of)
    companies = draw_companies(scale.companies, scale.seed)
    market = plan_market(companies, history, scale.seed)
    in_crm = choose_crm_companies(companies, scale)
    pursuits = draw_pursuits(companies, in_crm, market, history, scale)
    accounts = draw_accounts(companies, in_crm, pursuits, history, scale)
    hazard = opening_hazard(companies, market, accounts, history, scale)
    deals = draw_deals(companies, market, accounts, pursuits, hazard, history, scale)
    roster = draw_roster(companies, accounts, pursuits, deals, history, scale)
    people = draw_people(roster.person_company, companies, scale.seed)
    return Plan(scale, history, companies, market, pursuits, accounts, hazard, deals, roster, people)
