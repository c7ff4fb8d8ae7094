"""Which pairs of records are joined, which go to review, and which are left alone."""

import pytest

from ml.identity import account_evidence, lead_evidence
from ml.identity.account_evidence import CompanyEvidence, compare_accounts
from ml.identity.lead_evidence import LeadEvidence, compare_lead, is_named

GLOBEX = CompanyEvidence("globex", "globex.com", "US", "boston", is_branch=False)


def _decision(left: CompanyEvidence, right: CompanyEvidence) -> str:
    verdict = compare_accounts(left, right)
    assert compare_accounts(right, left) == verdict
    if verdict.score >= account_evidence.LINK:
        return "join"
    return "review" if verdict.score >= account_evidence.REVIEW else "apart"


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({}, "join"),
        ({"domain": None}, "join"),  # same name and country
        ({"country": None, "city": None}, "join"),  # same domain and name
        ({"name_key": "globx"}, "join"),  # a slip, under the same domain
        ({"domain": None, "country": None, "city": None}, "review"),  # IDN-04: a name alone
        ({"name_key": "globex manufacturing"}, "review"),  # a subsidiary, or the same company in long
        ({"city": "dallas"}, "review"),
        ({"domain": "globex.io"}, "review"),
        ({"country": "DE", "city": "berlin"}, "apart"),  # a subsidiary under the family's domain
        ({"name_key": "initech"}, "apart"),  # a domain alone joins nothing
        ({"is_branch": True}, "apart"),  # IDN-14
    ],
)
def test_decisions_on_accounts(changes: dict[str, object], decision: str) -> None:
    assert _decision(GLOBEX, GLOBEX._replace(**changes)) == decision  # type: ignore[arg-type]  # fields by name


def test_branches_are_joined_only_with_themselves() -> None:
    airport = CompanyEvidence("globex airport", "globex.com", "US", "boston", is_branch=True)
    assert _decision(airport, airport) == "join"
    assert _decision(airport, airport._replace(city=None)) == "review"
    assert _decision(airport, airport._replace(name_key="globex harbour")) == "apart"


def test_the_verdict_says_what_it_rests_on() -> None:
    verdict = compare_accounts(GLOBEX, GLOBEX._replace(domain=None))
    assert verdict.method == "name_and_country"
    assert verdict.evidence == "name equal, domain unknown, country same, town same"


ACCOUNT = LeadEvidence("globex", "globex.com", "US", "boston")


@pytest.mark.parametrize(
    ("lead", "family", "method", "linked"),
    [
        (LeadEvidence("globex", "globex.com", None, None), True, "domain_and_name", True),
        (LeadEvidence(None, "globex.com", None, None), False, "domain", True),  # IDN-11: jane@globex.com
        (LeadEvidence("na", "globex.com", None, None), False, "domain", True),
        (LeadEvidence("globex", None, "US", None), False, "name_and_country", True),
        (LeadEvidence("globex", None, None, None), False, "name", True),  # IDN-11: a gmail lead of 'Globex Corp'
        (LeadEvidence("globex", None, "DE", None), False, "name", False),
        (LeadEvidence("globex", "initech.com", None, None), False, "name", False),
        (LeadEvidence("initech", "globex.com", None, None), False, "domain", False),
        (LeadEvidence("initech", "globex.com", None, None), True, "domain", False),
        (LeadEvidence("globex europe", "globex.com", "US", "boston"), True, "domain_and_name", True),
        (LeadEvidence("globex europe", "globex.com", "DE", None), True, "domain_and_name", False),
        (LeadEvidence(None, None, "US", "boston"), False, "name_and_country", False),
    ],
)
def test_leads(lead: LeadEvidence, family: bool, method: str, linked: bool) -> None:
    fit = compare_lead(lead, ACCOUNT, is_family_domain=family)
    assert fit.method == method
    assert (fit.score >= lead_evidence.LINK) is linked


def test_placeholders_are_no_names() -> None:
    assert not is_named("n a".replace(" ", ""))
    assert not is_named("self employed")
    assert not is_named(None)
    assert is_named("globex")
