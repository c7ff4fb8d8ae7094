"""A person looks at a few records before the rest of a new mapping goes."""

from __future__ import annotations

from tests.integration.reverse_etl.conftest import Desk, account_id, make_spec


def test_the_full_push_waits_for_a_sample_and_for_a_person_who_looked_at_it(desk: Desk) -> None:
    desk.spec = make_spec(guards={"sample_records": 3, "sample_needs_approval": True})
    refused = desk.run()
    assert (refused.status, desk.writes()) == ("refused", 0)
    assert "was written yet; run `marketmap sync salesforce__accounts --sample 3`" in refused.message

    sample = desk.run(sample=3)
    assert (sample.status, sample.accepted, sample.later, desk.writes()) == ("succeeded", 3, 8, 3), sample.messages
    waiting = desk.run()
    assert (waiting.status, desk.writes()) == ("refused", 3)
    assert "waits for a person; if the records look right there, pass an approval" in waiting.message
    assert desk.run("dry_run", approval="a look is no approval").planned == 8
    assert desk.run().status == "refused"

    full = desk.run(approval="Ada: looked at 3 accounts")
    assert (full.status, full.accepted, desk.writes()) == ("succeeded", 8, 11), full.messages
    assert desk.sql("select approval from ops.sync_validations where approval is not null") == [
        ("Ada: looked at 3 accounts",)
    ]
    desk.change("account_tier = 'Excluded'", f"salesforce_account_id = '{account_id(3)}'")
    assert desk.run().accepted == 1


def test_a_new_mapping_is_sampled_and_looked_at_anew(desk: Desk) -> None:
    desk.spec = make_spec(guards={"sample_records": 3, "sample_needs_approval": True})
    desk.run(sample=3)
    desk.run(approval="Ada: looked at 3 accounts")
    desk.map_field("notes", "Description")
    desk.change("notes = 'note'")
    assert "was written yet" in desk.run().message
    sample = desk.run(sample=2)
    assert (sample.accepted, sample.later, sample.values_by_field) == (2, 9, {"Description": 2}), sample.messages
    assert desk.run(approval="Ada: looked again").accepted == 9
