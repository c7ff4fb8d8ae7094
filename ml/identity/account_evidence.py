"""How likely two CRM account records are one company, from name, domain, country and town. Pure.

This is the deterministic form behind the interface that a trained model takes over: a pair in, a score between 0 and 1
with its evidence out. The levels come from measurements on real legal names (README.md).
"""

from dataclasses import dataclass
from typing import NamedTuple

from ml.identity.similarity import Relation, relation

LINK = 0.8  # from here on two records are one account
REVIEW = 0.5  # from here on a person should look


class CompanyEvidence(NamedTuple):
    """What a company record says, normalised; None where it says nothing."""

    name_key: str | None
    domain: str | None
    country: str | None
    city: str | None
    is_branch: bool


@dataclass(frozen=True)
class Verdict:
    """A score with the evidence that led to it, in words."""

    score: float
    method: str
    evidence: str


_NAME_WITH_SAME_DOMAIN = {
    Relation.EQUAL: 0.95,
    Relation.NEAR: 0.92,
    Relation.ACRONYM: 0.85,
    Relation.PART: 0.60,
    Relation.DIFFERENT: 0.20,
}
_NAME_WITHOUT_DOMAIN = {Relation.EQUAL: 0.85, Relation.NEAR: 0.65, Relation.ACRONYM: 0.35, Relation.PART: 0.30}
_NAME_WITH_OTHER_DOMAIN = {Relation.EQUAL: 0.55, Relation.NEAR: 0.25}


def compare_accounts(left: CompanyEvidence, right: CompanyEvidence) -> Verdict:
    """The score of a pair. A domain points to the family: it links nothing without a name that agrees.

    Branches are accounts of their own: only two branch records of one name in one town can be the same.
    """
    names = relation(left.name_key or "", right.name_key or "")
    domain, country, city = (
        _agreement(left.domain, right.domain),
        _agreement(left.country, right.country),
        _agreement(left.city, right.city),
    )
    score = _base(names, domain)
    if score:
        score += _place_weight(names, domain, country, city)
    if left.is_branch or right.is_branch:
        score = _branch_score(score, left, right, names)
    return Verdict(
        score=round(min(max(score, 0.0), 0.99), 2),
        method="domain_and_name" if domain == "same" else "name_and_country",
        evidence=f"name {names.value}, domain {domain}, country {country}, town {city}",
    )


def _agreement(left: str | None, right: str | None) -> str:
    if left is None or right is None:
        return "unknown"
    return "same" if left == right else "other"


def _base(names: Relation, domain: str) -> float:
    table = {"same": _NAME_WITH_SAME_DOMAIN, "unknown": _NAME_WITHOUT_DOMAIN, "other": _NAME_WITH_OTHER_DOMAIN}[domain]
    return table.get(names, 0.0)


def _branch_score(score: float, left: CompanyEvidence, right: CompanyEvidence, names: Relation) -> float:
    if not (left.is_branch and right.is_branch) or names is not Relation.EQUAL:
        return 0.0
    return score if left.city is not None and left.city == right.city else min(score, LINK - 0.1)


def _place_weight(names: Relation, domain: str, country: str, city: str) -> float:
    """Subsidiaries share name and domain but not the country; a town tells entities of one country apart."""
    weight = {"same": 0.03, "unknown": -0.05 if domain == "same" else -0.20, "other": -0.50}[country]
    if city == "same":
        weight += 0.12
    elif city == "other":
        weight -= 0.30 if names in {Relation.PART, Relation.ACRONYM} else 0.20
    return weight
