"""From ASGI to a service and back, with sockets that can be cut."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.framework.exchange import Reply
from sandbox.framework.faults import REFUSING, Fault
from sandbox.framework.service import Service

BEFORE = (*REFUSING, "slow", "drop_before", "expire_token")
_open_transports: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which remembers its sockets so that a fault can cut one without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        """Remember the socket by its client address."""
        super().connection_made(transport)
        if self.client:
            _open_transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the socket."""
        if self.client:
            _open_transports.pop(self.client, None)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Drop an idle connection at once: a TLS farewell would wait for clients that keep theirs open."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()


async def _cut(scope: Scope) -> None:
    _open_transports[scope["client"]].abort()
    await asyncio.sleep(0)  # lets connection_lost run, after which uvicorn sends nothing more


def application(service: Service) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return the ASGI application that serves one service."""
    faults, calls = service.faults, service.surroundings.calls

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call, route, allowed = await service.receive(request)
        label, sign_in = (route.label, route.sign_in) if route else (f"{call.method} ?", False)
        take = functools.partial(faults.take, service.name, call.method, call.path, sign_in=sign_in)
        fault = take(BEFORE)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "expire_token":
            service.expire_tokens()
        if fault and fault.kind == "drop_before":
            calls.add(service.name, label, 0)
            await _cut(scope)
            return
        reply = await run_in_threadpool(service.answer, call, route, allowed, fault)
        cut: Fault | None = take(("drop_after_commit",)) if reply.status < 400 else None
        calls.add(service.name, label, 0 if cut else reply.status)
        if cut:
            await _cut(scope)
            return
        await response(reply)(scope, receive, send)

    return serve


def response(reply: Reply) -> Response:
    """Render a reply; files are streamed, and understand Range."""
    content: Any = reply.content
    if hasattr(content, "open"):
        after = BackgroundTask(content.unlink, missing_ok=True) if reply.discard else None
        return FileResponse(content, reply.status, reply.headers, reply.media_type, background=after)
    if content is None:
        return Response(status_code=reply.status, headers=reply.headers)
    if isinstance(content, str | bytes):
        return Response(content, reply.status, reply.headers, reply.media_type)
    return JSONResponse(content, reply.status, reply.headers)
