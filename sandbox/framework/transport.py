"""From ASGI to a service and back, with sockets that can be cut."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.framework.exchange import Reply
from sandbox.framework.faults import REFUSING, Fault
from sandbox.framework.service import Service

BEFORE = (*REFUSING, "slow", "drop_before", "expire_token", "edit")
AFTER = ("drop_after_commit", "cut", "garble")
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
        if fault and fault.kind == "edit":
            await run_in_threadpool(service.surroundings.edit, fault.statements)
        reply = await run_in_threadpool(service.answer, call, route, allowed, fault)
        after: Fault | None = take(AFTER) if reply.status < 400 else None
        kind = after.kind if after else ""
        calls.add(service.name, label, 0 if kind in ("drop_after_commit", "cut") else reply.status)
        if kind == "drop_after_commit":
            await _cut(scope)
        elif kind == "cut":
            await response(reply)(scope, receive, _half(scope, send))
        elif kind == "garble":
            await response(_garbled(reply))(scope, receive, send)
        else:
            await response(reply)(scope, receive, send)

    return serve


def _half(scope: Scope, send: Send) -> Send:
    """Let half of the body's first piece through, then cut."""
    is_cut = False

    async def forward(message: Message) -> None:
        nonlocal is_cut
        if message["type"] == "http.response.body" and not is_cut:
            is_cut = True
            body = message.get("body", b"")
            await send({**message, "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.01)  # so that the half leaves before the cut
            await _cut(scope)
        elif not is_cut:
            await send(message)

    return forward


def _garbled(reply: Reply) -> Reply:
    """The reply with one thing wrong: JSON that ends too early, a CSV with a line of too many cells."""
    content = reply.content
    if hasattr(content, "read_bytes"):
        body = content.read_bytes()
        if reply.discard:
            content.unlink(missing_ok=True)
    else:
        body = bytes(response(reply).body)
    if "csv" in reply.media_type:
        head, separator, rest = body.partition(b"\n")
        body = head + separator + b"#" + b",#" * (head.count(b",") + 3) + b"\n" + rest
    else:
        body = body[:-2]
    return Reply(body, reply.status, reply.headers, reply.media_type)


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
