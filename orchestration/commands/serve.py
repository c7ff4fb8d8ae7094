"""`marketmap serve`."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.serving import Readers

_POLL_SECONDS = 1.0


@click.command("serve", short_help="Offer the published warehouse to other processes and machines.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen here; anything else leaves this machine.")
@click.option("--port", default=9494, show_default=True, type=click.IntRange(1, 65535))
@click.option("--add-reader", metavar="NAME", help="Make a token for a reader, print it once, and end.")
@click.option("--remove-reader", metavar="NAME", help="End a reader's token, and end.")
@click.option("--readers", is_flag=True, help="List the readers, and end.")
def command(host: str, port: int, add_reader: str | None, remove_reader: str | None, readers: bool) -> None:
    """Serve the published marts over DuckDB's protocol (Quack), read-only, until Ctrl-C.

    Each reader has a token. A publication replaces the one before while queries run.
    """
    from orchestration import settings
    from orchestration.console import stdout
    from orchestration.serving import Readers

    current = settings.load()
    known = Readers(current.home)
    console = stdout()
    if add_reader:
        token = known.add(add_reader)
        console.print(f"Token of {add_reader}, shown this once:")
        console.print(token, soft_wrap=True, highlight=False, markup=False)
    elif remove_reader:
        known.remove(remove_reader)
        console.print(f"{remove_reader} can no longer connect.")
    elif readers:
        console.print("\n".join(known.names()) or "No reader yet: marketmap serve --add-reader NAME")
    else:
        _serve(console, known, host, port)


def _serve(console: Console, readers: Readers, host: str, port: int) -> None:
    from orchestration import settings
    from orchestration.errors import RequestFault
    from orchestration.serving import LOCAL, Server

    if not readers.names():
        raise RequestFault("Nobody could connect: there is no reader yet. Remedy: marketmap serve --add-reader NAME.")
    current = settings.load()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server = Server(current.published, current.home, readers)
    try:
        address = server.start(host, port)
        console.print(f"Serving {current.published} at {address} to {', '.join(readers.names())}. Ctrl-C ends it.")
        if host != LOCAL:
            console.print("[yellow]Other machines can reach it, without TLS: put a proxy that ends TLS in front.[/]")
        console.print(f"\nIn DuckDB:  ATTACH '{address}' AS marketmap (TYPE quack, TOKEN '...');", highlight=False)
        console.print("            FROM marketmap.marts.account_tiers;", highlight=False)
        console.print("            FROM marketmap.query('select ... join ...');  -- joins run here", highlight=False)
        while not ended.wait(_POLL_SECONDS):
            server.note_times()
            if server.refresh():
                console.print("A new publication is served.")
    finally:
        server.stop()
