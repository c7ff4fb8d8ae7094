"""What was planted can be seen in the records, what was not cannot."""

import pytest

from .conftest import Ask

CLOSED = "deals join companies using (company_id) where is_closed"


def test_fit_shows_in_the_win_rate(ask: Ask) -> None:
    middle = f"(select median(true_fit) from {CLOSED})"
    better = ask(f"select avg(is_won::int) from {CLOSED} and true_fit > {middle}")
    other = ask(f"select avg(is_won::int) from {CLOSED} and true_fit <= {middle}")
    assert better > 1.7 * other


@pytest.mark.parametrize(
    "holds",
    [
        "industry in ('Technology', 'Finance', 'Healthcare', 'Telecommunications')",
        "employee_count between 200 and 5000",
        "country_code in ('US', 'GB', 'DE', 'NL', 'CA')",
    ],
)
def test_each_driver_shows(ask: Ask, holds: str) -> None:
    assert ask(f"select avg(is_won::int) from {CLOSED} and {holds}") > 1.1 * ask(
        f"select avg(is_won::int) from {CLOSED} and not ({holds})"
    )


def test_the_planted_technology_shows_through_the_vendor(ask: Ask) -> None:
    rate = """
        select avg(d.is_won::int) from deals d
        join company_records r on r.company_id = d.company_id and r.source = 'zoominfo'
        join world.zoominfo.companies z on z.id::varchar = r.record_id
        where d.is_closed and {} list_contains(z."techAttributes", 'Snowflake')
    """
    assert ask(rate.format("")) > 1.15 * ask(rate.format("not"))


def test_noise_does_nothing(ask: Ask) -> None:
    rate = """
        select avg(d.is_won::int) from deals d join world.salesforce."Opportunity" o on o."Id" = d.opportunity_id
        join world.salesforce."Account" a on a."Id" = o."AccountId" where d.is_closed and {}
    """
    groups = ["\"AccountSource\" in ('Web', 'Trade Show')", "\"AccountSource\" in ('Other', 'Purchased List')"]
    one, other = (ask(rate.format(group)) for group in groups)
    assert abs(one - other) < 0.1


def test_probabilities_are_what_happened(ask: Ask) -> None:
    for table, probability, outcome, among in (
        ("deals", "win_probability", "is_won", "is_closed"),
        ("lead_companies", "conversion_probability", "is_converted", "is_decided"),
        ("account_propensity", "opportunity_probability", "has_opportunity", "true"),
    ):
        said = ask(f"select avg({probability}) from {table} where {among}")
        happened = ask(f"select avg({outcome}::int) from {table} where {among}")
        assert said == pytest.approx(happened, rel=0.12), table


def test_ceilings_leave_room_for_a_model_and_for_failure(ask: Ask) -> None:
    for model in ("win", "conversion", "opportunity in 13 weeks"):
        assert 0.72 <= ask(f"select value from ceilings where model = '{model}' and metric = 'auc'") <= 0.9


def test_sales_works_harder_before_a_win(ask: Ask) -> None:
    effort = """
        select avg(n) from (
            select o."Id", count(t."Id") as n from world.salesforce."Opportunity" o
            left join world.salesforce."Task" t on t."WhatId" = o."Id"
            where o."IsClosed" and {} o."IsWon" group by 1)
    """
    won, lost = ask(effort.format("")), ask(effort.format("not"))
    assert 1.1 * lost < won < 2 * lost


def test_web_visits_rise_before_a_conversion(ask: Ask) -> None:
    visits = """
        select avg(n) from (
            select m.id, count(a."leadId") as n from world.marketo.leads m
            join lead_companies l on l.lead_id = m."sfdcLeadId"
            join world.salesforce."Lead" c on c."Id" = l.lead_id
            left join world.marketo.activities a on a."leadId" = m.id and a."activityTypeId" in (1, 2, 3)
                and a."activityDate" < coalesce(c."ConvertedDate", m."createdAt" + interval 20 day)
            where l.is_decided and {} l.is_converted group by 1)
    """
    assert ask(visits.format("")) > 1.3 * ask(visits.format("not"))


def test_intent_surges_come_before_opportunities(ask: Ask) -> None:
    score = """
        select avg(coalesce(watched, 0)) from (
            select c.company_id, s.week, sum("Composite Score") filter (where "Topic ID" < 2000) as watched
            from (select distinct week from world.bombora.company_surges) s
            join companies c on c.in_crm and c.domain is not null and c.hierarchy_level = 0
            left join world.bombora.company_surges b on b."Domain" = c.domain and b.week = s.week
            where {} exists (select 1 from world.salesforce."Opportunity" o join deals d on d.opportunity_id = o."Id"
                where d.company_id = c.company_id and o."CreatedDate" between s.week and s.week + interval 28 day)
            group by all)
    """
    assert ask(score.format("")) > 2 * ask(score.format("not"))


def test_deal_amounts_follow_size(ask: Ask) -> None:
    amount = 'select median("Amount") from world.salesforce."Opportunity" join deals on opportunity_id = "Id" '
    amount += "join companies using (company_id) where employee_count {}"
    assert ask(amount.format("> 2000")) > 8 * ask(amount.format("< 200"))
    off = """select median(abs(ln("Amount"::double / contract_potential_usd))) from world.salesforce."Opportunity"
             join deals on opportunity_id = "Id" join companies using (company_id)"""
    assert ask(off) < 0.5


def test_vendor_knows_most_companies_and_differs_a_little(ask: Ask) -> None:
    known = """select avg((company_id in (select company_id from company_records where source = 'zoominfo'))::int)
               from companies where kind <> 'branch'"""
    assert 0.8 <= ask(known) <= 0.93
    figures = """from company_records r join world.zoominfo.companies z on z.id::varchar = r.record_id
                 join companies c using (company_id) where r.source = 'zoominfo'"""
    assert 0.02 < ask(f'select median(abs(z."employeeCount" / c.employee_count - 1)) {figures}') < 0.15
    assert ask(f"select avg((z.name = c.legal_name)::int) {figures}") < 0.6
