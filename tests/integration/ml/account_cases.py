"""Records of companies by what they show; the names of one case occur in no other."""

from typing import Any

from tests.integration.ml.records import account, company, contact, lead


def _site(name: str, **values: Any) -> dict[str, Any]:
    return {"website": f"https://www.{name}.com", "country_code": "US", "city": "Boston", **values}


MERGED = [
    account("001a1", "Acme Inc.", website="http://www.acme.com", country_code="US", created_at="2024-01-01"),
    account("001a2", "ACME Corporation", website="acme.com", country_code="US", created_at="2025-01-01"),
    company("zoominfo", "001a1", "Acme Corporation", website="acme.com", linked_record_id="001a1"),
    # Whatever names say, a merge in the CRM is followed, and one whose survivor is gone belongs nowhere.
    account("001a3", "Hooli", **_site("hooli")),
    account("001a4", "Vandelay", website="vandelay.com", country_code="DE", merged_into_record_id="001a3"),
    account("001a5", "Gone Ltd", merged_into_record_id="001zz"),
]
DOUBTED = [
    account("001b1", "Globex", **_site("globex")),
    account("001b2", "Globex Manufacturing", **_site("globex")),
    account("001b3", "Soylent", **_site("globex")),
    account("001b4", "Globex GmbH", website="globex.com", country_code="DE"),
    account("001b5", "Globex"),
    # A brand and its branches begin alike.
    account("001b6", "Smith & Sons", country_code="GB", city="London"),
    account("001b7", "Smith & Co", country_code="GB", city="London"),
]
STATED = [
    account("001c1", "Stark", **_site("stark")),
    account("001c2", "Stark", parent_record_id="001c1", **_site("stark")),
    account("001c3", "Stark Inc", **_site("stark")),
    account("001c4", "Wayne", website="wayne.com", country_code="DE"),
    account("001c5", "Wayne", website="wayne.com", phone="+33 1 44 55 66 77"),
]
BRANCHES = [
    account("001d1", "Umbrella", **_site("umbrella")),
    account("001d2", "Umbrella", is_branch=True, **_site("umbrella")),
    account("001d3", "Umbrella", is_branch=True, **_site("umbrella", city="Dallas")),
]
LEADS = [
    account("001e1", "Cyberdyne Inc", **_site("cyberdyne")),
    account("001e2", "O'Brien & Söhne GmbH", website="obrien.de", country_code="DE"),
    lead("00Qe1", None, email="jane@cyberdyne.com"),
    lead("00Qe2", "Cyberdyne Corp", email="joe@gmail.com"),
    lead("00Qe3", "O\u2019Brien und Söhne", email="x@yahoo.com", country_code="DE"),
    lead("00Qe4", "Wonka", email="x@wonka.com"),
    lead("00Qe5", "Whatever", linked_record_id="001e2"),
    lead("00Qe6", "n/a", email="someone@gmail.com"),
    company("bombora", "cyberdyne.com", "Cyberdyne", website="cyberdyne.com"),
    company("bombora", "wonka.com", "Wonka", website="wonka.com"),
    lead("77", "Cyberdyne", linked_record_id="001e1") | {"source": "marketo"},
    # Several of one name: the customer gets the lead; where only age tells them apart a person does.
    account("001e3", "Tyrell", country_code="US", city="Boston", created_at="2020-01-01"),
    account("001f3", "Tyrell", country_code="US", city="Dallas", created_at="2019-01-01"),
    account("001e4", "Tyrell", country_code="US", city="Miami", created_at="2022-01-01", is_customer=True),
    lead("00Qe7", "Tyrell", country_code="US"),
    account("001e5", "Nakatomi", country_code="US", city="Boston", created_at="2020-01-01"),
    account("001e6", "Nakatomi", country_code="US", city="Dallas", created_at="2019-01-01"),
    account("001f6", "Nakatomi", country_code="US", city="Miami", created_at="2022-01-01"),
    lead("00Qe8", "Nakatomi", country_code="US"),
    # Its contacts tell its domain.
    account("001e7", "Massive Boston Harbour Works"),
    lead("00Qe9", None, email="x@massive.com"),
]
UNKNOWN = [
    lead("00Qu1", "Initech", email="ann@initech.com"),
    lead("00Qu2", "Initech GmbH", email="bob@mail.initech.com"),
    lead("00Qu3", "Cyberdyne", email="cy@cyberdyne.com"),  # matched
    lead("00Qu4", "Duff", email="dee@gmail.com"),  # no domain of its own
    lead("00Qu5", "n/a", email="eve@krusty.com"),  # no name
    lead("00Qu6", "Elsewhere", email="fay@globex.com"),  # the domain has accounts
]
HIERARCHY = [
    account("001top", "Oscorp Holding", country_code="US", created_at="2020-01-01"),
    account("001mid", "Oscorp Europe", country_code="DE", parent_record_id="001top"),
    account("001low", "Oscorp Berlin", country_code="DE"),
    account("001x", "Xylo", parent_record_id="001y", created_at="2021-01-01"),
    account("001y", "Yarrow", parent_record_id="001x", created_at="2022-01-01"),
    company("zoominfo", "001mid", "Oscorp Europe", linked_record_id="001mid", vendor_company_id="z1"),
    company(
        "zoominfo", "001low", "Oscorp Berlin", linked_record_id="001low", vendor_company_id="z2",
        vendor_parent_company_id="z1",
    ),
]  # fmt: skip
TOKYO = {"country_code": "JP", "city": "Tokyo"}
SCRIPTS = [
    account("001s1", "Sony", website="sony.jp", **TOKYO),
    account("001s2", "ソニー株式会社", website="sony.jp", **TOKYO),
    account("001s3", "SoftBank Corp.", website="softbank.jp", **TOKYO),
    account("001s4", "ソフトバンク株式会社", website="softbank.jp", **TOKYO),
    account("001s5", "Газпром", country_code="RU", city="Moscow"),
    account("001s6", "Gazprom PJSC", country_code="RU", city="Moscow"),
    account("001s7", "Hitachi, Ltd.", website="hitachi.co.jp", **TOKYO),
    account("001s8", "株式会社日立製作所", website="hitachi.co.jp", **TOKYO),
    account("001s9", "サントリー", **TOKYO),
    account("001sa", "Century", **TOKYO),
    account("001sb", "任天堂株式会社", website="nintendo.co.jp", **TOKYO),
    lead("00Qs1", "Nintendo", email="a@nintendo.co.jp"),
]
PLACEHOLDERS = [
    account("001p1", "Unknown", country_code="US", city="Boston"),
    account("001p2", "Unknown", country_code="US", city="Boston"),
    account("001p3", "Rekall", website="none.com", country_code="US"),
    account("001p4", "Zorin", website="none.com", country_code="US"),
    lead("00Qp1", None, email="x@none.com"),
]
CONTACTS = [
    *(contact(f"003{n}", f"P{n}", f"Q{n}", account_record_id="001e7", email=f"p{n}@massive.com") for n in range(3)),
    contact("0039", "R", "S", account_record_id="001e7", email="r@agency.com"),
]
EVERYTHING = [
    *MERGED, *DOUBTED, *STATED, *BRANCHES, *LEADS, *UNKNOWN, *HIERARCHY, *SCRIPTS, *PLACEHOLDERS,
]  # fmt: skip
