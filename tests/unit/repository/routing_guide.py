"""The table of the flow in docs/routing.md, from the seeds: `python -m tests.unit.repository.routing_guide`."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "routing.md"
BEGIN, END = "<!-- flow -->\n", "<!-- end of flow -->\n"
_EFFECTS = {
    "continue": "goes on to {on_match}",
    "owner": "to the lead's {target}",
    "map": "by {target}",
    "rotation": "in turn: {target}",
    "queue": "to {target}",
    "stop": "not routed",
    "suppress": "suppressed",
}


def table() -> str:
    """The live flow as Markdown, one line per node in the order of the flow."""
    with (ROOT / "dbt_project" / "seeds" / "routing_versions.csv").open(encoding="utf-8", newline="") as file:
        live = next(row["flow_version"] for row in csv.DictReader(file) if row["status"] == "live")
    nodes: dict[str, list[dict[str, str]]] = {}
    with (ROOT / "dbt_project" / "seeds" / "routing_nodes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["flow_version"] == live:
                nodes.setdefault(row["node"], []).append(row)
    lines = ["| section | node | when | then | else | sets |", "|---|---|---|---|---|---|"]
    lines += [_line(rows) for rows in nodes.values()]
    return "\n".join(lines) + "\n"


def _line(rows: list[dict[str, str]]) -> str:
    first = rows[0]
    conditions = [f"{row['attribute']} {row['operator']} {row['value']}".strip() for row in rows if row["attribute"]]
    joined = (" and " if first["match"] == "all" else " or ").join(conditions) or "always"
    then = _EFFECTS[first["action"]].format(**first)
    sets = first["field_values"].replace("|", ", ")
    cells = (first["section"], f"`{first['node']}`", joined.replace("|", ", "), then, first["otherwise"], sets)
    return "| " + " | ".join(cells) + " |"


def rendered(text: str) -> str:
    """The guide with the table of today."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + table() + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    GUIDE.write_text(rendered(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
