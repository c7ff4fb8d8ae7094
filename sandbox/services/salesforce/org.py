"""The org behind the API: its schema, users, rules and budgets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.framework.quotas import DailyQuota
from sandbox.framework.service import Surroundings
from sandbox.framework.tokens import Tokens
from sandbox.services.salesforce.checks import quoted
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.ids import case_safe
from sandbox.services.salesforce.judging import Judging, Refusal
from sandbox.services.salesforce.schema import Schema
from sandbox.services.salesforce.soql import SoqlError, compile_condition, parse_condition

INTEGRATION_USERNAME = "integration@marketmap.sandbox"
INTEGRATION_ID = case_safe("005SB0000000000")
PERSON_USERNAME = "person@marketmap.sandbox"
PERSON_ID = case_safe("005SB0000000001")
SESSION_SECONDS = 7200
DAILY_CALLS, BULK_BATCHES = 100_000, 15_000
CUSTOM_RULE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
HISTORIC = datetime(2020, 1, 1)  # noqa: DTZ001  (naive UTC, as every time in the store)


@dataclass
class Rule:
    """A validation rule: records for which the SOQL condition holds are refused with the message."""

    object: str
    condition: str
    message: str
    field: str = ""
    name: str = ""


class Org:
    """What all parts of the Salesforce service share."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.store, self.clock, self.faults = surroundings.store, surroundings.clock, surroundings.faults
        self.schema = Schema(self.store)
        self.tokens = Tokens(self.clock, SESSION_SECONDS, prefix="00DSB0000000001!")
        self.calls = DailyQuota(self.clock, DAILY_CALLS)
        self.bulk_batches = DailyQuota(self.clock, BULK_BATCHES)
        self.bulk_queries = DailyQuota(self.clock, 10_000)
        self.rules: list[Rule] = []
        self.judging = Judging(self.schema, self.clock)
        self._make_users()

    @property
    def client_id(self) -> str:
        """Return the connected app's consumer key."""
        return f"3MVG9sandbox{self.surroundings.seed}"

    @property
    def client_secret(self) -> str:
        """Return the connected app's consumer secret, also every user's password."""
        return f"sandbox-secret-{self.surroundings.seed}"

    def reset(self, store_changed: bool) -> None:
        """Start anew."""
        self.rules.clear()
        self.judging.reset()
        for quota in (self.calls, self.bulk_batches, self.bulk_queries):
            quota.reset()
        self.bulk_batches.limit = BULK_BATCHES
        self.calls.limit = DAILY_CALLS
        self.tokens.lifetime_seconds = SESSION_SECONDS
        if store_changed:
            self.schema.restore()
            self._make_users()

    def _make_users(self) -> None:
        """Make the two users that tests act as: the product's integration user, and a person in the CRM."""
        people = [
            (INTEGRATION_ID, INTEGRATION_USERNAME, "Marketmap", "Integration"),
            (PERSON_ID, PERSON_USERNAME, "Casey", "Person"),
        ]
        with self.store.write() as cursor:
            for user_id, username, first, last in people:
                cursor.execute(
                    """
                    insert into salesforce."User" by name
                    select $id as "Id", $username as "Username", $first as "FirstName", $last as "LastName",
                        $first || ' ' || $last as "Name", $username as "Email", true as "IsActive",
                        'Standard' as "UserType", 'Europe/London' as "TimeZoneSidKey",
                        $moment as "CreatedDate", $id as "CreatedById", $moment as "LastModifiedDate",
                        $id as "LastModifiedById", $moment as "SystemModstamp"
                    where $id not in (select "Id" from salesforce."User")
                    """,
                    {"id": user_id, "username": username, "first": first, "last": last, "moment": HISTORIC},
                )

    def user_id(self, username: str) -> str | None:
        """Return the id of an active user."""
        with self.store.read() as cursor:
            query = 'select "Id" from salesforce."User" where lower("Username") = lower(?) and "IsActive"'
            found = cursor.execute(query, [username]).fetchall()
        return str(found[0][0]) if found else None

    def add_rule(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Add a validation rule: {"object", "condition" (SOQL), "message", "field"?, "name"?}. Raises ValueError."""
        sobject = self.schema.find(str(settings.get("object")))
        if sobject is None:
            raise ValueError(f"object {settings.get('object')!r} is unknown")
        name = settings.get("name", f"Rule_{len(self.rules) + 1}")
        rule = Rule(sobject.name, str(settings["condition"]), str(settings["message"]), settings.get("field", ""), name)
        try:
            self._compiled(rule, sobject)
        except SoqlError as error:
            raise ValueError(f"condition {rule.condition!r}: {error.message}") from None
        self.rules.append(rule)
        return vars(rule)

    def rules_for(self, sobject: SObject) -> tuple[Refusal, ...]:
        """Return what the org's set-up refuses of an object: picklists first, validation rules, duplicates last."""
        own = [
            Refusal(self._compiled(rule, sobject), CUSTOM_RULE, quoted(rule.message), quoted(rule.field))
            for rule in self.rules
            if rule.object == sobject.name
        ]
        judged = self.judging.refusals(sobject)
        last = [refusal for refusal in judged if refusal.code == "DUPLICATES_DETECTED"]
        return (*(refusal for refusal in judged if refusal not in last), *own, *last)

    def _compiled(self, rule: Rule, sobject: SObject) -> str:
        today = self.clock.now().date()
        return compile_condition(parse_condition(rule.condition), self.schema, sobject, "after", today)
