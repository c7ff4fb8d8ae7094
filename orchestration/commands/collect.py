"""`marketmap collect`."""

from __future__ import annotations

import click


@click.command("collect", short_help="Receive page views and events of your own.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8030, show_default=True, type=click.IntRange(0, 65_535), help="0 takes any free port.")
@click.option(
    "--trusted-proxies",
    default=0,
    show_default=True,
    type=click.IntRange(0, 10),
    help="How many reverse proxies of yours stand in front.",
)
@click.option("--public-url", default="", help="Your address as others call it, if a proxy changes it.")
def command(host: str, port: int, trusted_proxies: int, public_url: str) -> None:
    """Receive what happens on your site and in your product, until Ctrl-C; the next run lands it.

    Put <script async src="https://YOUR-HOST/marketmap.js"></script> on your pages. Programs send to /v1/activities
    (one event or many, exactly once by their key) or, in Segment's format, to /v1/segment, with the key that
    COLLECTOR_KEY in the environment or in .env sets.

    HubSpot's webhooks go to /v1/hubspot (HUBSPOT_CLIENT_SECRET checks their signature), leads of any other program to
    /v1/leads/NAME, with the same key: webhooks.yml in MARKETMAP_HOME says of each NAME where its JSON holds what.
    """
    import socket
    from contextlib import suppress

    from connections import HubSpotCredentials
    from ingestion.changes.events import read_endpoints
    from ingestion.changes.receiver import ChangeReceiver
    from ingestion.web_events.collector import server
    from orchestration import settings
    from orchestration.console import stdout

    current = settings.load()
    inbox = current.home / "inbox" / "web_events"
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        remedy = "Choose another with --port, or end the program that has it"
        raise click.ClickException(f"{host}:{port} cannot be listened at ({error.strerror}). {remedy}.") from error
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    stdout().print(f"Receiving at {address} into {inbox}", highlight=False)
    if not current.collector_key:
        stdout().print("[dim]Programs are not let in: set COLLECTOR_KEY.[/]")
    declared = current.home / "webhooks.yml"
    try:
        endpoints = read_endpoints(declared) if declared.is_file() else {}
    except ValueError as fault:
        raise click.ClickException(str(fault)) from fault
    hubspot = current.credentials.get("hubspot")
    changes = ChangeReceiver(
        current.home / "inbox" / "changes",
        hubspot_secret=hubspot.client_secret if isinstance(hubspot, HubSpotCredentials) else "",
        endpoints=endpoints,
        key=current.collector_key,
        public_url=public_url,
    )
    receiving = server(
        inbox, host=host, port=port, key=current.collector_key, trusted_proxies=trusted_proxies, others=[changes]
    )
    with suppress(KeyboardInterrupt):  # the way to end it
        receiving.run(sockets=[listening])
