"""POST composite: up to 25 requests in one call, later ones referring to earlier answers."""

import json
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.service import Route
from sandbox.framework.store import Store, Undo
from sandbox.services.salesforce.errors import error_reply, refusal
from sandbox.services.salesforce.records import Records
from sandbox.services.salesforce.writer import body_object

MAX_REQUESTS, MAX_COLLECTIONS = 25, 5
UNDONE = {
    "body": [
        {
            "errorCode": "PROCESSING_HALTED",
            "message": "The transaction was rolled back since another operation in the same transaction failed.",
        }
    ],
    "httpStatusCode": 400,
}
COLLECTION = re.compile(r"/(query|queryAll|composite/sobjects)(/|\?|$)")
REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
Find = Callable[[str, str], tuple[Route | None, dict[str, str], list[str]]]


class Composite:
    """Runs sub-requests through the service's own routes; updates go in one go where that comes to the same."""

    def __init__(self, store: Store, find: Find, records: Records) -> None:
        self._store, self._find, self._records = store, find, records

    def run(self, call: Call) -> Reply:
        """POST composite."""
        body = body_object(call)
        requests = body.get("compositeRequest")
        if not isinstance(requests, list) or not 1 <= len(requests) <= MAX_REQUESTS:
            raise refusal("INVALID_INPUT", f"compositeRequest must hold 1 to {MAX_REQUESTS} requests")
        if sum(bool(COLLECTION.search(str(request.get("url", "")))) for request in requests) > MAX_COLLECTIONS:
            raise refusal("INVALID_INPUT", f"at most {MAX_COLLECTIONS} requests may be queries or sObject collections")
        answers: dict[str, Any] = {}
        responses = list[dict[str, Any]]()
        with suppress(Undo), self._store.write() if body.get("allOrNone") else nullcontext():
            if not body.get("allOrNone"):
                responses = self._updates(call, requests)
            responses = responses or [self._one(call, request, answers) for request in requests]
            if body.get("allOrNone") and any(response["httpStatusCode"] >= 400 for response in responses):
                responses = [r if r["httpStatusCode"] >= 400 else r | UNDONE for r in responses]
                raise Undo
        return Reply({"compositeResponse": responses})

    def _updates(self, outer: Call, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Responses if all of it updates records of one object, none refers to another, and it can go in one go."""
        try:
            asked = [self._asked(outer, request, {}) for request in requests]
        except (Refusal, KeyError):
            return []
        if any(route.handler != self._records.update for route, _ in asked):
            return []
        calls = [call for _, call in asked]
        if len({call.params["object"] for call in calls}) > 1:
            return []
        replies = self._records.update_together(calls) or []
        return [_response(_name(request), reply) for request, reply in zip(requests, replies, strict=False)]

    def _one(self, outer: Call, request: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
        try:
            route, call = self._asked(outer, request, answers)
            reply = route.handler(call)
        except Refusal as refused:
            reply = refused.reply
        except KeyError as missing:
            reply = error_reply("PROCESSING_HALTED", f"Invalid reference specified. No value for {missing} found")
        answers[_name(request)] = reply.content
        return _response(_name(request), reply)

    def _asked(self, outer: Call, request: dict[str, Any], answers: dict[str, Any]) -> tuple[Route, Call]:
        url = urlsplit(_filled(str(request.get("url", "")), answers))
        content = json.loads(_filled(json.dumps(request.get("body", {})), answers))
        method = str(request.get("method", ""))
        route, params, _ = self._find(method, url.path)
        if route is None or route.upload or route.sign_in:
            raise refusal("NOT_FOUND", "The requested resource does not exist")
        query = parse_qsl(url.query, keep_blank_values=True)
        headers = {str(key): str(value) for key, value in request.get("httpHeaders", {}).items()}
        body = json.dumps(content).encode()
        return route, Call(method, unquote(url.path), query, headers, body, params, actor=outer.actor)


def _name(request: dict[str, Any]) -> str:
    return str(request.get("referenceId", ""))


def _response(name: str, reply: Reply) -> dict[str, Any]:
    return {
        "body": reply.content,
        "httpHeaders": reply.headers,
        "httpStatusCode": reply.status,
        "referenceId": name,
    }


def _filled(text: str, answers: dict[str, Any]) -> str:
    def replace(match: re.Match[str]) -> str:
        value = answers[match[1]]
        for step in re.findall(r"\w+", match[2]):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (TypeError, IndexError, ValueError):
                raise KeyError(match[0]) from None
        return str(value)

    return REFERENCE.sub(replace, text)
