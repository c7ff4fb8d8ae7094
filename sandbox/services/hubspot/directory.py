"""What surrounds the objects: owners, pipelines, properties, the account and its use of the interface."""

from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.quotas import DailyQuota
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import not_found
from sandbox.services.hubspot.moments import moment
from sandbox.services.hubspot.objects import Objects, body_of, inputs_of, paging, whole
from sandbox.services.hubspot.schema import Schema

PORTAL_ID = 8200042
_STAGES = {
    "appointmentscheduled": ("Appointment Scheduled", 0.2), "qualifiedtobuy": ("Qualified To Buy", 0.4),
    "presentationscheduled": ("Presentation Scheduled", 0.6),
    "decisionmakerboughtin": ("Decision Maker Bought-In", 0.8),
    "contractsent": ("Contract Sent", 0.9), "closedwon": ("Closed Won", 1.0), "closedlost": ("Closed Lost", 0.0),
}  # fmt: skip


class Directory:
    """Handlers of owners, pipelines, properties and account information."""

    def __init__(self, store: Store, clock: Clock, schema: Schema, objects: Objects, calls: DailyQuota) -> None:
        self._store, self._clock, self._schema, self._objects, self._calls = store, clock, schema, objects, calls

    def owners(self, call: Call) -> Reply:
        """GET crm/v3/owners?limit=&after=&archived=&email=."""
        limit, after = whole(call, "limit", 100, 500), int(call.value("after", "0"))
        archived = call.value("archived").lower() == "true"
        query = f"""select id, email, "firstName", "lastName", "userId", "createdAt", "updatedAt", archived
            from hubspot.owners where archived = ? and id > ? and ? in ('', email) order by id limit {limit + 1}"""
        with self._store.read() as cursor:
            rows = cursor.execute(query, [archived, after, call.value("email")]).fetchall()
        shown = [_owner(row) for row in rows[:limit]]
        return Reply(
            {"results": shown} | (paging(call, self._objects.base_url, shown[-1]["id"]) if len(rows) > limit else {})
        )

    def pipelines(self, call: Call) -> Reply:
        """GET crm/v3/pipelines/{type}."""
        if self._schema.find(call.params["type"]).name != "deals":
            return Reply({"results": []})
        stages = [
            {"id": name, "label": label, "displayOrder": place, "archived": False,
             "metadata": {"isClosed": str(name.startswith("closed")).lower(), "probability": str(probability)}}
            for place, (name, (label, probability)) in enumerate(_STAGES.items())
        ]  # fmt: skip
        one = {"id": "default", "label": "Sales Pipeline", "displayOrder": 0, "archived": False, "stages": stages}
        return Reply({"results": [one]})

    def account(self, call: Call) -> Reply:
        """GET account-info/v3/details."""
        own = {"portalId": PORTAL_ID, "accountType": "STANDARD", "timeZone": "UTC", "companyCurrency": "USD"}
        return Reply(own | {"uiDomain": "app.hubspot.com", "utcOffset": "+00:00"})

    def usage(self, call: Call) -> Reply:
        """GET account-info/v3/api-usage/daily/private-apps."""
        one = {
            "name": "private-apps-api-calls-daily",
            "usageLimit": self._calls.limit,
            "currentUsage": self._calls.used,
        }
        return Reply({"results": [one | {"collectedAt": moment(self._clock.now()), "fetchStatus": "SUCCESS"}]})

    # -- properties
    def properties(self, call: Call) -> Reply:
        """GET crm/v3/properties/{type}?archived=."""
        archived = call.value("archived").lower() == "true"
        kind = self._schema.find(call.params["type"])
        return Reply({"results": [one.as_row() for one in kind.properties.values() if one.archived == archived]})

    def property(self, call: Call) -> Reply:
        """GET crm/v3/properties/{type}/{name}."""
        kind = self._schema.find(call.params["type"])
        return Reply(self._schema.property(kind, call.params["name"]).as_row())

    def add_property(self, call: Call) -> Reply:
        """POST crm/v3/properties/{type}: 201."""
        return Reply(self._schema.add(self._schema.find(call.params["type"]), body_of(call)).as_row(), 201)

    def add_properties(self, call: Call) -> Reply:
        """POST crm/v3/properties/{type}/batch/create: 201."""
        kind = self._schema.find(call.params["type"])
        made = [self._schema.add(kind, entry).as_row() for entry in inputs_of(body_of(call))]
        return Reply({"status": "COMPLETE", "results": made}, 201)

    def change_property(self, call: Call) -> Reply:
        """PATCH crm/v3/properties/{type}/{name}."""
        kind = self._schema.find(call.params["type"])
        return Reply(self._schema.change(kind, call.params["name"], body_of(call)).as_row())

    def archive_property(self, call: Call) -> Reply:
        """DELETE crm/v3/properties/{type}/{name}: 204."""
        self._schema.archive(self._schema.find(call.params["type"]), call.params["name"])
        return Reply(status=204)

    def groups(self, call: Call) -> Reply:
        """GET crm/v3/properties/{type}/groups."""
        names = sorted({one.group for one in self._schema.find(call.params["type"]).live.values()})
        return Reply(
            {
                "results": [
                    {"name": name, "label": name.title(), "archived": False, "displayOrder": -1} for name in names
                ]
            }
        )

    def owner(self, call: Call) -> Reply:
        """GET crm/v3/owners/{id}."""
        query = """select id, email, "firstName", "lastName", "userId", "createdAt", "updatedAt", archived
            from hubspot.owners where id::varchar = ?"""
        with self._store.read() as cursor:
            found = cursor.execute(query, [call.params["id"]]).fetchall()
        if not found:
            raise not_found()
        return Reply(_owner(found[0]))


def _owner(row: tuple[Any, ...]) -> dict[str, Any]:
    number, email, first, last, user, created, updated, archived = row
    return {
        "id": str(number), "email": email, "type": "PERSON", "firstName": first, "lastName": last, "userId": user,
        "createdAt": moment(created), "updatedAt": moment(updated), "archived": archived, "teams": [],
    }  # fmt: skip
