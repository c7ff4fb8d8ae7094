"""Which pairs of records are joined, which wait for a person, and which are left alone; all cases in one warehouse."""

from typing import Any

import pytest

from ml.identity import resolve
from tests.integration.ml.records import Record, account, fill, rows

WORDS = [
    "Globex",
    "Initech",
    "Umbrella",
    "Wayne",
    "Stark",
    "Hooli",
    "Vandelay",
    "Soylent",
    "Cyberdyne",
    "Tyrell",
    "Wonka",
    "Gringotts",
    "Aperture",
    "Oscorp",
    "Nakatomi",
    "Massive",
    "Virtucon",
    "Duff",
    "Krusty",
    "Monarch",
    "Dharma",
    "Rekall",
    "Zorin",
    "Gekko",
    "Bluth",
    "Sterling",
]
# What the second record says otherwise than the first, and what becomes of the two.
PAIRS: list[tuple[dict[str, Any], str]] = [
    ({}, "join"),
    ({"website": None}, "join"),  # same name, country and town
    ({"country_code": None, "city": None}, "join"),  # same domain and name
    ({"company_name": "{0}h Robotcis"}, "join"),  # slips, under the same domain
    ({"website": None, "country_code": None, "city": None}, "review"),  # IDN-04: a name alone
    ({"website": None, "country_code": None, "city": None, "employee_count": 0}, "review"),
    ({"company_name": "{0} Robotics Manufacturing", "city": "Dallas"}, "review"),  # a subsidiary, or a longer name
    ({"website": "{0}.io"}, "review"),  # another domain
    ({"country_code": "DE", "city": "Berlin"}, "apart"),  # a subsidiary under the family's domain
    ({"company_name": "Unheard Of {1}", "city": None}, "apart"),  # a domain alone joins nothing
    ({"is_branch": True}, "apart"),  # IDN-14
    ({"phone": "+1 617 555 0199", "website": None, "city": None, "country_code": None}, "join"),  # name and phone
    ({"website": None, "city": "Dallas", "employee_count": 20_000}, "apart"),  # a namesake of another size
]


def _first(word: str) -> dict[str, Any]:
    return {
        "company_name": f"{word} Robotics",
        "website": f"{word.lower()}.com",
        "country_code": "US",
        "city": "Boston",
        "phone": "(617) 555-0199" if word == WORDS[11] else None,
        "employee_count": 150,
    }


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("decisions") / "warehouse.duckdb"
    records: list[Record] = []
    for place, (changes, _) in enumerate(PAIRS):
        word = WORDS[place]
        told = {
            key: value.format(word.lower() if key == "website" else word, word[::-1])
            if isinstance(value, str)
            else value
            for key, value in changes.items()
        }
        for side, values in (("a", _first(word)), ("b", _first(word) | told)):
            name = values.pop("company_name")
            records.append(account(f"001{place:02}{side}", name, **values))
    fill(path, records)
    resolve(path)
    ids = dict(rows(path, "select record_id, account_id from ml.account_records"))
    waiting = {row[0][:5] for row in rows(path, "select left_record_id from ml.match_review")}
    return [
        "join"
        if ids[f"001{place:02}a"] == ids[f"001{place:02}b"]
        else "review"
        if f"001{place:02}" in waiting
        else "apart"
        for place in range(len(PAIRS))
    ]


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[str(changes) for changes, _ in PAIRS])
def test_pairs_of_accounts(decisions: list[str], place: int) -> None:
    assert decisions[place] == PAIRS[place][1]
