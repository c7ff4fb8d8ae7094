"""The handbook's routing rules as a truth table: each rule, exception and boundary with a lead that meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANY_SDR = "an American SDR"
PARTNER = "prospect_share_status=Sending to Partner|partner_prospect_status=Qualifying"
DEFAULT = ("owner", ANY_SDR)
JOINT: dict[str, Any] = {"joint_event_statuses": ["Attended"]}
BDR: dict[str, Any] = {"is_matched": True, "bdr_user_id": "bdr_1", "bdr_prospecting_status": "Actively Working"}
BOUGHT: dict[str, Any] = {"lead_source": "Purchased List", "is_matched": True, "account_id": "acc_9"}
SWEPT: dict[str, Any] = {
    "owner_user_id": "sdr_us_1",
    "owner_kind": "user",
    "owner_groups": ["sales_development"],
    "is_mql": False,
}


@dataclass(frozen=True)
class Case:
    """A lead (what differs from LEAD), what was decided on it before, and what it must come to."""

    name: str
    lead: Mapping[str, Any]
    outcome: str
    to: str | None = None
    reason: str | None = None
    sets: str | None = None
    warns: bool = False
    before: Mapping[str, Any] | None = None


def _stopped(name: str, reason: str, before: Mapping[str, Any] | None = None, **lead: Any) -> Case:
    return Case(name, lead, "not_routed", reason=reason, before=before)


def _owned(name: str, to: str, before: Mapping[str, Any] | None = None, **lead: Any) -> Case:
    return Case(name, lead, "owner", to, before=before)


def _queued(name: str, to: str, sets: str | None = None, warns: bool = False, **lead: Any) -> Case:
    return Case(name, lead, "queue", to, sets=sets, warns=warns)


SEEN: dict[str, Any] = {"outcome": "not_routed", "previous_owner_id": "integration"}
WAITING: dict[str, Any] = {"outcome": "queue", "queue_id": "Recycle Queue", "previous_owner_id": "sdr_de_1"}
ENGAGED = "Active SDR engagement"
NO_SCORE, LOW_SCORE = "Person score: none", "Person score: below 0"
PERSON = "A person has assigned it since"
GIVEN: dict[str, Any] = {"outcome": "owner", "owner_id": "sdr_us_1", "previous_owner_id": "integration"}
TAKEN: dict[str, Any] = {"owner_user_id": "marketer_1", "owner_kind": "user"}

CASES = (
    _owned("a valid new MQL", ANY_SDR),
    # RTE-03: new leads by integration users, the box not ticked
    _stopped("RTE-03 new, by a person", "Created by a person", is_created_by_integration=False),
    _owned("RTE-03 updated, by a person", ANY_SDR, before=SEEN, is_created_by_integration=False),
    _stopped("RTE-03 new, box ticked", "Do Not Route is ticked", is_do_not_route=True),
    _stopped("RTE-03 updated, box ticked", "Do Not Route is ticked", before=SEEN, is_do_not_route=True),
    # RTE-04, 05, 06: the score gate, for new leads that are not historical
    _owned("RTE-04 score 0", ANY_SDR, person_score=0),
    _stopped("RTE-05 score -1", LOW_SCORE, person_score=-1),
    _stopped("RTE-05 no score", NO_SCORE, person_score=None),
    _stopped("RTE-06 no score on the first day", NO_SCORE, person_score=None, created_date="2025-01-01"),
    _owned("RTE-06 no score, historical", ANY_SDR, person_score=None, created_date="2024-12-31"),
    _stopped("RTE-06 score -1 on the first day", LOW_SCORE, person_score=-1, created_date="2025-01-01"),
    _owned("RTE-06 score -1, historical", ANY_SDR, person_score=-1, created_date="2024-12-31"),
    _owned("RTE-06 no score, updated", ANY_SDR, before=SEEN, person_score=None),
    _owned("RTE-06 score -1, updated", ANY_SDR, before=SEEN, person_score=-1),
    # RTE-07: the standard value where the company is missing
    Case("RTE-07 no company", {"has_company": False}, *DEFAULT, sets="company_name=[not provided]"),
    Case("RTE-07 no company, updated", {"has_company": False}, *DEFAULT, before=SEEN),
    # RTE-08: active SDR engagement
    *(
        _stopped(f"RTE-08 {status}", ENGAGED, before=SEEN, lead_status=status, is_mql=False)
        for status in ("Accepted", "Qualifying", "Qualified", "Qualifed")
    ),
    _stopped("RTE-08 sequenced", ENGAGED, before=SEEN, is_sequenced=True),
    Case("RTE-08 Inquiry", {"lead_status": "Inquiry", "is_mql": False}, "queue", "Inquiry Queue", before=SEEN),
    # RTE-09: Last Interesting Moment
    *(
        Case(f"RTE-09 {moment}", {"last_interesting_moment": moment}, "suppressed", reason=reason)
        for moment, reason in (
            ("Applied for a job", "Last Interesting Moment: not for sales"),
            ("Support request: cannot sign in", "Last Interesting Moment: not for sales"),
            ("Visited as a COMPETITOR", "Last Interesting Moment: not for sales"),
        )
    ),
    _queued("RTE-09 specialised", "Partner Queue", last_interesting_moment="Met at partner booth"),
    _owned("RTE-09 another moment", ANY_SDR, last_interesting_moment="Requested a demo"),
    # RTE-10: the account's BDR
    _owned("RTE-10 both", "bdr_1", **BDR),
    _owned("RTE-10 not working it", ANY_SDR, **BDR | {"bdr_prospecting_status": "Queued"}),
    _owned("RTE-10 no BDR", ANY_SDR, **BDR | {"bdr_user_id": None}),
    _owned("RTE-10 BDR has left", ANY_SDR, **BDR | {"bdr_user_id": "bdr_gone"}),
    # RTE-11, D-20: owner map, SDR Assigned, country, default queue
    _owned("D-20 BDR before owner map", "bdr_1", **BDR | {"account_domain": "mapped.com"}),
    _owned("RTE-11 owner map", "ae_1", is_matched=True, account_domain="mapped.com", sdr_user_id="sdr_de_1"),
    _owned("RTE-11 SDR Assigned", "sdr_de_1", is_matched=True, sdr_user_id="sdr_de_1"),
    _owned("RTE-11 country Germany", "sdr_de_1", country_code="DE"),
    _owned("RTE-11 country, small letters", "sdr_de_1", country_code="de"),
    _queued("RTE-11 country without people", "Default Queue", warns=True, country_code="JP"),
    _queued("RTE-11 country not listed", "Default Queue", warns=True, country_code="AQ"),
    _queued("RTE-11 country unknown", "Default Queue", warns=True, country_code=None),
    # RTE-12: what is no MQL waits
    *(
        _queued(f"RTE-12 {status}", f"{queue} Queue", lead_status=status, is_mql=False)
        for status, queue in (
            ("Raw", "Inquiry"),
            ("Inquiry", "Inquiry"),
            ("Recycle", "Recycle"),
            ("Bad Data", "Bad Data"),
            ("Ineligible", "Ineligible"),
            ("Disqualified", "Disqualified"),
        )
    ),
    _queued("RTE-12 unknown status", "Default Queue", warns=True, lead_status="Parked", is_mql=False),
    _owned("RTE-12 an MQL again", ANY_SDR, before=WAITING, owner_user_id="Recycle Queue", owner_kind="queue"),
    # RTE-14, D-26: US public sector whatever the status, but not against active engagement
    _owned("RTE-14 pre-MQL", "public_1", is_us_public_sector=True, lead_status="Recycle", is_mql=False),
    _owned("RTE-14 its own BDR", "ae_2", is_us_public_sector=True, bdr_user_id="ae_2", bdr_groups=["us_public_sector"]),
    _owned("RTE-14 another BDR", "public_1", is_us_public_sector=True, **BDR),
    _stopped("D-26 worked", ENGAGED, before=SEEN, is_us_public_sector=True, lead_status="Qualifying", is_mql=False),
    # RTE-15, 16, D-27: MDF campaigns and trials
    _queued("RTE-15 no partner account", "Partner Queue", sets=PARTNER, has_mdf_campaign=True),
    Case(
        "RTE-15 partner account",
        {"has_mdf_campaign": True, "partner_account_id": "A1"},
        "not_routed",
        reason="Its partner works it",
        sets=PARTNER,
    ),
    _owned("RTE-15 no MDF, partner account", ANY_SDR, partner_account_id="A1"),
    _queued(
        "RTE-16 trial", "Partner Queue", sets=PARTNER, campaign_names=["Webinar", "Partner - Trial - Self-managed"]
    ),
    Case(
        "RTE-16 trial, partner account",
        {"campaign_names": ["Partner - Trial - Self-managed"], "partner_account_id": "A1"},
        "not_routed",
        reason="Its partner works it",
        sets=PARTNER,
    ),
    _owned("RTE-16 another name", ANY_SDR, campaign_names=["Partner - Trial - Self-managed 2"]),
    # RTE-17, D-21, D-27: joint events
    _queued("RTE-17 all true", "Partner Queue", sets=PARTNER, **JOINT),
    _queued("RTE-17 all true, partner account", "Partner Queue", sets=PARTNER, partner_account_id="A1", **JOINT),
    _owned("RTE-17 not engaged", ANY_SDR, joint_event_statuses=["Registered", "No Show"]),
    _owned(
        "RTE-17 worked",
        "sdr_us_2",
        before=SEEN,
        sales_development_owner_user_id="sdr_us_2",
        lead_status="Accepted",
        **JOINT,
    ),
    _owned("RTE-17 worked by nobody of ours", "bdr_1", before=SEEN, lead_status="Qualifying", **JOINT, **BDR),
    _owned(
        "D-21 sequenced",
        "sdr_us_2",
        before=SEEN,
        sales_development_owner_user_id="sdr_us_2",
        is_sequenced=True,
        **JOINT,
    ),
    # RTE-33, D-46: tiers steer what was bought, not who asked
    _owned(
        "RTE-33 T1 bought, owned by an AE",
        "ae_2",
        tier="T1",
        account_owner_user_id="ae_2",
        account_owner_groups=["account_executives"],
        **BOUGHT,
    ),
    _owned("RTE-33 T1 bought, owned by another", "an AE", tier="T1", account_owner_user_id="marketer_1", **BOUGHT),
    _queued("RTE-33 T3 bought", "Nurture Queue", tier="T3", **BOUGHT),
    _owned("RTE-33 T2 bought", ANY_SDR, tier="T2", **BOUGHT),
    _owned("D-46 T3 inbound", ANY_SDR, tier="T3", lead_source="Web", is_matched=True),
    _owned("D-46 T1 inbound", "bdr_1", tier="T1", lead_source="Web", **BDR),
    _queued("RTE-33 T1 bought, no MQL", "Inquiry Queue", tier="T1", lead_status="Inquiry", is_mql=False, **BOUGHT),
    _queued("RTE-33 T3 bought, no MQL", "Inquiry Queue", tier="T3", lead_status="Inquiry", is_mql=False, **BOUGHT),
    # What a person gave to somebody else after us
    _stopped("kept by a person", PERSON, before=GIVEN, **TAKEN),
    Case(
        "kept by a person, recycled",
        TAKEN | {"lead_status": "Recycle", "is_mql": False},
        "queue",
        "Recycle Queue",
        before=GIVEN,
    ),
)

# RTE-13, C-27: unchanged leads in the weekly sweep
SWEEP = (
    *(
        Case(f"RTE-13 {status}", SWEPT | {"lead_status": status}, "queue", f"{status} Queue", before=SEEN)
        for status in ("Recycle", "Bad Data", "Ineligible", "Inquiry", "Disqualified")
    ),
    Case("RTE-13 sequenced", SWEPT | {"lead_status": "Recycle", "is_sequenced": True}, "untouched", before=SEEN),
    Case("RTE-13 of another team", SWEPT | {"lead_status": "Recycle", "owner_groups": []}, "untouched", before=SEEN),
    Case("RTE-13 Raw", SWEPT | {"lead_status": "Raw"}, "untouched", before=SEEN),
    Case("RTE-13 MQL", SWEPT | {"lead_status": "MQL", "is_mql": True}, "untouched", before=SEEN),
    Case("RTE-14 swept", SWEPT | {"lead_status": "Recycle", "is_us_public_sector": True}, "untouched", before=SEEN),
)
