"""Marketing Hub: what became of e-mails, forms and their submissions, page visits."""

from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import not_found, refusal
from sandbox.services.hubspot.moments import moment, moment_of
from sandbox.services.hubspot.objects import Objects, paging, whole


class Marketing:
    """Handlers of the marketing endpoints."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._store, self._objects = store, objects

    def email_events(self, call: Call) -> Reply:
        """GET email/public/v1/events?startTimestamp=&endTimestamp=&limit=&offset=: newest first."""
        limit, bounds = whole(call, "limit", 100, 1000), []
        for name, fallback in (("startTimestamp", "0"), ("endTimestamp", "32503680000000")):
            text = call.value(name) or fallback
            if not text.isdigit():
                raise refusal("VALIDATION_ERROR", f"{name} must be milliseconds since 1970, not {text!r}")
            bounds.append(int(text))
        offset = int(call.value("offset") or 0)
        query = f"""select id, type, recipient, "emailCampaignId", epoch_ms(created) from hubspot.email_events
            where epoch_ms(created) >= ? and epoch_ms(created) < ?
            order by created desc, id limit {limit + 1} offset {offset}"""
        rows = self._rows(query, bounds, ("id", "type", "recipient", "emailCampaignId", "created"))
        more = len(rows) > limit
        return Reply({"events": rows[:limit], "hasMore": more, "offset": str(offset + limit)})

    def campaigns(self, call: Call) -> Reply:
        """GET email/public/v1/campaigns/by-id?limit=&offset=: ids alone."""
        limit, offset = whole(call, "limit", 100, 1000), int(call.value("offset") or 0)
        rows = self._rows(
            f"select id from hubspot.email_campaigns order by id limit {limit + 1} offset {offset}", [], ("id",)
        )
        return Reply({"campaigns": rows[:limit], "hasMore": len(rows) > limit, "offset": str(offset + limit)})

    def campaign(self, call: Call) -> Reply:
        """GET email/public/v1/campaigns/{id}."""
        query = "select id, name, subject, type from hubspot.email_campaigns where id::varchar = ?"
        rows = self._rows(query, [call.params["id"]], ("id", "name", "subject", "type"))
        if not rows:
            raise not_found()
        return Reply(rows[0])

    def forms(self, call: Call) -> Reply:
        """GET marketing/v3/forms?limit=&after=."""
        limit, after = whole(call, "limit", 20, 100), call.value("after")
        query = f"""select id, name, "createdAt", "updatedAt" from hubspot.forms
            where id > ? order by id limit {limit + 1}"""
        rows = self._rows(query, [after], ("id", "name", "createdAt", "updatedAt"))
        shown = [
            row | {key: moment(row[key]) for key in ("createdAt", "updatedAt")} | {"archived": False}
            for row in rows[:limit]
        ]
        return Reply(
            {"results": shown} | (paging(call, self._objects.base_url, shown[-1]["id"]) if len(rows) > limit else {})
        )

    def submissions(self, call: Call) -> Reply:
        """GET form-integrations/v1/submissions/forms/{id}?limit=&after=: newest first, 50 at most."""
        limit, offset = whole(call, "limit", 20, 50), int(call.value("after") or 0)
        if not self._rows("select id from hubspot.forms where id = ?", [call.params["form"]], ("id",)):
            raise not_found()
        query = f"""select "conversionId", epoch_ms("submittedAt"), "pageUrl", email from hubspot.form_submissions
            where form_id = ? order by "submittedAt" desc, "conversionId" limit {limit + 1} offset {offset}"""
        rows = self._rows(query, [call.params["form"]], ("conversionId", "submittedAt", "pageUrl", "email"))
        shown = [
            row | {"values": [{"name": "email", "objectTypeId": "0-1", "value": row.pop("email")}]}
            for row in rows[:limit]
        ]
        return Reply(
            {"results": shown}
            | (paging(call, self._objects.base_url, str(offset + limit)) if len(rows) > limit else {})
        )

    def events(self, call: Call) -> Reply:
        """GET events/v3/events?objectType=contact&eventType=&occurredAfter=&occurredBefore=&limit=&after=&sort=."""
        if not (call.value("objectType") or call.value("eventType")):
            raise refusal("VALIDATION_ERROR", "objectType or eventType is required")
        limit, offset = whole(call, "limit", 20, 100), int(call.value("after") or 0)
        bounds = [moment_of(call.value(name) or text) for name, text in
                  (("occurredAfter", "1970-01-01"), ("occurredBefore", "2999-01-01"))]  # fmt: skip
        direction = "asc" if call.value("sort") in ("occurredAt", "+occurredAt") else "desc"
        query = f"""select id, "eventType", "occurredAt", "objectType", "objectId"::varchar, url from hubspot.events
            where "occurredAt" >= ? and "occurredAt" < ?
            order by "occurredAt" {direction}, id limit {limit + 1} offset {offset}"""
        rows = self._rows(query, bounds, ("id", "eventType", "occurredAt", "objectType", "objectId", "url"))
        shown = [
            row | {"occurredAt": moment(row["occurredAt"]), "properties": {"hs_url": row.pop("url")}}
            for row in rows[:limit]
        ]
        return Reply(
            {"results": shown}
            | (paging(call, self._objects.base_url, str(offset + limit)) if len(rows) > limit else {})
        )

    def _rows(self, query: str, bound: list[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
        with self._store.read() as cursor:
            return [dict(zip(names, row, strict=True)) for row in cursor.execute(query, bound).fetchall()]
