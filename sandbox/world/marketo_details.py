"""What each kind of Marketo activity carries: a pool of (type, primary value, attributes) that rows point into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Ints
from sandbox.world.reference import vocabulary

# Marketo's own activity type ids and names (developer documentation, "activity types").
ACTIVITY_TYPES = {
    1: ("Visit Webpage", "Webpage ID"), 2: ("Fill Out Form", "Webform ID"), 3: ("Click Link", "Link ID"),
    6: ("Send Email", "Mailing ID"), 7: ("Email Delivered", "Mailing ID"), 8: ("Email Bounced", "Mailing ID"),
    9: ("Unsubscribe Email", "Mailing ID"), 10: ("Open Email", "Mailing ID"), 11: ("Click Email", "Mailing ID"),
    12: ("New Lead", None), 13: ("Change Data Value", "Attribute Name"), 22: ("Change Score", "Score Name"),
    24: ("Add to List", "List ID"), 25: ("Remove from List", "List ID"), 37: ("Delete Lead", None),
    46: ("Interesting Moment", "Type"), 104: ("Change Status in Progression", "Program ID"),
}  # fmt: skip
BUYING_PAGES = vocabulary("buying page")
OTHER_PAGES = vocabulary("other page")
REFERRERS = vocabulary("referrer")
FORMS = vocabulary("form")
MOMENTS = vocabulary("interesting moment")
SITE = "www.example-vendor.com"
SUCCESS = ("false", "true")
VALUE_CHANGES = (
    ("Title", "VP Operations", "Director"),
    ("Phone", "+1 555 0100", ""),
    ("Company", "O'Brien & Sons", "OBrien"),
    ("Lead Status", "MQL", "Inquiry"),
    ("Country", "Deutschland", "Germany"),
)
STATUSES = ("Invited", "Registered", "Attended", "No Show", "Responded")
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5)",
    "Mozilla/5.0 (iPhone)",
)


@dataclass
class Details:
    """Parallel lists, one entry per distinct content; `ranges` gives (first, count) of each activity kind."""

    types: list[int] = field(default_factory=list)
    value_ids: list[int] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, kind: str, activity_type: int, entries: Sequence[tuple[int, str | None, dict[str, str]]]) -> None:
        """Append one kind's contents: (primary value id, primary value, attributes by name)."""
        self.ranges[kind] = (len(self.types), len(entries))
        for value_id, value, attributes in entries:
            self.types.append(activity_type)
            self.value_ids.append(value_id)
            self.values.append(value)
            pairs = [{"name": name, "value": text} for name, text in attributes.items()]
            self.attributes.append(json.dumps(pairs, ensure_ascii=False, separators=(",", ":")))

    def draw(self, kind: str, count: int, rng: np.random.Generator) -> Ints:
        """Random entries of a kind."""
        first, size = self.ranges[kind]
        return first + rng.integers(0, size, count)

    def entry(self, kind: str, number: Ints) -> Ints:
        """Given entries of a kind, by number within it (wrapped around)."""
        first, size = self.ranges[kind]
        return first + number % size


def activity_details(program_names: pa.Array) -> Details:
    """Everything an activity can say, e-mails and program statuses named after the programs."""
    details = Details()
    _add_web(details)
    mailings = [(7_000 + number, f"EM{number % 3 + 1} {name}") for number, name in enumerate(program_names.to_pylist())]
    run = {"Campaign Run ID": "1", "Choice Number": "0", "Step ID": "3", "Test Variant": "0"}
    browser = {"Device": "unknown", "Is Mobile Device": "false", "Platform": "Windows", "User Agent": AGENTS[0]}
    for kind, activity_type, extra in (
        ("send", 6, {}), ("delivered", 7, {}), ("open", 10, browser),
        ("click", 11, {**browser, "Link": "https://www.example-vendor.com/demo"}),
        ("bounce", 8, {"Category": "2", "Details": "550 5.1.1 user unknown", "Email": "hidden"}),
        ("unsubscribe", 9, {"Form Fields": "a:1", "Webform ID": "11"}),
    ):  # fmt: skip
        details.add(kind, activity_type, [(number, name, run | extra) for number, name in mailings])
    _add_records(details)
    progressions = [
        (
            1_001 + number,
            name,
            {"New Status": status, "Old Status": "Invited", "Success": SUCCESS[status == "Attended"]},
        )
        for number, name in enumerate(program_names.to_pylist())
        for status in STATUSES[1:]
    ]
    details.add("progression", 104, progressions)
    return details


def _add_web(details: Details) -> None:
    for kind, pages in (("buying visit", BUYING_PAGES), ("visit", OTHER_PAGES)):
        details.add(
            kind, 1, [_visit(kind, number, page, source) for number, page in enumerate(pages) for source in REFERRERS]
        )
    fields = "a:3:{Email,Company,Title}"
    forms = [
        (100 + number, name, {"Form Fields": fields, "Webpage ID": str(number), "Webform ID": str(100 + number)})
        for number, name in enumerate(FORMS)
    ]
    details.add("form", 2, forms)
    links = [
        (200 + number, f"{SITE}{page}", {"Webpage ID": str(number), "Referrer URL": ""})
        for number, page in enumerate(BUYING_PAGES + OTHER_PAGES)
    ]
    details.add("link", 3, links)


def _visit(kind: str, number: int, page: str, referrer: str) -> tuple[int, str, dict[str, str]]:
    attributes = {
        "Client IP Address": f"203.0.113.{number * 7 % 250}",
        "Query Parameters": "utm_source=crm" if referrer else "",
        "Referrer URL": referrer,
        "User Agent": AGENTS[number % len(AGENTS)],
        "Webpage URL": page,
    }
    return 300 + len(kind) * 40 + number, f"{SITE}{page}", attributes


def _add_records(details: Details) -> None:
    sources = ("Web form fillout", "Salesforce.com", "List Import", "Sync to Marketo")
    details.add("new", 12, [(0, None, {"Source Type": source, "SFDC Type": ""}) for source in sources])
    changes = [
        (400 + number, name, {"New Value": new, "Old Value": old, "Reason": "Form fill", "Source": "Web form"})
        for number, (name, new, old) in enumerate(VALUE_CHANGES)
    ]
    details.add("value", 13, changes)
    scores = [
        (500, "Person Score", {"Change Value": f"+{step}", "New Value": str(new), "Old Value": str(new - step)})
        for step in (1, 5, 10, 20)
        for new in range(20, 100, 10)
    ]
    details.add("score", 22, scores)
    lists = [
        (5_001 + number, name, {"Source": "flow action"}) for number, name in enumerate(vocabulary("marketo list"))
    ]
    details.add("list", 24, lists)
    details.add("unlist", 25, lists)
    details.add("delete", 37, [(0, None, {"Remove from CRM": "false", "Reason": "Duplicate"})])
    details.add("moment", 46, [(600, "Web", {"Description": text, "Source": "Flow Action"}) for text in MOMENTS])
