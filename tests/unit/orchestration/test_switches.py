"""A switch turns off one thing that a system does, and nothing else."""

from __future__ import annotations

from pathlib import Path

from orchestration import switches

SWITCHES = """\
system,feature,is_on,reason
salesforce,salesforce__accounts,false,audit in May
marketo,read,no,
bombora,read,true,
"""


def test_what_is_not_listed_is_on(tmp_path: Path) -> None:
    assert switches.why_off(tmp_path, "salesforce", "read") is None
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "integration_switches.csv").write_text(SWITCHES)
    assert switches.why_off(tmp_path, "salesforce", "read") is None
    assert switches.why_off(tmp_path, "bombora", "read") is None
    assert switches.why_off(tmp_path, "marketo", "read") == (
        "set is_on to true for marketo, read in integration_switches.csv"
    )
    assert switches.why_off(tmp_path, "salesforce", "salesforce__accounts") is not None
