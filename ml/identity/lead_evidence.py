"""How well a lead, or a vendor's or intent provider's company, fits an account. Pure.

Other than two accounts, a lead need not be the account's twin: it is enough that its person works there. So a domain
counts more here, and among the accounts of one domain the name and the place decide.
"""

from typing import NamedTuple

from ml.identity.similarity import Relation, relation

LINK = 0.6  # from here on the lead belongs to the account
REVIEW = 0.4  # from here on a person should look


class LeadEvidence(NamedTuple):
    """What a lead says of its company, normalised; None where it says nothing."""

    name_key: str | None
    domain: str | None
    country: str | None
    city: str | None


class Fit(NamedTuple):
    """How well a lead fits an account."""

    score: float
    method: str
    evidence: str


_WITH_DOMAIN = {Relation.EQUAL: 0.95, Relation.NEAR: 0.93, Relation.ACRONYM: 0.90}
# Weaker names, by whether the account is the only one of its domain or shares it with its family.
_WITH_OWN_DOMAIN = {Relation.PART: 0.57, Relation.DIFFERENT: 0.52}
_WITH_FAMILY_DOMAIN = {Relation.PART: 0.54, Relation.DIFFERENT: 0.35}
_OWN_DOMAIN_ALONE, _FAMILY_DOMAIN_ALONE = 0.75, 0.60  # the lead names no company
_BY_NAME = {Relation.EQUAL: 0.72, Relation.NEAR: 0.60}
_AGAINST_DOMAIN = {Relation.EQUAL: 0.45}  # the lead's own domain is another one
_PLACEHOLDERS = frozenset(
    [
        "na",
        "none",
        "self",
        "selfemployed",
        "freelance",
        "student",
        "company",
        "xxx",
        "unknown",
        "privat",
        "private",
        "test",
    ]
)


def is_named(name_key: str | None) -> bool:
    """Whether a lead names its company, rather than filling a mandatory field."""
    return bool(name_key) and (name_key or "").replace(" ", "") not in _PLACEHOLDERS


def compare_lead(lead: LeadEvidence, account: LeadEvidence, *, is_family_domain: bool) -> Fit:
    """The fit of a pair, 0 to 1. `is_family_domain`: the account shares its domain with other accounts."""
    named = is_named(lead.name_key)
    names = relation(lead.name_key or "", account.name_key or "") if named else Relation.DIFFERENT
    if lead.domain is not None and lead.domain == account.domain:
        domain, base = "same", _domain_base(names, named=named, is_family_domain=is_family_domain)
    elif lead.domain is not None and account.domain is not None:
        domain, base = "other", _AGAINST_DOMAIN.get(names, 0.0)
    else:
        domain, base = "unknown", _BY_NAME.get(names, 0.0)
    score = base + _place_weight(lead, account, same_domain=domain == "same") if base else 0.0
    return Fit(
        score=round(min(max(score, 0.0), 0.99), 2),
        method=_method(lead, account, names, domain),
        evidence=f"name {names.value if named else 'unknown'}, domain {domain}",
    )


def _domain_base(names: Relation, *, named: bool, is_family_domain: bool) -> float:
    if not named:
        return _FAMILY_DOMAIN_ALONE if is_family_domain else _OWN_DOMAIN_ALONE
    if names in _WITH_DOMAIN:
        return _WITH_DOMAIN[names]
    return (_WITH_FAMILY_DOMAIN if is_family_domain else _WITH_OWN_DOMAIN)[names]


def _method(lead: LeadEvidence, account: LeadEvidence, names: Relation, domain: str) -> str:
    if domain == "same":
        return "domain" if names is Relation.DIFFERENT else "domain_and_name"
    return "name_and_country" if lead.country is not None and lead.country == account.country else "name"


def _place_weight(lead: LeadEvidence, account: LeadEvidence, *, same_domain: bool) -> float:
    """A name needs its country; a domain is told apart by it. The person's town may differ from the company's."""
    weight = 0.0
    if lead.country is not None and account.country is not None:
        weight += (0.03 if same_domain else 0.16) if lead.country == account.country else -0.25
    if lead.city is not None and account.city is not None:
        weight += 0.05 if lead.city == account.city else -0.05
    return weight
