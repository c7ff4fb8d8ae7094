"""The replay of a routing flow as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from orchestration.routing_replay import Replay

_METHOD = (
    "Each lead goes through both versions as known today, at the hour at which it came, as a new lead and with the"
    " owner it had before the flow first decided on it. Leads converted or deleted since are left out."
)


def report(replay: Replay, edits: Sequence[str] = ()) -> str:
    """The replay as Markdown, for the meeting in which a version is released; `edits` are what Flow.changes() names."""
    share = replay.changed / replay.leads if replay.leads else 0
    percent = f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"
    scope = (
        f"{replay.leads:,} leads of the last {replay.days} days through {replay.draft_version}, beside"
        f" {replay.live_version}, which is live. **{replay.changed:,} ({percent}) would end otherwise**, among them"
        f" {replay.mqls_changed:,} of {replay.mqls:,} MQLs."
    )
    edited = f"Nodes that it adds (+), drops (-) or changes (~): {', '.join(f'`{edit}`' for edit in edits)}."
    attention = (
        f"Leads that need attention: {replay.warnings_today:,} today, {replay.warnings_draft:,} with the draft."
        f" Leads that the draft leaves without an outcome: {replay.without_outcome:,}."
    )
    lines = [
        f"# Replay of {replay.draft_version}: {replay.draft_name}",
        *("", scope, "", *((edited, "") if edits else ()), attention),
        *_table(
            "Where leads end",
            ("Section", "Node", "Outcome", "Today", "Draft", "Change"),
            map(_with_change, replay.nodes),
        ),
        *_table("Who goes another way", ("From node", "To node", "Leads"), replay.moves[:20]),
        *_table(
            "Who gets more or less",
            ("Person or queue", "Today", "Draft", "Change"),
            [_with_change(load) for load in replay.loads if load[1] != load[2]][:30],
        ),
        *_table(
            "Examples",
            ("Lead", "Company", "Country", "Status", "Today", "Draft", "Way through the draft from where it parts"),
            replay.examples,
        ),
        *("", _METHOD),
    ]
    return "\n".join(lines) + "\n"


def _with_change(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row, f"{row[-1] - row[-2]:+,}" if row[-1] != row[-2] else "")


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    cells = [
        [f"{cell:,}" if isinstance(cell, int) else str(cell or "").replace("|", "/") for cell in row] for row in rows
    ]
    if not cells:
        return ["", f"## {title}", "", "Nothing differs."]
    heads = list(heads)
    marks = ["---:" if cell.replace(",", "").lstrip("+-").isdigit() else "---" for cell in cells[0]]
    return ["", f"## {title}", "", *(f"| {' | '.join(row)} |" for row in (heads, marks, *cells))]
