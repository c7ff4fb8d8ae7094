"""Simulated signal providers: PredictLeads (news, jobs), Have I Been Pwned (breaches), G2 (buyer interactions).

Facts: docs.predictleads.com v3 and data.g2.com (JSON:API, page parameters), haveibeenpwned.com/API/v3 (plain lists).
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.world.vendors import populate_vendors

MOST = 100


class SignalProvider(Service):
    """A provider behind a key. Subclasses name the header and their lists."""

    header = ""
    format = "{key}"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the providers' files of this world."""
        populate_vendors(home)

    def rows(self, table: str, moment: str, since: str, number: int, size: int) -> list[dict[str, Any]]:
        """Return one page of a list, oldest first, of what was found by now."""
        try:
            begin = date.fromisoformat(since) if since else date(1970, 1, 1)
        except ValueError:
            raise _refusal(400, f"{since!r} is not a date") from None
        if not 1 <= size <= MOST or number < 1:
            raise _refusal(400, f"pages hold 1 to {MOST} rows and start at 1")
        with self.store.read() as cursor:
            cursor.execute(
                f'select * from {self.name}.{table} where "{moment}" >= ? and "{moment}" <= ? order by "{moment}", 1 '
                "limit ? offset ?",
                [begin, self.clock.now(), size, (number - 1) * size],
            )
            names = [entry[0] for entry in cursor.description or []]
            return [dict(zip(names, map(_json, row), strict=True)) for row in cursor.fetchall()]

    def page(self, call: Call, table: str, kind: str, moment: str, names: tuple[str, str, str]) -> Reply:
        """Answer a JSON:API page; `names` are its parameters for since, page and size."""
        since, number, size = names
        found = self.rows(table, moment, call.value(since), _whole(call, number, 1), _whole(call, size, 20))
        companies = {row["company_id"]: row for row in found}
        own = ("id", "company_id", "company_name", "domain")
        return Reply(
            {
                "data": [
                    {
                        "id": row["id"], "type": kind,
                        "attributes": {name: value for name, value in row.items() if name not in own},
                        "relationships": {"company": {"data": {"id": row["company_id"], "type": "company"}}},
                    }
                    for row in found
                ],
                "included": [
                    {"id": key, "type": "company",
                     "attributes": {"domain": row["domain"], "company_name": row["company_name"]}}
                    for key, row in companies.items()
                ],
            }
        )  # fmt: skip

    @property
    def key(self) -> str:
        """Return the key of this sandbox."""
        return f"sandbox-{self.name}-{self.surroundings.seed}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the key."""
        if call.headers.get(self.header, "") != self.format.format(key=self.key):
            raise _refusal(401, "invalid API key")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 500, or 402 for a spent plan."""
        return _refusal({"429": 429, "quota": 402}.get(fault.kind, 500), fault.kind).reply

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {f"{self.name.upper()}_BASE_URL": self.base_url, f"{self.name.upper()}_API_KEY": self.key}


class PredictLeads(SignalProvider):
    """News events and job openings."""

    name, header = "predictleads", "X-Api-Token"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        names = ("found_at_from", "page", "per_page")
        plan = {"data": {"attributes": {"remaining_api_credits": 100_000}}}
        self.route("GET", "/v3/api_subscription", lambda call: Reply(plan))
        self.route(
            "GET", "/v3/news_events", lambda call: self.page(call, "news_events", "news_event", "found_at", names)
        )
        self.route(
            "GET",
            "/v3/job_openings",
            lambda call: self.page(call, "job_openings", "job_opening", "first_seen_at", names),
        )


class HaveIBeenPwned(SignalProvider):
    """Breaches, all in one list."""

    name, header = "hibp", "hibp-api-key"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.route("GET", "/api/v3/breaches", lambda call: Reply(self._all()))
        self.route("GET", "/api/v3/latestbreach", lambda call: Reply(self._all()[-1]))

    def _all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(page := self.rows("breaches", "AddedDate", "", len(found) // MOST + 1, MOST)) == MOST:
            found += page
        return found + page


class G2(SignalProvider):
    """Buyer interactions on a review site."""

    name, header, format = "g2", "Authorization", "Token token={key}"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        names = ("filter[interacted_at_gteq]", "page[number]", "page[size]")
        self.route(
            "GET",
            "/api/v2/buyer_interactions",
            lambda call: self.page(call, "buyer_interactions", "buyer_interaction", "interacted_at", names),
        )


def _whole(call: Call, name: str, default: int) -> int:
    text = call.value(name, str(default))
    if not text.isdigit():
        raise _refusal(400, f"{name} must be a whole number")
    return int(text)


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(Reply({"errors": [{"status": str(status), "detail": message}]}, status))


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return value.isoformat() if isinstance(value, date) else value
