"""What is compared of a lead, or a vendor's or intent provider's company, and an account it may belong to.

Other than two accounts, a lead need not be the account's twin: it is enough that its person works there. So a domain
counts more here, and among the accounts of one domain name, place and size decide.
"""

from ml.identity.levels import Comparison, Level, Task, closeness, unknown

_SAME = "domain_l = domain_r"
_UNKNOWN = "(domain_l is null or domain_r is null)"

_COMPARISONS = (
    Comparison(
        "company",
        (
            Level("same domain, name equal", f"{_SAME} and relation_l = 'equal'", 0.600, 0.060),
            Level("same domain, name near", f"{_SAME} and relation_l in ('near', 'acronym', 'sound')", 0.100, 0.012),
            Level(
                "own domain, part of the name",
                f"{_SAME} and relation_l = 'part' and not is_family_domain_l",
                0.020,
                0.002,
            ),
            Level("family's domain, part of the name", f"{_SAME} and relation_l = 'part'", 0.040, 0.300),
            Level(
                "own domain, no name", f"{_SAME} and relation_l = 'unnamed' and not is_family_domain_l", 0.020, 0.001
            ),
            Level("family's domain, no name", f"{_SAME} and relation_l = 'unnamed'", 0.020, 0.060),
            Level("own domain, other name", f"{_SAME} and not is_family_domain_l", 0.008, 0.006),
            Level("family's domain, other name", _SAME, 0.010, 0.350),
            Level(
                "domain unknown, name equal and of one domain",
                f"{_UNKNOWN} and relation_l = 'equal' and name_domains_l < 2",
                0.120,
                0.004,
            ),
            Level("domain unknown, name equal", f"{_UNKNOWN} and relation_l = 'equal'", 0.030, 0.015),
            Level("domain unknown, name near", f"{_UNKNOWN} and relation_l = 'near'", 0.030, 0.006),
            Level("domain unknown, other name", _UNKNOWN, 0.002, 0.050, fixed=True),
            Level("other domain, name alike", "relation_l in ('equal', 'near')", 0.010, 0.080),
            Level("other domain, other name", "ELSE", 0.001, 0.100, fixed=True),
        ),
    ),
    Comparison(
        "form",
        (
            Level("same legal form", "legal_form_l = legal_form_r", 0.90, 0.65),
            Level("other legal form", "ELSE", 0.10, 0.35),
        ),
        unknown("legal_form"),
    ),
    Comparison(
        "country",
        (
            Level("same country", "country_l = country_r", 0.985, 0.50, fixed=True),
            Level("other country", "ELSE", 0.015, 0.50, fixed=True),
        ),
        unknown("country"),
    ),
    Comparison(
        "town",
        (Level("same town", "city_l = city_r", 0.85, 0.25), Level("other town", "ELSE", 0.15, 0.75)),
        unknown("city"),
    ),
    closeness("employees", "employee_count", (1.3, 2.0, 4.0), (0.45, 0.35, 0.14, 0.06), (0.10, 0.12, 0.18, 0.60)),
    closeness("revenue", "annual_revenue_usd", (1.3, 2.0, 4.0), (0.45, 0.35, 0.14, 0.06), (0.10, 0.12, 0.18, 0.60)),
    Comparison(
        "industry",
        (Level("same industry", "industry_l = industry_r", 0.85, 0.45), Level("other industry", "ELSE", 0.15, 0.55)),
        unknown("industry"),
    ),
    Comparison(
        "contact",
        (
            Level("known there as a contact", "contact_root_l = root_r", 0.25, 0.0005, fixed=True),
            Level("known elsewhere as a contact", "contact_root_l is not null", 0.01, 0.20, fixed=True),
            Level("no contact", "ELSE", 0.74, 0.7995, fixed=True, silent=True),
        ),
    ),
    Comparison(
        "branch",
        (
            Level("a branch by another name", "is_branch_r and relation_l != 'equal'", 0.02, 0.20),
            Level("no branch", "ELSE", 0.98, 0.80, silent=True),
        ),
    ),
)

LEADS = Task(
    "lead",
    _COMPARISONS,
    sides=(
        "root", "contact_root", "domain", "legal_form", "country", "city", "industry", "employee_count",
        "annual_revenue_usd", "is_branch",
    ),
    pair=("relation", "is_family_domain", "name_domains"),
    prior=0.3,
)  # fmt: skip
