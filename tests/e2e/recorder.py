"""A proxy between marketmap and the systems that it writes to: whatever goes out is kept, byte for byte."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True)
class Outgoing:
    """One request as it left."""

    system: str
    method: str
    path: str
    body: bytes


class Recorder:
    """Stands before one address; `url` is what a client is given instead."""

    def __init__(self, system: str, address: str, ca_file: str, kept: list[Outgoing]) -> None:
        url = urlsplit(address)
        trust = ssl.create_default_context(cafile=ca_file)
        self._client = httpx.Client(base_url=f"{url.scheme}://{url.netloc}", verify=trust, timeout=60)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(system, self._client, kept))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{url.path}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


def _handler(system: str, client: httpx.Client, kept: list[Outgoing]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            kept.append(Outgoing(system, self.command, self.path, body))
            headers = [(k, v) for k, v in self.headers.items() if k.lower() not in ("host", "connection")]
            answer = client.request(self.command, self.path, content=body, headers=headers)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "content-encoding", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _forward  # noqa: N815 - names that http.server asks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


@contextmanager
def recorded(environment: dict[str, str], systems: tuple[str, ...]) -> Iterator[tuple[dict[str, str], list[Outgoing]]]:
    """`environment` with a recorder before each of `systems`, and what goes out through them."""
    kept: list[Outgoing] = []
    recorders = {
        system: Recorder(system, environment[f"{system.upper()}_BASE_URL"], environment["SSL_CERT_FILE"], kept)
        for system in systems
    }
    urls = {f"{system.upper()}_BASE_URL": recorder.url for system, recorder in recorders.items()}
    try:
        yield environment | urls, kept
    finally:
        for recorder in recorders.values():
            recorder.close()
