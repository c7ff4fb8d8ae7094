"""A service: routes, the vendor's way of admitting and refusing, and the one path every call takes."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault, Faults
from sandbox.framework.journal import CallCounts
from sandbox.framework.store import Store

Handler = Callable[[Call], Reply]


@dataclass
class Surroundings:
    """What all services of one sandbox share."""

    store: Store
    clock: Clock
    seed: int = 7
    faults: Faults = field(default_factory=Faults)
    calls: CallCounts = field(default_factory=CallCounts)
    edited: list[Callable[[], None]] = field(default_factory=list)

    def edit(self, statements: list[str]) -> None:
        """Change the store by SQL, in one transaction, and let the services notice."""
        with self.store.write() as cursor:
            for statement in statements:
                cursor.execute(statement)
        for notice in self.edited:
            notice()


@dataclass(frozen=True)
class Route:
    """One method and path template, such as `GET /lists/{id}.json`, and what answers it."""

    method: str
    template: str
    handler: Handler
    sign_in: bool = False  # reached without a token; spared by faults that name no path
    upload: bool = False  # the body goes to a file

    @property
    def label(self) -> str:
        """Return the name under which calls are counted."""
        return f"{self.method} {self.template}"


class Service:
    """One simulated vendor. Subclasses declare routes and override the hooks where the vendor is peculiar."""

    name = ""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.store, self.clock, self.faults = surroundings.store, surroundings.clock, surroundings.faults
        self.base_url = ""  # known once it listens
        self._routes: list[tuple[re.Pattern[str], Route]] = []

    def route(
        self, method: str, template: str, handler: Handler, *, sign_in: bool = False, upload: bool = False
    ) -> None:
        """Declare a route; earlier declarations win."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        self._routes.append((re.compile(pattern + r"/?"), Route(method, template, handler, sign_in, upload)))

    @classmethod
    def populate(cls, home: Path) -> None:
        """Add this vendor's tables to `home/world.duckdb`, unless `generate` made them or they are there already."""

    # -- hooks -------------------------------------------------------------------------------------------------
    def admit(self, call: Call, route: Route) -> None:
        """Check token and budget; raise Refusal."""

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer a path nobody serves, or (with `allowed`) a method that the path does not take."""
        return Reply({"error": "method not allowed" if allowed else "not found"}, 405 if allowed else 404)

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer a call that a fault refuses (429, 500, quota)."""
        raise NotImplementedError

    def expire_tokens(self) -> None:
        """Let all issued tokens run out."""

    def finish(self, call: Call, reply: Reply) -> None:
        """Add the headers every answer of this vendor carries."""

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Change quotas and the like; returns what is now in force. Raises ValueError on an unknown setting."""
        raise ValueError(f"{self.name} has no setting {', '.join(settings)}")

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {}

    def verbs(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """Return what this service adds to the control endpoint: path -> what a JSON body does."""
        return {}

    def reset(self, store_changed: bool) -> None:
        """Forget everything that is not in the store, and prepare a store that was put back."""

    def edited(self) -> None:
        """Forget what was worked out from the store: its data were changed by SQL."""

    # -- the path of a call -------------------------------------------------------------------------------------
    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], list[str]]:
        """Return the route and its parameters, or None and the methods that the path does take."""
        allowed = []
        for pattern, route in self._routes:
            if match := pattern.fullmatch(path):
                if route.method == method:
                    return route, {key: unquote(value) for key, value in match.groupdict().items()}, []
                allowed.append(route.method)
        return None, {}, allowed

    def answer(self, call: Call, route: Route | None, allowed: list[str], fault: Fault | None) -> Reply:
        """Answer a call whose faults before execution have been taken. Runs in a worker thread."""
        try:
            if fault and fault.kind in ("429", "500", "quota"):
                reply = self.fault_reply(fault)
                if fault.kind == "429" and fault.retry_after is not None:
                    reply.headers["Retry-After"] = f"{fault.retry_after:g}"
            elif route is None:
                reply = self.unknown_route(call, allowed)
            else:
                self.admit(call, route)
                reply = route.handler(call)
        except Refusal as refusal:
            reply = refusal.reply
        self.finish(call, reply)
        return reply

    async def receive(self, request: Request) -> tuple[Call, Route | None, list[str]]:
        """Read a request completely: the body into memory, or to a file where the route says so."""
        path = request.scope["raw_path"].decode().split("?")[0] if request.scope.get("raw_path") else request.url.path
        raw_query = request.scope["query_string"].decode()
        query = parse_qsl(raw_query, keep_blank_values=True)
        method = request.method
        route, params, allowed = self.find(method, path)
        call = Call(method, unquote(path), query, request.headers, params=params, raw_query=raw_query)
        if route and route.upload:
            call.upload = await _save(request, self.store.scratch)
        else:
            call.body = await request.body()
        return call, route, allowed


async def _save(request: Request, folder: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".upload", delete=False) as file:
        async for chunk in request.stream():
            file.write(chunk)
    return Path(file.name)
