"""A server on 127.0.0.1 whose answers a test writes down beforehand, faults included."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Seen:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to send; `cut` after that many bytes of the body, 0 = without any answer."""

    status: int = 200
    body: bytes | Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


Rule = Callable[[Seen], Answer]


class Script:
    """Answers in order for the paths that match; the last rule of a path repeats."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.url = ""
        self._rules: dict[str, list[Rule | Answer]] = {}
        self._lock = threading.Lock()

    def on(self, path: str, *answers: Rule | Answer) -> None:
        """Answer requests of `path` (without query) with these, one after the other."""
        self._rules[path] = list(answers)

    def calls(self, path: str) -> list[Seen]:
        """The requests of one path so far."""
        return [seen for seen in self.seen if seen.path.partition("?")[0] == path]

    def answer(self, seen: Seen) -> Answer:
        """The next answer for a request."""
        with self._lock:
            self.seen.append(seen)
            rules = self._rules.get(seen.path.partition("?")[0])
            if not rules:
                return Answer(404, {"message": f"no rule for {seen.path}"})
            rule = rules.pop(0) if len(rules) > 1 else rules[0]
        return rule if isinstance(rule, Answer) else rule(seen)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the tests."""


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            answer = script.answer(seen)
            payload = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            if answer.cut == 0:
                return self._hang_up()
            self.send_response(answer.status)
            if not isinstance(answer.body, bytes):
                self.send_header("content-type", "application/json")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload if answer.cut is None else payload[: answer.cut])
            return self._hang_up() if answer.cut is not None else None

        def _hang_up(self) -> None:
            self.wfile.flush()
            if isinstance(self.connection, socket.socket):
                # Linger 0 sends RST: the peer sees a cut, not a polite end.
                with contextlib.suppress(OSError):
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.close()

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the names http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Silent."""

    return Handler


@contextlib.contextmanager
def serve(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Script]:
    """Serve a script on a free port until the block ends."""
    server = _Server(("127.0.0.1", 0), _handler(script))
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    script.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
