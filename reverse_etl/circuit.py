"""A destination that one sync found unreachable is not tried by the next ones for a while: each would wait in vain."""

from __future__ import annotations

from datetime import timedelta

from reverse_etl.context import RunContext, utc_now
from reverse_etl.errors import SyncRefused
from reverse_etl.locks import defining

_REST = timedelta(minutes=10)


def check_circuit(ctx: RunContext) -> None:
    """Raise SyncRefused if another sync has just failed to reach the destination; the sync itself may always retry."""
    rows = ctx.con.execute(
        "select sync, message from ops.sync_circuits where destination = ? and sync <> ? and opened_at > ?",
        [ctx.spec.destination, ctx.spec.name, utc_now() - _REST],
    ).fetchall()
    if rows:
        sync, message = rows[0]
        remedy = f"repair that and run {sync}, which tries again at once"
        raise SyncRefused([f"{ctx.spec.name}: not tried, as {sync} just failed: {message} ({remedy})"])


def open_circuit(ctx: RunContext, message: str) -> None:
    """Note that the destination could not be reached."""
    row = [ctx.spec.destination, ctx.spec.name, utc_now(), message]
    with defining(ctx.warehouse):  # several syncs may find out at once
        _forget(ctx)
        ctx.con.execute("insert into ops.sync_circuits values (?, ?, ?, ?)", row)


def close_circuit(ctx: RunContext) -> None:
    """Note that the destination answers."""
    with defining(ctx.warehouse):
        _forget(ctx)


def _forget(ctx: RunContext) -> None:
    ctx.con.execute("delete from ops.sync_circuits where destination = ?", [ctx.spec.destination])
