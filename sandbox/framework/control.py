"""The control endpoint: what a test may do to the sandbox that no vendor would allow."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import duckdb

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.journal import written
from sandbox.framework.service import Service, Surroundings

Verb = Callable[[dict[str, Any]], Any]


class Control(Service):
    """Faults, clock, quotas, write log, call counts, reset, and what services add (`verbs`)."""

    name = "control"

    def __init__(self, surroundings: Surroundings, services: list[Service], verbs: dict[str, Verb]) -> None:
        super().__init__(surroundings)
        self._services = {service.name: service for service in services}
        surroundings.edited = [service.edited for service in services]
        self.route("GET", "/", self._index)
        self.route("POST", "/faults", self._guarded(self._add_fault))
        self.route("GET", "/faults", lambda call: Reply(self.faults.active()))
        self.route("DELETE", "/faults", self._clear_faults)
        self.route("GET", "/writes", self._writes)
        self.route("GET", "/calls", lambda call: Reply(surroundings.calls.report()))
        self.route("DELETE", "/calls", self._clear_calls)
        self.route("GET", "/clock", lambda call: Reply(self._time()))
        self.route("POST", "/clock", self._guarded(self._set_clock))
        self.route("POST", "/quotas", self._guarded(self._configure))
        self.route("POST", "/edit", self._guarded(self._edit))
        self.route("POST", "/query", self._query)
        self.route("POST", "/reset", self._reset)
        for path, verb in verbs.items():
            self.route("POST", path, self._guarded(verb))

    def _guarded(self, verb: Verb) -> Callable[[Call], Reply]:
        def handle(call: Call) -> Reply:
            try:
                settings = call.json() if call.body else {}
                return Reply(verb(settings))
            except KeyError as missing:
                raise Refusal(Reply({"error": f"{missing.args[0]!r} is missing"}, 400)) from None
            except (ValueError, TypeError, AttributeError, duckdb.Error) as error:
                raise Refusal(Reply({"error": str(error)}, 400)) from None

        return handle

    def _index(self, call: Call) -> Reply:
        routes = sorted(route.label for _, route in self._routes)
        return Reply({"routes": routes, "services": {n: s.base_url for n, s in self._services.items()}})

    def _service(self, settings: dict[str, Any]) -> Service:
        name = settings.get("service")
        if name not in self._services:
            raise ValueError(f"service {name!r} is unknown; use one of {', '.join(self._services)}")
        return self._services[name]

    def _add_fault(self, settings: dict[str, Any]) -> Any:
        self._service(settings)
        settings = settings | {"kind": str(settings.get("kind"))}
        return vars(self.faults.add(settings))

    def _clear_faults(self, call: Call) -> Reply:
        self.faults.clear()
        return Reply({"faults": []})

    def _clear_calls(self, call: Call) -> Reply:
        self.surroundings.calls.clear()
        return Reply({})

    def _writes(self, call: Call) -> Reply:
        since = re.sub("Z$", "", call.value("since"))
        limit = int(call.value("limit", "100000"))
        return Reply(written(self.store, call.value("service"), since, call.value("object"), limit))

    def _time(self) -> dict[str, str]:
        return {"now": self.clock.now().isoformat() + "Z"}

    def _set_clock(self, settings: dict[str, Any]) -> Any:
        if "now" in settings:
            self.clock.set(datetime.fromisoformat(settings["now"]))
        self.clock.advance(float(settings.get("advance_seconds", 0)))
        return self._time()

    def _edit(self, settings: dict[str, Any]) -> Any:
        """Change the data behind the vendors' backs: {"statements": [SQL, ...]}, in one transaction."""
        statements = [str(statement) for statement in settings["statements"]]
        self.surroundings.edit(statements)
        return {"statements": len(statements)}

    def _query(self, call: Call) -> Reply:
        """Answer {"sql"} over the data as it is now, as a Parquet file."""
        file = self.store.scratch / f"query-{uuid.uuid4().hex}.parquet"
        try:
            with self.store.read() as cursor:
                cursor.execute(f"copy ({call.json()['sql']}) to '{file}' (format parquet)")
        except (KeyError, ValueError, duckdb.Error) as error:
            raise Refusal(Reply({"error": str(error)}, 400)) from None
        return Reply(file, media_type="application/vnd.apache.parquet", discard=True)

    def _configure(self, settings: dict[str, Any]) -> Any:
        service = self._service(settings)
        return service.configure({key: value for key, value in settings.items() if key != "service"})

    def _reset(self, call: Call) -> Reply:
        self.faults.clear()
        self.clock.restart()
        changed = self.store.changed
        if changed:
            self.store.reset()
        for service in self._services.values():
            service.reset(changed)
        if changed:
            self.store.keep_first()
        self.store.changed = False
        self.surroundings.calls.clear()
        return Reply({"reset": True})
