"""Values whose outcome is not known are read back before anything else is sent: after a lost answer, after a crash."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal
from reverse_etl.judgement import read_values
from reverse_etl.ledger import acknowledge, prepare_ledger
from reverse_etl.values import same_sql

# Keys read at once; what they hold is kept in memory for a moment.
_READ_BACK = 10_000


def recover(ctx: RunContext) -> None:
    """Settle what interrupted runs of the sync left in flight; raises ConnectionFailure if it cannot be read back.

    A record that holds what was sent is accepted under the run that sent it. Any other was not written: it drops out
    of flight and the plan finds it again.
    """
    sync = literal(ctx.spec.name)
    if ctx.count(f"select count(*) from ops.sync_in_flight where sync = {sync}"):
        ctx.say(f"{ctx.spec.name}: an earlier run was interrupted; reading back what it had sent")
        tickets = ctx.column(f"select ticket from ops.sync_tickets where sync = {sync}")
        read_back(ctx, f"from ops.sync_in_flight where sync = {sync}", tickets)
        prepare_ledger(ctx.con, ctx.spec.name, ctx.column("select distinct field from sync_lost"))
    with ctx.transaction():
        if ctx.count(f"select count(*) from ops.sync_in_flight where sync = {sync}"):
            _accept(ctx)
        ctx.con.execute("delete from ops.sync_in_flight where sync = ?", [ctx.spec.name])
        ctx.con.execute("delete from ops.sync_tickets where sync = ?", [ctx.spec.name])
        _close_runs(ctx.con, ctx.spec.name, ctx.run_id)


def read_back(ctx: RunContext, lost: str, tickets: Iterable[str]) -> None:
    """`sync_settled` (record_key, is_written) for operations in flight; `lost` = SQL from `from` on, kept as sync_lost.

    Tickets are closed out first, so that nothing changes after the reading.
    """
    for ticket in tickets:
        ctx.destination.close_out(ticket)
    ctx.con.execute(f"create or replace temp table sync_lost as {lost}")
    ctx.con.execute("create or replace temp table sync_settled (record_key varchar, is_written boolean)")
    keys = ctx.column("select distinct record_key from sync_lost order by record_key")
    fields = ctx.column("select distinct field from sync_lost order by field")
    same = same_sql('found."value"', 'lost."after"', "lost.family")
    for start in range(0, len(keys), _READ_BACK):
        chunk = keys[start : start + _READ_BACK]
        read_values(ctx, chunk, fields)
        ctx.con.execute(
            f"""
            insert into sync_settled
            select lost.record_key, bool_and(found.record_key is not null and {same})
            from sync_lost as lost
            left join sync_found as found on lost.record_key = found.record_key and lost.field = found.field
            where lost.record_key between ? and ?
            group by lost.record_key
            """,
            [chunk[0], chunk[-1]],
        )


def _accept(ctx: RunContext) -> None:
    """Record the read-back values that were written."""
    written = "sync_lost where record_key in (select record_key from sync_settled where is_written)"
    now = utc_now()
    ctx.con.execute(
        f"""
        insert into ops.sync_records
        select run_id, sync, record_key, field, "before", "after", 'accepted',
            'the answer was lost; read back and found written', ?, reason
        from {written}
        """,
        [now],
    )
    news = (
        f'select record_key, field, "after" as "value", timestamp \'{now}\' as acknowledged_at, run_id from {written}'
    )
    acknowledge(ctx.con, ctx.spec.name, f"({news})", ctx.column("select distinct field from sync_lost"))


def _close_runs(con: duckdb.DuckDBPyConnection, sync: str, run_id: str) -> None:
    """Runs that a crash left open get their counts from what is recorded under them."""
    con.execute(
        """
        update ops.sync_runs set
            status = 'interrupted', message = 'the process ended before the run did', finished_at = $now,
            accepted = recorded.accepted, rejected = recorded.rejected
        from (
            select
                runs.run_id,
                count(distinct record_key) filter (records.status = 'accepted') as accepted,
                count(distinct record_key) filter (records.status = 'rejected') as rejected,
            from ops.sync_runs as runs
            left join ops.sync_records as records on runs.run_id = records.run_id
            where runs.sync = $sync and runs.status = 'running' and runs.run_id <> $run_id
            group by runs.run_id
        ) as recorded
        where sync_runs.run_id = recorded.run_id
        """,
        {"now": utc_now(), "sync": sync, "run_id": run_id},
    )
