"""One process, one port per service: TLS by a private authority, a thread per server, a clean stop."""

import socket
import ssl
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import trustme
import uvicorn

from sandbox.framework.transport import CuttableProtocol

HOST = "127.0.0.1"


class Authority:
    """A private certificate authority; `ca_file` is what a client must trust."""

    def __init__(self, home: Path) -> None:
        self.ca_file = home / "ca.pem"
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        self._certificate = self._authority.issue_cert("localhost", HOST)

    def configure(self, context: ssl.SSLContext) -> None:
        """Let a server's context present our certificate."""
        self._certificate.configure_cert(context)


class Server:
    """One ASGI application on one port (0: any free one), served from its own thread."""

    def __init__(self, app: Any, port: int, authority: Authority | None) -> None:
        config = uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=64 * 1024,
        )
        config.load()
        if authority:
            config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.configure(config.ssl)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError as error:
            self._socket.close()
            raise OSError(f"port {port} on {HOST} is not free ({error.strerror}): choose another --port-base") from None
        self.port: int = self._socket.getsockname()[1]
        self.url = f"{'https' if authority else 'http'}://{HOST}:{self.port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        """Serve, and return once the port answers."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError(f"the server on port {self.port} did not start")
            time.sleep(0.01)

    def ask_to_stop(self) -> None:
        """Finish what is running and stop."""
        self._server.should_exit = True

    def join(self) -> None:
        """Wait until it has stopped, and free the port."""
        self._thread.join(timeout=10)
        self._socket.close()


def stop(servers: Sequence[Server]) -> None:
    """Stop all servers, together."""
    for server in servers:
        server.ask_to_stop()
    for server in servers:
        server.join()
