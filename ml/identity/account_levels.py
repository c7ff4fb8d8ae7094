"""What is compared of two CRM account records."""

from ml.identity.levels import Comparison, Level, Task, closeness, unknown

_SAME_DOMAIN = "domain_l = domain_r"
_NO_DOMAIN = "(domain_l is null or domain_r is null)"

# A name and a domain are judged together, for within a family they go together: apart, each would count twice.
_COMPARISONS = (
    Comparison(
        "company",
        (
            Level("same domain, name equal", f"{_SAME_DOMAIN} and relation_l = 'equal'", 0.700, 0.045),
            Level("same domain, name near", f"{_SAME_DOMAIN} and relation_l = 'near'", 0.055, 0.010),
            Level(
                "same domain, name alike by sound", f"{_SAME_DOMAIN} and relation_l = 'sound'", 0.010, 0.002, fixed=True
            ),
            Level("same domain, acronym", f"{_SAME_DOMAIN} and relation_l = 'acronym'", 0.006, 0.0006, fixed=True),
            Level("same domain, part of the name", f"{_SAME_DOMAIN} and relation_l = 'part'", 0.028, 0.163),
            Level(
                "same domain, name in another script",
                f"{_SAME_DOMAIN} and relation_l = 'unread'",
                0.02,
                0.02,
                fixed=True,
            ),
            Level("same domain, other name", _SAME_DOMAIN, 0.010, 0.560),
            Level(
                "domain unknown, name equal and of one domain",
                f"{_NO_DOMAIN} and relation_l = 'equal' and name_domains_l < 2",
                0.110,
                0.006,
            ),
            Level("domain unknown, name equal", f"{_NO_DOMAIN} and relation_l = 'equal'", 0.050, 0.008),
            Level("domain unknown, name near", f"{_NO_DOMAIN} and relation_l = 'near'", 0.010, 0.0007, fixed=True),
            Level(
                "domain unknown, part of the name", f"{_NO_DOMAIN} and relation_l in ('part', 'acronym')", 0.012, 0.004
            ),
            Level(
                "domain unknown, in another script",
                f"{_NO_DOMAIN} and relation_l in ('sound', 'unread')",
                0.004,
                0.012,
                fixed=True,
            ),
            Level("domain unknown, other name", _NO_DOMAIN, 0.001, 0.030, fixed=True),
            Level("other domain, name alike", "relation_l in ('equal', 'near')", 0.020, 0.040),
            Level("other domain, other name", "ELSE", 0.001, 0.100, fixed=True),
        ),
    ),
    Comparison(
        "place",
        (
            Level(
                "same street",
                "street_key_l = street_key_r and (postal_key_l = postal_key_r or city_l = city_r)",
                0.74,
                0.10,
            ),
            Level(
                "same town",
                "city_l = city_r and (street_key_l is null or street_key_r is null)",
                0.30,
                0.15,
                fixed=True,
            ),
            Level("same town, other street", "city_l = city_r", 0.08, 0.25),
            Level("other town", "ELSE", 0.18, 0.65),
        ),
        unknown("city"),
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
            Level("same country", "country_l = country_r", 0.995, 0.46, fixed=True),
            Level("other country", "ELSE", 0.005, 0.54, fixed=True),
        ),
        unknown("country"),
    ),
    Comparison(
        "phone",
        (Level("same phone", "phone_key_l = phone_key_r", 0.56, 0.02), Level("other phone", "ELSE", 0.44, 0.98)),
        unknown("phone_key"),
    ),
    Comparison(
        "vendor",
        (
            Level("same vendor company", "vendor_id_l = vendor_id_r", 0.98, 0.16),
            Level("other vendor company", "ELSE", 0.02, 0.84),
        ),
        unknown("vendor_id"),
    ),
    closeness("employees", "employee_count", (1.2, 1.5, 2.5), (0.70, 0.22, 0.05, 0.03), (0.10, 0.06, 0.18, 0.66)),
    closeness("revenue", "annual_revenue_usd", (1.2, 1.5, 2.5), (0.58, 0.30, 0.08, 0.04), (0.07, 0.08, 0.18, 0.67)),
    Comparison(
        "people",
        (
            Level("shared contacts", "shared_contacts_l > 0", 0.15, 0.003, fixed=True),
            Level("no shared contacts", "ELSE", 0.85, 0.997, fixed=True, silent=True),
        ),
    ),
    Comparison(
        "tree",
        (
            Level(
                "one is the other's parent",
                "parent_record_id_l = record_id_r or parent_record_id_r = record_id_l",
                0.001,
                0.12,
                fixed=True,
            ),
            Level("no parent of the other", "ELSE", 0.999, 0.88, fixed=True, silent=True),
        ),
    ),
)
ACCOUNTS = Task(
    "account",
    _COMPARISONS,
    sides=(
        "record_id",
        "domain",
        "legal_form",
        "country",
        "city",
        "street_key",
        "postal_key",
        "phone_key",
        "vendor_id",
        "employee_count",
        "annual_revenue_usd",
        "parent_record_id",
        "is_branch",
    ),
    pair=("relation", "shared_contacts", "name_domains", "name_towns"),
    prior=0.33,  # one candidate pair in three is one company
)
