"""The collector: receives page views, custom events and Segment's messages; answers once they are on disk.

POST /collect (browsers, no key: {events: [...], sent_at}), GET /marketmap.js (the snippet), POST /v1/activities and
POST /v1/segment (programs, `Authorization: Bearer KEY` or Segment's basic authorisation).
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingestion.spool import Spool
from ingestion.web_events import STREAMS
from ingestion.web_events.events import Receipt, Record, Refused, from_browser, from_program, from_segment

_LONGEST_BODY = 512_000
_MOST_EVENTS = 500
_ROTATION_SECONDS = 1.0
# Any page of ours may send, without cookies of theirs: nothing is read back.
_OPEN_TO_BROWSERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Content-Type"}
_SNIPPET = Path(__file__).with_name("snippet.js")


class Receiver(Protocol):
    """What else the server takes: routes of its own, and the spools behind them."""

    @property
    def spools(self) -> Sequence[Spool]:
        """Where its messages wait."""

    def routes(self) -> Sequence[Route]:
        """Its ways in."""


def server(
    inbox: Path, *, host: str, port: int, key: str = "", trusted_proxies: int = 0, others: Sequence[Receiver] = ()
) -> uvicorn.Server:
    """A server of a collector that receives into `inbox`; `port` 0 takes any free one. `run` it."""
    application = Collector(inbox, key, trusted_proxies, others).application()
    # uvicorn's own reading of X-Forwarded-For would believe whoever connects from this machine.
    config = uvicorn.Config(
        application, host, port, proxy_headers=False, log_level="error", access_log=False, ws="none"
    )
    return uvicorn.Server(config)


class Collector:
    """The handlers; `key` opens the programs' routes ("" leaves them shut). Refused events never block the good ones.

    `trusted_proxies` is how many reverse proxies of ours stand in front: the visitor's address is taken from
    X-Forwarded-For that many places from its end, as anything before it may be made up by the sender.
    """

    def __init__(self, inbox: Path, key: str = "", trusted_proxies: int = 0, others: Sequence[Receiver] = ()) -> None:
        self._spools = {stream: Spool(inbox / stream) for stream in STREAMS}
        self._others = others
        self._key = key
        self._trusted_proxies = trusted_proxies

    def application(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/marketmap.js", self._snippet),
                Route("/health", lambda _request: JSONResponse({"status": "ok"})),
                Route("/collect", self._collect, methods=["POST", "OPTIONS"]),
                Route("/v1/activities", self._activities, methods=["POST"]),
                Route("/v1/segment", self._segment, methods=["POST"]),
                *(route for other in self._others for route in other.routes()),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        rotation = asyncio.create_task(self._rotate())
        try:
            yield
        finally:
            rotation.cancel()
            for spool in self._all_spools():
                spool.close()

    async def _rotate(self) -> None:
        while True:
            await asyncio.sleep(_ROTATION_SECONDS)
            for spool in self._all_spools():
                await run_in_threadpool(spool.rotate)

    def _all_spools(self) -> list[Spool]:
        return [*self._spools.values(), *(spool for other in self._others for spool in other.spools)]

    async def _snippet(self, _request: Request) -> Response:
        script = _SNIPPET.read_text("utf-8")
        return Response(script, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})

    async def _collect(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_OPEN_TO_BROWSERS)
        # A wrong body of somebody's browser is answered as any other: there is nobody to read it.
        answer = await self._take(request, "events", lambda event, body, r: from_browser(event, body.get("sent_at"), r))
        answer.headers.update(_OPEN_TO_BROWSERS)
        return answer

    async def _activities(self, request: Request) -> Response:
        if refusal := self._locked(request):
            return refusal
        return await self._take(request, "activities", lambda event, _body, receipt: from_program(event, receipt))

    async def _segment(self, request: Request) -> Response:
        if refusal := self._locked(request):
            return refusal
        return await self._take(request, "batch", lambda event, _body, receipt: from_segment(event, receipt))

    def _locked(self, request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given).decode().partition(":")[0]
            except ValueError:
                given = ""
        if self._key and hmac.compare_digest(given.encode(), self._key.encode()):
            return None
        return JSONResponse({"error": "the key is missing or wrong: send Authorization: Bearer KEY"}, 401)

    async def _take(
        self, request: Request, name: str, read: Callable[[Any, Mapping[str, Any], Receipt], tuple[str, Record]]
    ) -> Response:
        """Read one event, or the many under `name`; 200 tells how each fared, 400 that none could be taken."""
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > _LONGEST_BODY:
                return JSONResponse({"error": f"the body is longer than {_LONGEST_BODY:,} bytes"}, 413)
        try:
            body = json.loads(content)
        except ValueError:
            return JSONResponse({"error": "the body is no JSON"}, 400)
        events = body.get(name, [body]) if isinstance(body, dict) else body
        if not isinstance(events, list) or not events or len(events) > _MOST_EVENTS:
            return JSONResponse({"error": f"send one event, or 1 to {_MOST_EVENTS} under {name!r}"}, 400)
        receipt = self._receipt(request)
        taken: dict[str, list[Record]] = {}
        refused = []
        for place, event in enumerate(events):
            try:
                if not isinstance(event, dict):
                    raise Refused("it is no object")  # noqa: TRY301 - told like the others
                stream, row = read(event, body if isinstance(body, dict) else {}, receipt)
            except Refused as reason:
                refused.append({"event": place, "reason": str(reason)})
            else:
                taken.setdefault(stream, []).append({column: row.get(column) for column in STREAMS[stream]})
        for stream, records in taken.items():
            await run_in_threadpool(self._spools[stream].append, records)
        count = sum(map(len, taken.values()))
        return JSONResponse({"accepted": count, "refused": refused}, 200 if count else 400)

    def _receipt(self, request: Request) -> Receipt:
        address = request.client.host if request.client else ""
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if self._trusted_proxies and len(hops) >= self._trusted_proxies:
            address = hops[-self._trusted_proxies]
        now = datetime.now(UTC).replace(tzinfo=None)
        return Receipt(now, address, request.headers.get("user-agent", ""))
