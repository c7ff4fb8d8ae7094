"""Handlers that write objects, one by one and in batches.

A batch is all or nothing, unless each input carries an `objectWriteTraceId`: then the good part is done and the answer
is 207, each error naming the trace ids it is about (developers.hubspot.com, "Multi-status errors").
"""

from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Faults
from sandbox.services.hubspot.errors import STATUS, error_body, not_found, refusal
from sandbox.services.hubspot.objects import Objects, batch_reply, body_of, inputs_of, missing
from sandbox.services.hubspot.properties import ObjectType
from sandbox.services.hubspot.saving import Saving
from sandbox.services.hubspot.schema import Schema

Error = dict[str, Any]


class Writes:
    """Create, update, upsert, archive, merge, erase."""

    def __init__(self, clock: Clock, faults: Faults, schema: Schema, objects: Objects, saving: Saving) -> None:
        self._clock, self._faults = clock, faults
        self._schema, self._objects, self.saving = schema, objects, saving

    # -- one record
    def create(self, call: Call) -> Reply:
        """POST objects/{type} {properties}."""
        kind, body = self._schema.find(call.params["type"]), body_of(call)
        properties = _properties(body)
        _raise(self.saving.refused(kind, properties, None))
        number = self.saving.apply(kind, [(None, properties)], call.actor)[0]
        return Reply(self._objects.rows(kind, [*properties, *kind.defaults], "id = ?", [number])[0], 201)

    def update(self, call: Call) -> Reply:
        """PATCH objects/{type}/{id}?idProperty=."""
        kind, properties = self._schema.find(call.params["type"]), _properties(body_of(call))
        number = self._number(call, kind)
        _raise(self.saving.refused(kind, properties, number))
        self.saving.apply(kind, [(number, properties)], call.actor)
        return Reply(self._objects.rows(kind, [*properties, *kind.defaults], "id = ?", [number])[0])

    def archive(self, call: Call) -> Reply:
        """DELETE objects/{type}/{id}: 204, also when it is gone already."""
        kind = self._schema.find(call.params["type"])
        found = self._objects.resolve(kind, [call.params["id"]])
        self.saving.archive(kind, list(found.values()), call.actor)
        return Reply(status=204)

    def merge(self, call: Call) -> Reply:
        """POST objects/{type}/merge {primaryObjectId, objectIdToMerge}."""
        kind, body = self._schema.find(call.params["type"]), body_of(call)
        keys = [str(body.get("primaryObjectId")), str(body.get("objectIdToMerge"))]
        found = self._objects.resolve(kind, keys)
        if len(set(found.values())) < 2:
            raise refusal("VALIDATION_ERROR", f"Cannot merge {keys[1]} into {keys[0]}")
        self.saving.merge(kind, found[keys[0]], found[keys[1]], call.actor)
        return Reply(self._objects.rows(kind, kind.defaults, "id = ?", [found[keys[0]]])[0])

    def erase(self, call: Call) -> Reply:
        """POST objects/contacts/gdpr-delete {objectId, idProperty?}."""
        kind, body = self._schema.find(call.params["type"]), body_of(call)
        key = str(body.get("objectId"))
        found = self._objects.resolve(kind, [key], str(body.get("idProperty") or ""))
        if key not in found:
            raise not_found()
        self.saving.erase(kind, found[key], call.actor)
        return Reply(status=204)

    # -- batches
    def batch_create(self, call: Call) -> Reply:
        """POST batch/create {inputs [{properties, objectWriteTraceId?}]}: 201 or 207."""
        kind, inputs = self._batch(call)
        return self._write(call, kind, [(None, entry) for entry in inputs], 201)

    def batch_update(self, call: Call) -> Reply:
        """POST batch/update {inputs [{id, idProperty?, properties}]}: 200 or 207."""
        kind, inputs = self._batch(call)
        return self._write(call, kind, self._matched(kind, inputs, "hs_object_id"), 200, must_exist=True)

    def batch_upsert(self, call: Call) -> Reply:
        """POST batch/upsert {inputs [{id, idProperty, properties}]}: 200 or 207; each result says whether it is new."""
        kind, inputs = self._batch(call)
        if any(not entry.get("idProperty") for entry in inputs):
            raise refusal("VALIDATION_ERROR", "idProperty is required for every input of an upsert")
        for entry in inputs:
            entry["properties"] = {str(entry["idProperty"]): str(entry.get("id", "")), **_properties(entry)}
        return self._write(call, kind, self._matched(kind, inputs, ""), 200, says_new=True)

    def batch_archive(self, call: Call) -> Reply:
        """POST batch/archive {inputs [{id}]}: 204."""
        kind, inputs = self._batch(call)
        found = self._objects.resolve(kind, [str(entry.get("id")) for entry in inputs])
        self.saving.archive(kind, list(found.values()), call.actor)
        return Reply(status=204)

    def _batch(self, call: Call) -> tuple[ObjectType, list[dict[str, Any]]]:
        kind, inputs = self._schema.find(call.params["type"]), inputs_of(body_of(call))
        keys = [str(entry["id"]).lower() for entry in inputs if "id" in entry]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise refusal(
                "VALIDATION_ERROR", f"Duplicate IDs found in batch input: [{', '.join(repeated)}]. IDs must be unique"
            )
        return kind, inputs

    def _matched(
        self, kind: ObjectType, inputs: list[dict[str, Any]], default: str
    ) -> list[tuple[int | None, dict[str, Any]]]:
        found: dict[tuple[str, str], int] = {}
        for by in {str(entry.get("idProperty") or default) for entry in inputs}:
            keys = [str(entry.get("id")) for entry in inputs if str(entry.get("idProperty") or default) == by]
            found |= {(by, key): number for key, number in self._objects.resolve(kind, keys, by).items()}
        return [(found.get((str(e.get("idProperty") or default), str(e.get("id")))), e) for e in inputs]

    def _write(
        self, call: Call, kind: ObjectType, pairs: list[tuple[int | None, dict[str, Any]]], status: int,
        *, must_exist: bool = False, says_new: bool = False,
    ) -> Reply:  # fmt: skip
        traces = [entry.get("objectWriteTraceId") for _, entry in pairs]
        traced = bool(pairs) and all(traces)
        errors, good, lost = list[Error](), list[tuple[int | None, dict[str, Any]]](), list[str]()
        fault = self._faults.take("hubspot", call.method, call.path, ("partial_failure",)) if traced else None
        every = max(1, round(1 / fault.share)) if fault else 0
        seen: set[tuple[str, str]] = set()
        for place, (number, entry) in enumerate(pairs, 1):
            properties = _properties(entry)
            problem = self.saving.refused(kind, properties, number) or _repeated(kind, properties, seen)
            if every and place % every == 0 and fault:
                problem = error_body("INTERNAL_ERROR", "There was an internal error", subCategory=fault.code)
            if must_exist and number is None:
                lost.append(str(entry.get("id")))
            elif problem:
                if not traced:
                    raise Refusal(Reply(problem, STATUS[problem["category"]]))
                context = {**problem.get("context", {}), "objectWriteTraceId": [entry["objectWriteTraceId"]]}
                errors.append({**problem, "context": context})
            else:
                good.append((number, entry))
        numbers = self.saving.apply(kind, [(number, _properties(entry)) for number, entry in good], call.actor)
        results = self._results(kind, good, numbers, says_new=says_new)
        return batch_reply(self._clock.now(), results, [*errors, *missing(kind, lost)], status)

    def _results(
        self, kind: ObjectType, good: list[tuple[int | None, dict[str, Any]]], numbers: list[int], *, says_new: bool
    ) -> list[dict[str, Any]]:
        """Return what was written, by id: not in input order, so that nobody relies on it."""
        names = {name for _, entry in good for name in _properties(entry)}
        rows = self._objects.rows(kind, sorted(names), "id in (select unnest(?::bigint[]))", [numbers])
        written = {str(number): pair for number, pair in zip(numbers, good, strict=True)}
        for row in rows:
            before, entry = written[row["id"]]
            if says_new:
                row["new"] = before is None
            if trace := entry.get("objectWriteTraceId"):
                row["objectWriteTraceId"] = trace
        return rows

    def _number(self, call: Call, kind: ObjectType) -> int:
        found = self._objects.resolve(kind, [call.params["id"]], call.value("idProperty"))
        if call.params["id"] not in found:
            raise not_found()
        return found[call.params["id"]]


def _properties(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise refusal("VALIDATION_ERROR", "Invalid input JSON: Some required fields were not set: [properties]")
    return properties


def _repeated(kind: ObjectType, properties: dict[str, Any], seen: set[tuple[str, str]]) -> Error | None:
    """Return the conflict of two inputs that claim one unique value."""
    keys = {(name, str(value).lower()) for name, value in properties.items() if value and kind.properties[name].unique}
    repeated = keys & seen
    seen |= keys
    return error_body("CONFLICT", f"Duplicate unique value in batch: {sorted(repeated)[0]}") if repeated else None


def _raise(problem: Error | None) -> None:
    if problem:
        raise Refusal(Reply(problem, STATUS[problem["category"]]))
