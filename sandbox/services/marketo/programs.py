"""Members of programs, and smart campaigns that a caller may request for leads.

The world has no smart campaigns: each program has one that listens to requests, numbered after it.
"""

from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.marketo.envelope import body, failure, skipped, success
from sandbox.services.marketo.leads import MAX_VALUES, offset_of, page_size, token_for
from sandbox.services.marketo.saving import activity, add_activities, log

CHANGE_PROGRAM_STATUS, REQUEST_CAMPAIGN = 104, 47
STATUSES = ("Member", "Invited", "Registered", "Attended", "Engaged", "Sales Alert")
MAX_REQUESTED, CAMPAIGN_OFFSET = 100, 4_000


class Programs:
    """Handlers for program members and campaigns."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.reset()

    def reset(self) -> None:
        """Make the table of members where a world does not have it."""
        with self._store.define() as cursor:
            cursor.execute(
                'create table if not exists marketo.program_members ("programId" integer, "leadId" integer, '
                '"statusName" varchar)'
            )

    def members(self, call: Call) -> Reply:
        """GET programs/{id}/members.json?filterType=leadId|statusName&filterValues=."""
        number, _ = self._program(call)
        kind, values = call.value("filterType"), call.values("filterValues")
        if kind not in ("leadId", "statusName") or not values:
            raise failure("1003", f"Invalid filterType '{kind}' or no filterValues")
        if len(values) > MAX_VALUES:
            raise failure("1003", f"The number of filterValues exceeds {MAX_VALUES}")
        start, size = offset_of(call), page_size(call)
        query = f"""select "leadId", "statusName" from marketo.program_members
            where "programId" = ? and "{kind}"::varchar in (select unnest(?))
            order by 1 limit {size + 1} offset {start}"""
        with self._store.read() as cursor:
            rows = cursor.execute(query, [number, values]).fetchall()
        found = [{"seq": seq, "leadId": row[0], "statusName": row[1]} for seq, row in enumerate(rows[:size])]
        return success(found, **({"nextPageToken": token_for(start + size)} if len(rows) > size else {}))

    def change_status(self, call: Call) -> Reply:
        """POST programs/{id}/members/status.json {"statusName", "input": [{"leadId"}]}: makes who is no member one."""
        number, name = self._program(call)
        status = str(body(call).get("statusName", ""))
        if status not in STATUSES:
            raise failure("1003", f"statusName '{status}' is no status of the program's channel")
        leads, known, now = self._leads(call), self._known(self._leads(call)), self._clock.now()
        moving = [lead for lead in dict.fromkeys(leads) if lead in known]
        with self._store.write() as cursor:
            self._forget(cursor, number, moving)
            query = "insert into marketo.program_members select ?, unnest(?::bigint[]), ?"
            cursor.execute(query, [number, moving, status])
            done = [activity(lead, now, CHANGE_PROGRAM_STATUS, (number, name), New_Status=status) for lead in moving]
            add_activities(cursor, done)
            said = {"program": number, "status": status, "member": True}
            log(cursor, now, [("ProgramMember", lead, "add", None, said) for lead in moving])
        return success([_answer(seq, lead, "updated", lead in known) for seq, lead in enumerate(leads)])

    def delete(self, call: Call) -> Reply:
        """POST programs/{id}/members/delete.json {"input": [{"leadId"}]}."""
        number, _ = self._program(call)
        leads, now = self._leads(call), self._clock.now()
        query = 'select "leadId" from marketo.program_members where "programId" = ?'
        with self._store.write() as cursor:
            held = {row[0] for row in cursor.execute(query, [number]).fetchall()}
            moving = [lead for lead in dict.fromkeys(leads) if lead in held]
            self._forget(cursor, number, moving)
            said = {"program": number, "member": False}
            log(cursor, now, [("ProgramMember", lead, "remove", None, said) for lead in moving])
        return success([_answer(seq, lead, "deleted", lead in held) for seq, lead in enumerate(leads)])

    def campaigns(self, call: Call) -> Reply:
        """GET campaigns.json: those that listen to requests."""
        with self._store.read() as cursor:
            rows = cursor.execute("select id, name from marketo.programs order by id").fetchall()
        return success(
            [
                {"id": CAMPAIGN_OFFSET + number, "name": f"{name} request", "type": "trigger", "active": True,
                 "programId": number, "programName": name, "workspaceName": "Default"}
                for number, name in rows
            ]
        )  # fmt: skip

    def request(self, call: Call) -> Reply:
        """POST campaigns/{id}/trigger.json {"input": {"leads": [{"id"}]}}: they flow through it, again each time."""
        text = call.params["campaign"]
        number = int(text) if text.isdigit() else 0
        call.params["program"] = str(number - CAMPAIGN_OFFSET)
        _, name = self._program(call, f"Campaign with id {text} not found")
        given = body(call).get("input")
        entries = given.get("leads") if isinstance(given, dict) else None
        if not isinstance(entries, list) or not entries or not all(isinstance(one.get("id"), int) for one in entries):
            raise failure("1003", "input.leads must name at least one lead")
        leads = [one["id"] for one in entries]
        if len(leads) > MAX_REQUESTED:
            raise failure("1003", f"The number of leads exceeds {MAX_REQUESTED}")
        if lost := sorted(set(leads) - self._known(leads)):
            raise failure("1004", f"Lead [{lost[0]}] not found")
        now = self._clock.now()
        with self._store.write() as cursor:
            add_activities(cursor, [activity(lead, now, REQUEST_CAMPAIGN, (number, name)) for lead in leads])
            log(cursor, now, [("CampaignRequest", lead, "create", None, {"campaign": number}) for lead in leads])
        return success([{"id": number}])

    def _program(self, call: Call, words: str = "") -> tuple[int, str]:
        text = call.params["program"]
        query = "select id, name from marketo.programs where id::varchar = ?"
        with self._store.read() as cursor:
            rows = cursor.execute(query, [text]).fetchall()
        if not rows:
            raise failure("1013", words or f"Program with id {text} not found")
        return int(rows[0][0]), str(rows[0][1])

    def _leads(self, call: Call) -> list[int]:
        entries = body(call).get("input")
        named = [one.get("leadId") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
        if not named or not all(isinstance(lead, int) for lead in named):
            raise failure("1003", "input must name at least one leadId")
        if len(named) > MAX_VALUES:
            raise failure("1003", f"The number of members exceeds {MAX_VALUES}")
        return [lead for lead in named if isinstance(lead, int)]

    def _known(self, leads: list[int]) -> set[int]:
        query = "select id from marketo.leads where id in (select unnest(?::bigint[]))"
        with self._store.read() as cursor:
            return {row[0] for row in cursor.execute(query, [leads]).fetchall()}

    def _forget(self, cursor: Any, number: int, leads: list[int]) -> None:
        where = '"programId" = ? and "leadId" in (select unnest(?::bigint[]))'
        cursor.execute(f"delete from marketo.program_members where {where}", [number, leads])


def _answer(seq: int, lead: int, done: str, was: bool) -> dict[str, Any]:
    return {"seq": seq, "leadId": lead, "status": done} if was else skipped("1004", seq=seq, leadId=lead)
