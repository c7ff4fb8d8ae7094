"""A simulated Eloqua (Bulk API 2.0): definitions of exports and of sync actions on lists, syncs that take their time.

Facts: docs.oracle.com, "Bulk API": "Exporting contacts", "Exporting activities", "Sync actions to Eloqua", "Limits".
"""

import base64
import itertools
import json
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.records import Record, records
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.world.derived import populate

ROOT, MOST, MOST_FIELDS = "/api/bulk/2.0", 50_000, 250
SYNC_SECONDS = 0.3
SITE, USER = "Sandbox", "integration"
# What a statement of the markup language is made of: '{{Contact.UpdatedAt}}' >= '2026-01-01 00:00:00'
CONDITION = re.compile(r"\s*'\{\{(?P<field>[^}]+)\}\}'\s*(?P<operator>=|>=|>|<=|<|!=)\s*'(?P<value>[^']*)'\s*")


# What a sync action works on, and what a filter asks for: {{ContactList[1001]}}
LIST = re.compile(r"\{\{ContactList\[(\d+)\]\}\}")
MEMBER_OF = re.compile(r"\s*EXISTS\('\{\{ContactList\[(?P<list>\d+)\]\}\}'\)\s*")


class Eloqua(Service):
    """The Eloqua service."""

    name = "eloqua"

    @classmethod
    def populate(cls, home: Path) -> None:
        """Make the site's tables from the world's."""
        populate(home, "eloqua")

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._password = f"sandbox-eloqua-{surroundings.seed}"
        self._numbers = itertools.count(1)
        self._definitions: dict[str, Record] = {}
        self._syncs: dict[str, Record] = {}
        self.route("GET", f"{ROOT}/contacts/fields", self._fields)
        self.route("POST", f"{ROOT}/{{entity}}/exports", self._define)
        self.route("POST", f"{ROOT}/contacts/syncActions", self._define_actions)
        self.route("POST", f"{ROOT}/contacts/syncActions/{{number}}/data", self._stage)
        self.route("POST", f"{ROOT}/syncs", self._sync)
        self.route("GET", f"{ROOT}/syncs/{{number}}/rejects", self._data)
        self.route("GET", f"{ROOT}/syncs/{{number}}", self._status)
        self.route("GET", f"{ROOT}/syncs/{{number}}/data", self._data)

    def _fields(self, call: Call) -> Reply:
        names = [name[14:-1] for name in self._columns("contacts") if name.startswith("Contact.Field(")]
        items = [{"internalName": name, "statement": f"{{{{Contact.Field({name})}}}}"} for name in names]
        return Reply({"items": items, "totalResults": len(items), "count": len(items), "hasMore": False})

    def _define(self, call: Call) -> Reply:
        entity, body = call.params["entity"], call.json()
        if entity not in ("contacts", "activities"):
            raise _refusal(404, "There was no such resource")
        fields = {
            name: str(text).removeprefix("{{").removesuffix("}}") for name, text in body.get("fields", {}).items()
        }
        columns = self._columns(entity)
        unknown = [text for text in fields.values() if text not in columns]
        if not body.get("name") or not fields or unknown or len(fields) > MOST_FIELDS:
            raise _refusal(400, f"Validation error: fields {', '.join(unknown)}")
        where, bound = _filter(str(body.get("filter", "")), columns)
        if entity == "activities" and '"Activity.Type" =' not in where:
            raise _refusal(400, "Validation error: an activity export needs a filter on Activity.Type")
        uri = f"/{entity}/exports/{next(self._numbers)}"
        shown = ", ".join(f'"{text}" as "{name}"' for name, text in fields.items())
        sql = f'select {shown} from eloqua.{entity} where {where} order by "{columns[0]}"'
        self._definitions[uri] = {"sql": sql, "bound": bound}
        return Reply(body | {"uri": uri}, 201)

    def _sync(self, call: Call) -> Reply:
        definition = self._definitions.get(call.json().get("syncedInstanceUri", ""))
        if definition is None:
            raise _refusal(400, "Validation error: syncedInstanceUri")
        number = str(next(self._numbers))
        if "action" in definition:
            rejects = self._act(definition)
            self._syncs[number] = {
                "looks": 0,
                "began": time.monotonic(),
                "rows": rejects,
                "end": "warning" if rejects else "success",
            }
            return Reply({"uri": f"/syncs/{number}", "status": "pending"}, 201)
        # The data are those of the moment in which the sync runs, whatever happens while they are read.
        rows = records(self.store, definition["sql"], definition["bound"], _moment)
        self._syncs[number] = {
            "looks": 0,
            "began": time.monotonic(),
            "rows": [{n: _text(v) for n, v in row.items()} for row in rows],
        }
        return Reply({"uri": f"/syncs/{number}", "status": "pending"}, 201)

    def _define_actions(self, call: Call) -> Reply:
        """POST contacts/syncActions: contacts by id, added to or removed from one list that is there."""
        body = call.json()
        fields, actions = body.get("fields") or {}, body.get("syncActions") or []
        if not body.get("name") or list(fields.values()) != ["{{Contact.Id}}"]:
            raise _refusal(400, "Validation error: name and fields")
        if body.get("identifierFieldName") not in fields:
            raise _refusal(400, "Validation error: identifierFieldName")
        found = LIST.fullmatch(str(actions[0].get("destination"))) if len(actions) == 1 else None
        if found is None or actions[0].get("action") not in ("add", "remove") or not self._is_list(found[1]):
            raise _refusal(400, "Validation error: syncActions")
        uri = f"/contacts/syncActions/{next(self._numbers)}"
        name = body["identifierFieldName"]
        self._definitions[uri] = {"action": actions[0]["action"], "list": found[1], "name": name, "staged": []}
        return Reply(body | {"uri": uri}, 201)

    def _stage(self, call: Call) -> Reply:
        definition, rows = self._definitions.get(f"/contacts/syncActions/{call.params['number']}"), call.json()
        if definition is None:
            raise _refusal(404, "There was no such resource")
        if not isinstance(rows, list) or any(list(row) != [definition["name"]] for row in rows):
            raise _refusal(400, "Validation error: data")
        definition["staged"] += [str(row[definition["name"]]) for row in rows]
        return Reply(None, 204)

    def _act(self, definition: Record) -> list[Record]:
        """Do what is asked with the staged contacts; a malformed id is a reject, an unknown one is passed over."""
        staged, number, verb = definition["staged"], definition["list"], definition["action"]
        with self.store.write() as cursor:
            present = 'select "Contact.Id" from eloqua.contacts where "Contact.Id" in (select unnest(?::varchar[]))'
            known = {row[0] for row in cursor.execute(present, [staged]).fetchall()}
            held = {
                row[0]
                for row in cursor.execute("select contact from eloqua.list_members where list = ?", [number]).fetchall()
            }
            moving = sorted(known - held if verb == "add" else known & held)
            change = "delete from eloqua.list_members where list = ? and contact in (select unnest(?::varchar[]))"
            if verb == "add":
                change = "insert into eloqua.list_members select ?, unnest(?::varchar[])"
            cursor.execute(change, [number, moving])
            log = """insert into sandbox.writes ("at", service, object, record_id, operation, actor, after)
                select ?, 'eloqua', 'ListMember', unnest(?::varchar[]), ?, 'api', ?"""
            cursor.execute(log, [self.clock.now(), moving, verb, json.dumps({"list": number})])
        return [
            {"fieldValues": {definition["name"]: text}, "statusCode": "ELQ-00032", "message": "Malformed records."}
            for text in staged
            if not text.isdecimal()
        ]

    def _is_list(self, number: str) -> bool:
        with self.store.read() as cursor:
            return bool(cursor.execute("select 1 from eloqua.lists where id = ?", [number]).fetchall())

    def _status(self, call: Call) -> Reply:
        sync = self._known(call)
        sync["looks"] += 1
        status = sync.get("end", "success") if _is_done(sync) else "active"
        return Reply({"uri": f"/syncs/{call.params['number']}", "status": status})

    def _data(self, call: Call) -> Reply:
        sync = self._known(call)
        if not _is_done(sync):
            raise _refusal(400, "The sync is not finished")
        limit, offset = int(call.value("limit", "1000")), int(call.value("offset", "0"))
        if not 1 <= limit <= MOST:
            raise _refusal(400, f"limit is between 1 and {MOST}")
        rows = sync["rows"]
        items, more = rows[offset : offset + limit], offset + limit < len(rows)
        content: Record = {
            "totalResults": len(rows),
            "limit": limit,
            "offset": offset,
            "count": len(items),
            "hasMore": more,
        }
        return Reply(content | ({"items": items} if items else {}))

    def _known(self, call: Call) -> Record:
        sync = self._syncs.get(call.params["number"])
        if sync is None:
            raise _refusal(404, "There was no such sync")
        return sync

    def _columns(self, table: str) -> list[str]:
        with self.store.read() as cursor:
            return [column[0] for column in cursor.execute(f"select * from eloqua.{table} limit 0").description]

    # -- hooks
    def admit(self, call: Call, route: Route) -> None:
        """Check site, user and password."""
        plain = f"{SITE}\\{USER}:{self._password}"
        if call.headers.get("Authorization", "") != f"Basic {base64.b64encode(plain.encode()).decode()}":
            raise Refusal(Reply("Not authenticated.", 401, media_type="text/plain"))

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer as a pod in trouble does."""
        return _refusal({"429": 429, "quota": 429}.get(fault.kind, 500), "The service is busy").reply

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        own = {"BASE_URL": self.base_url, "SITE": SITE, "USERNAME": USER, "PASSWORD": self._password}
        return {f"ELOQUA_{name}": value for name, value in own.items()}

    def reset(self, store_changed: bool) -> None:
        """Forget exports."""
        self._definitions.clear()
        self._syncs.clear()


def _filter(text: str, columns: list[str]) -> tuple[str, Record]:
    """Return a filter as SQL; raises Refusal where Eloqua would not understand it."""
    where, bound = ["true"], dict[str, Any]()
    for number, part in enumerate(re.split(r"\s+AND\s+", text) if text else []):
        if member := MEMBER_OF.fullmatch(part):
            where.append(f'"Contact.Id" in (select contact from eloqua.list_members where list = $v{number})')
            bound[f"v{number}"] = member["list"]
            continue
        found = CONDITION.fullmatch(part)
        if found is None or found["field"] not in columns:
            raise _refusal(400, f"Validation error: filter {part}")
        where.append(f'"{found["field"]}" {found["operator"]} $v{number}')
        bound[f"v{number}"] = found["value"]
    return " and ".join(where), bound


def _is_done(sync: Record) -> bool:
    """At the second look, or when it had its time: whoever waits before looking is told at once."""
    return sync["looks"] > 1 or time.monotonic() - float(sync["began"]) > SYNC_SECONDS


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(Reply({"message": message, "code": str(status)}, status))


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.000")


def _text(value: Any) -> str:
    """Return a value as exports show it: text, and nothing as an empty one."""
    return "" if value is None else str(value)
