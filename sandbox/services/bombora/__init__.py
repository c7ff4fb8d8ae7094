"""A simulated Bombora: weekly Company Surge reports behind an API key; a week can be issued again, corrected."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Route, Service, Surroundings


@dataclass(frozen=True)
class Report:
    """One week's file."""

    file: Path
    rows: int
    checksum: str


class Bombora(Service):
    """The Bombora service."""

    name = "bombora"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._reports: dict[date, Report] = {}
        self.route("GET", "/surge/reports", self._list)
        self.route("GET", "/surge/reports/{week}.csv", self._download)

    def _list(self, call: Call) -> Reply:
        """List the weeks published so far: a week's report appears on the Monday after it."""
        with self.store.read() as cursor:
            query = "select distinct week from bombora.company_surges where week <= ? order by week"
            weeks = [row[0] for row in cursor.execute(query, [self.clock.now().date()]).fetchall()]
        reports = [(week, self._report(week)) for week in weeks]
        return Reply(
            {
                "reports": [
                    {
                        "week": week.isoformat(),
                        "url": f"/surge/reports/{week}.csv",
                        "rows": r.rows,
                        "sha256": r.checksum,
                    }
                    for week, r in reports
                ]
            }
        )

    def _download(self, call: Call) -> Reply:
        try:
            week = date.fromisoformat(call.params["week"])
        except ValueError:
            raise _refusal(400, f"{call.params['week']} is not a date") from None
        if week > self.clock.now().date() or not self._report(week).rows:
            raise _refusal(404, f"there is no report for {week}")
        return Reply(self._report(week).file, media_type="text/csv")

    def _report(self, week: date) -> Report:
        """Return a week's file, written the first time it is needed."""
        if week not in self._reports:
            file = self.store.scratch / f"surge-{week}.csv"
            order = '"Domain", "Topic ID"'
            with self.store.read() as cursor:
                rows = cursor.execute(
                    f"copy (select * exclude (week) from bombora.company_surges where week = ? order by {order}) "
                    f"to '{str(file).replace(chr(39), chr(39) * 2)}' (format csv, header)",
                    [week],
                ).fetchall()[0][0]
            self._reports[week] = Report(file, rows, hashlib.sha256(file.read_bytes()).hexdigest())
        return self._reports[week]

    def reissue(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Issue a week again, its scores moved: {"week": "YYYY-MM-DD", "score_change": 5}. Raises ValueError."""
        week, change = date.fromisoformat(str(settings["week"])), int(settings.get("score_change", 5))
        with self.store.write() as cursor:
            changed = cursor.execute(
                """
                update bombora.company_surges set
                    "Composite Score" = greatest(0, least(100, "Composite Score" + ?)),
                    "Composite Score Delta" = "Composite Score Delta" + ?
                where week = ?
                """,
                [change, change, week],
            ).fetchall()[0][0]
        if not changed:
            raise ValueError(f"there is no report for {week}")
        self._reports.pop(week, None)
        return {"week": week.isoformat(), "rows": changed}

    # -- hooks
    @property
    def _key(self) -> str:
        return f"sandbox-bombora-{self.surroundings.seed}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the key: a bearer token, or the header X-API-Key."""
        given = call.headers.get("Authorization", "").removeprefix("Bearer ") or call.headers.get("X-API-Key", "")
        if given != self._key:
            raise _refusal(401, "invalid API key")

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 500, or 403 for a used-up subscription."""
        status = {"429": 429, "quota": 403}.get(fault.kind, 500)
        return _refusal(status, {429: "too many requests", 403: "quota exceeded"}.get(status, "internal error")).reply

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {"BOMBORA_BASE_URL": self.base_url, "BOMBORA_API_KEY": self._key}

    def verbs(self) -> dict[str, Any]:
        """Return what this service adds to the control endpoint."""
        return {"/reissue": self.reissue}

    def edited(self) -> None:
        """Make the files anew."""
        self._reports.clear()

    def reset(self, store_changed: bool) -> None:
        """Forget the files of a store that is no more."""
        if store_changed:
            self._reports.clear()


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(Reply({"error": message}, status))
