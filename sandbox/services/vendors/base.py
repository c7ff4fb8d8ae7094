"""What enrichment vendors have in common: a key, a rate, credits that are spent on what is found."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.world.vendors import populate_vendors

Row = dict[str, Any]


class EnrichmentVendor(Service):
    """One vendor. Subclasses say where the key stands, how a refusal reads, and what their routes answer."""

    credits = 100_000
    calls, seconds = 600, 60.0
    charges_again = True  # whether a record that was bought before costs again

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._credits = self.credits
        self.rate = Rate(self.calls, self.seconds, 20)
        self._open_account()

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the vendors' files of this world."""
        populate_vendors(home)

    def _open_account(self) -> None:
        with self.store.define() as cursor:
            cursor.execute(
                'create table if not exists sandbox.vendor_credits (vendor varchar, item varchar, "at" timestamp)'
            )

    # -- for subclasses
    def key_of(self, call: Call) -> str:
        """Return the key that a call carries."""
        raise NotImplementedError

    def refusal(self, status: int, message: str) -> Refusal:
        """Return the vendor's way to say no."""
        return Refusal(Reply({"error": message}, status))

    def body(self, call: Call) -> dict[str, Any]:
        """Return the JSON object of a call, or refuse it."""
        try:
            content = call.json()
        except ValueError:
            raise self.refusal(400, "the body is not valid JSON") from None
        if not isinstance(content, dict):
            raise self.refusal(400, "the body must be a JSON object")
        return content

    def known(self, table: str, column: str, values: Collection[str]) -> dict[str, Row]:
        """Return this vendor's rows by the lower-case value of a column."""
        with self.store.read() as cursor:
            cursor.execute(
                f'select * from {self.name}.{table} where lower("{column}") in (select lower(unnest(?)))',
                [list(values)],
            )
            names = [entry[0] for entry in cursor.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {str(row[column]).lower(): row for row in rows}

    def charge(self, items: Sequence[str]) -> int:
        """Take a credit for each item, or none and refuse the call when they do not suffice; returns what was taken."""
        with self.store.write() as cursor:
            counted = "select count(*) from sandbox.vendor_credits where vendor = ?"
            spent = cursor.execute(counted, [self.name]).fetchall()[0][0]
            new = list(items)
            if not self.charges_again:
                owned = "select item from sandbox.vendor_credits where vendor = ?"
                new = sorted(set(new) - {row[0] for row in cursor.execute(owned, [self.name]).fetchall()})
            if spent + len(new) > self._credits:
                raise self.refusal(402, "insufficient credits")
            if new:
                lines = "insert into sandbox.vendor_credits select ?, unnest(?::varchar[]), ?"
                cursor.execute(lines, [self.name, new, self.clock.now()])
        return len(new)

    @property
    def remaining(self) -> int:
        """Return the credits that are left."""
        with self.store.read() as cursor:
            counted = "select count(*) from sandbox.vendor_credits where vendor = ?"
            return self._credits - int(cursor.execute(counted, [self.name]).fetchall()[0][0])

    # -- hooks
    @property
    def key(self) -> str:
        """Return the key of this sandbox."""
        return f"sandbox-{self.name}-{self.surroundings.seed}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the key, then the rate."""
        if route.sign_in:
            return
        if self.key_of(call) != self.key:
            raise self.refusal(401, "invalid API key")
        if not self.rate.admit():
            refusal = self.refusal(429, "rate limit exceeded")
            refusal.reply.headers["Retry-After"] = "1"
            raise refusal

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 500, or 402 for used-up credits."""
        status, message = {"429": (429, "rate limit exceeded"), "quota": (402, "insufficient credits")}.get(
            fault.kind, (500, "internal error")
        )
        return self.refusal(status, message).reply

    def configure(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Set `credits` or `calls` (per window)."""
        for name, value in settings.items():
            if name == "credits":
                self._credits = int(value)
            elif name == "calls":
                self.rate.calls = int(value)
            else:
                raise ValueError(f"{self.name} has no quota {name!r}; use credits or calls")
        return {"credits": self._credits, "calls": self.rate.calls}

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        prefix = self.name.upper()
        return {f"{prefix}_BASE_URL": self.base_url, f"{prefix}_API_KEY": self.key}

    def reset(self, store_changed: bool) -> None:
        """Forget use and limits."""
        self._credits, self.rate.calls = self.credits, self.calls
        self.rate.clear()
        if store_changed:
            self._open_account()
