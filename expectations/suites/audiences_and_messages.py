"""The gates before audiences, lists and messages: keys, hashes, consent, words; figures of whole payloads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from expectations.checks import Frame, Measure, Suite, profile
from expectations.suites.market_map import equitable_launch
from expectations.suites.sign_off import personas_signed_off

MARKETING = "marketing operations"
_HASH = "^[0-9a-f]{64}$"


@dataclass(frozen=True)
class Payload:
    """What a sync_ model must hold: its key, columns that are never blank, columns of hashes, people with a consent."""

    sync: str
    key: str
    filled: tuple[str, ...]
    hashed: tuple[str, ...] = ()
    purpose: str | None = None

    @property
    def table(self) -> str:
        """The sync's model."""
        return f"activation.sync_{self.sync}"


PAYLOADS = (
    Payload("linkedin__members", "member_id", ("audience", "email_sha256"), ("email_sha256",), "advertising"),
    Payload("linkedin__companies", "member_id", ("audience", "domain")),
    Payload(
        "meta__members",
        "member_id",
        ("audience", "email_sha256"),
        ("email_sha256", "phone_sha256", "first_name_sha256", "last_name_sha256", "country_sha256"),
        "advertising",
    ),
    Payload(
        "google__members", "member_id", ("audience", "email_sha256"), ("email_sha256", "phone_sha256"), "advertising"
    ),
    Payload("marketo__members", "member_id", ("list_id", "marketo_lead_id"), (), "email"),
    Payload("marketo__programs", "member_id", ("program_id", "marketo_lead_id"), (), "email"),
    Payload("marketo__campaigns", "member_id", ("campaign_id", "marketo_lead_id"), (), "email"),
    Payload("hubspot__members", "member_id", ("list_id", "hubspot_contact_id"), (), "email"),
    Payload("pardot__members", "member_id", ("list_id", "pardot_prospect_id"), (), "email"),
    Payload("eloqua__members", "member_id", ("list_id", "eloqua_contact_id"), (), "email"),
    Payload("marketo__leads", "marketo_lead_id", ("lead_score",)),
    Payload("salesforce__contacts", "salesforce_contact_id", ("contact_id",)),
    Payload("salesforce__leads", "salesforce_lead_id", ("contact_id",)),
    Payload("salesforce__account_territories", "salesforce_account_id", ("territory", "region", "alignment_reason")),
    Payload(
        "salesforce__contact_partners",
        "salesforce_contact_id",
        ("prospect_share_status", "partner_prospect_status"),
    ),
    Payload("salesforce__lead_routings", "salesforce_lead_id", ("decision_id", "routing_reason")),
    Payload("salesforce__new_leads", "lead_key", ("email", "last_name", "company")),
    Payload("salesforce__new_accounts", "account_key", ("account_name", "website")),
    Payload("salesforce__tasks", "task_key", ("who_id", "owner_user_id", "subject")),
    Payload("hubspot__companies", "hubspot_company_id", ("account_id",)),
    Payload("slack__alerts", "alert_id", ("alert_text",)),
    Payload("teams__alerts", "alert_id", ("alert_text",)),
    Payload("email__alerts", "alert_id", ("alert_text",)),
    Payload("webhook__alerts", "alert_id", ("event_type", "account_id", "alert_text")),
    Payload("webhook__leads", "lead_id", ("overall_score",)),
)

# What must hold beyond the payload itself before a sync goes out.
_BEFORE = {
    "salesforce__contacts": (personas_signed_off,),
    "salesforce__account_territories": (equitable_launch,),
}


def suites() -> dict[str, Callable[[datetime], Suite]]:
    """A suite for each payload, by the name of its model."""
    return {f"sync_{payload.sync}": partial(_suite, payload) for payload in PAYLOADS}


def _suite(payload: Payload, now: datetime) -> Suite:
    del now  # a payload is judged as it stands
    before = [frame("revenue operations") for frame in _BEFORE.get(payload.sync, ())]
    return Suite(f"sync_{payload.sync}", (_frame(payload), *before))


def _frame(payload: Payload) -> Frame:
    blank = " or ".join(f"coalesce(trim(cast({column} as varchar)), '') = ''" for column in payload.filled)
    measures = [
        _none(
            payload,
            "repeated_keys",
            f"count(*) - count(distinct {payload.key})",
            expected="each record once, under a key",
            remedy=f"make {payload.key} unique and never null in the model",
            columns=(payload.key,),
        ),
        _none(
            payload,
            "blank_values",
            f"count(*) filter (where {blank})",
            expected=f"a value in {', '.join(payload.filled)}",
            remedy="leave such rows out in the model",
            columns=payload.filled,
        ),
    ]
    measures += [*_hashes(payload), *_consents(payload)]
    return profile(payload.table, MARKETING, tuple(measures))


def _hashes(payload: Payload) -> list[Measure]:
    if not payload.hashed:
        return []
    plain = " or ".join(f"not regexp_matches({column}, '{_HASH}')" for column in payload.hashed)
    return [
        _none(
            payload,
            "unhashed_values",
            f"count(*) filter (where {plain})",
            expected="SHA-256 in lower-case hexadecimal, or nothing",
            remedy="use the macros of macros/hashed_identifiers.sql in the model",
            columns=payload.hashed,
        )
    ]


def _consents(payload: Payload) -> list[Measure]:
    if not payload.purpose:
        return []
    allowed = f"select contact_id from marts.contact_consents where purpose = '{payload.purpose}' and is_allowed"
    return [
        _none(
            payload,
            "people_without_consent",
            f"count(*) filter (where contact_id not in ({allowed}))",
            expected=f"only people who may be approached ({payload.purpose})",
            remedy="join marts.audience_members where is_allowed in the model",
            columns=("contact_id",),
            extra=("marts.contact_consents.is_allowed",),
        )
    ]


def _none(
    payload: Payload,
    name: str,
    sql: str,
    *,
    expected: str,
    remedy: str,
    columns: tuple[str, ...],
    extra: tuple[str, ...] = (),
) -> Measure:
    return Measure(
        name=name,
        sql=sql,
        low=0,
        high=0,
        expected=expected,
        description=f"{payload.sync}: {expected}",
        remedy=remedy,
        columns=columns,
        extra=extra,
    )
