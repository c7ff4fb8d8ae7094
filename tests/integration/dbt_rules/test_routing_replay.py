"""A replay tells what another version of the flow would do with past leads, and changes nothing."""

from __future__ import annotations

from orchestration import routing_replay, routing_report
from tests.integration.dbt_project.project import PROJECT
from tests.integration.dbt_rules.routing import Compiled, Organisation


def test_a_replay_tells_who_would_go_elsewhere(compiled: Compiled) -> None:
    organisation = Organisation(compiled, PROJECT)
    organisation.receive_many(30, "US", country_code="US")
    organisation.receive_many(12, "TRIAL", campaign_names=["Partner - Trial - Self-managed"])
    organisation.receive_many(8, "IN", lead_status="Inquiry", is_mql=False, company_name="A | B")
    organisation.connection.commit()
    same = routing_replay.compare(organisation.connection, compiled.decisions, "v1", 90)
    assert (same.leads, same.changed, same.moves) == (50, 0, [])
    assert "Nothing differs." in routing_report.report(same)
    found = routing_replay.compare(organisation.connection, compiled.decisions, "template", 90)
    assert (found.leads, found.changed, found.without_outcome) == (50, 20, 0)
    assert ("partner_without_account", "country", 12) in found.moves
    assert ("status_queue", "everything_else", 8) in found.moves
    assert ("Partner Queue", 12, 0) in found.loads
    text = routing_report.report(found, ["- mql", "~ country"])
    assert "Nodes that it adds (+), drops (-) or changes (~): `- mql`, `~ country`." in text
    assert "**20 (40%) would end otherwise**, among them 12 of 42 MQLs." in text
    assert "| Partner Queue | 12 | 0 | -12 |" in text
    (example, *_) = (example for example in found.examples if example[0].startswith("TRIAL"))
    assert example[6].split(" > ")[-1] == "country"  # the rest is the way that both go
    assert len(example[6]) < len("weekly_sweep > created_by_person > do_not_route > score_missing")
    assert "A / B" in text  # a bar in a value does not break the table
    organisation.connection.execute("use warehouse")
    assert organisation.connection.execute("select count(*) from marts.fct_routing_decisions").fetchall() == [(0,)]
