"""Values whose outcome is not known are read back before anything else is sent: after a lost answer, after a crash."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal
from reverse_etl.judgement import read_values
from reverse_etl.ledger import prepare_ledger
from reverse_etl.recording import keep_accepted, leave_unknown
from reverse_etl.values import same_sql

# Keys read at once; what they hold is kept in memory for a moment.
_READ_BACK = 10_000
_WORDS = "'the answer was lost; read back and found ' ||"


def recover(ctx: RunContext) -> None:
    """Settle what interrupted runs of the sync left in flight; raises ConnectionFailure if it cannot be read back.

    A record that holds what was sent is accepted under the run that sent it. Any other was not written: it drops out
    of flight and the plan finds it again. One of which nobody can know is reported and left alone.
    """
    sync = literal(ctx.spec.name)
    if ctx.count(f"select count(*) from ops.sync_in_flight where sync = {sync}"):
        ctx.say(f"{ctx.spec.name}: an earlier run was interrupted; reading back what it had sent")
        tickets = ctx.column(f"select ticket from ops.sync_tickets where sync = {sync}")
        read_back(ctx, f"from ops.sync_in_flight where sync = {sync}", tickets)
        prepare_ledger(ctx.con, ctx.spec.name, ctx.column("select distinct field from sync_lost where field <> ''"))
    with ctx.transaction():
        if ctx.count(f"select count(*) from ops.sync_in_flight where sync = {sync}"):
            _accept(ctx)
        ctx.con.execute("delete from ops.sync_in_flight where sync = ?", [ctx.spec.name])
        ctx.con.execute("delete from ops.sync_tickets where sync = ?", [ctx.spec.name])
        _close_runs(ctx.con, ctx.spec.name, ctx.run_id)


def read_back(ctx: RunContext, lost: str, tickets: Iterable[str]) -> None:
    """`sync_settled` (record_key, fate, remote_id, message) for operations in flight; `lost` = SQL, kept as sync_lost.

    Fates: written, unwritten, unknowable (it cannot be asked, and sending it again might do it twice). Tickets are
    closed out first, so that nothing changes after the reading.
    """
    for ticket in tickets:
        ctx.destination.close_out(ticket)
    ctx.con.execute(f"create or replace temp table sync_lost as {lost}")
    ctx.con.execute("""
        create or replace temp table sync_settled (
            record_key varchar, fate varchar, remote_id varchar, message varchar
        )
    """)
    limits = ctx.destination.limits
    if limits.reads == "nothing" or (limits.reads == "existence" and limits.is_repeatable):
        fate = "unwritten" if limits.is_repeatable else "unknowable"
        words = "the answer was lost, and sending it again does no harm"
        if not limits.is_repeatable:
            words = "the answer was lost, and it cannot be asked whether it arrived; it is not sent again"
        ctx.con.execute(
            "insert into sync_settled select distinct record_key, ?, remote_id, ? from sync_lost", [fate, words]
        )
        return
    _address_lost(ctx)
    keys = ctx.column("select distinct record_key from sync_lost order by record_key")
    for start in range(0, len(keys), _READ_BACK):
        _settle(ctx, keys[start], keys[start : start + _READ_BACK][-1])


def _address_lost(ctx: RunContext) -> None:
    """`sync_lost_addresses` (record_key, remote_id): creates, which have no id yet, are looked up by their key."""
    remote_id = "coalesce(remote_id, record_key)" if ctx.is_direct else "remote_id"
    ctx.con.execute(f"""
        create or replace temp table sync_lost_addresses as
        select record_key, any_value({remote_id}) as remote_id from sync_lost group by record_key
    """)
    if ctx.is_direct:
        return
    key = ctx.spec.key
    query = "from sync_lost where remote_id is null"
    names = f'select distinct record_key, {literal(key.field or "")} as field, record_key as "value" {query}'
    if key.match:
        fields = ", ".join(literal(field) for field in key.match)
        names = f'select record_key, field, coalesce("after", "before") as "value" {query} and field in ({fields})'
    cells = ctx.con.execute(names).to_arrow_table()
    if not len(cells):
        return
    ctx.con.register("arrived", ctx.destination.find(ctx.spec.object, cells))
    ctx.con.execute("""
        update sync_lost_addresses set remote_id = met.remote_id
        from (select record_key, min(remote_id) as remote_id from arrived group by all) as met
        where sync_lost_addresses.record_key = met.record_key
    """)
    ctx.con.unregister("arrived")


def _settle(ctx: RunContext, first: str, last: str) -> None:
    """Judge the lost records with keys `first`..`last`: what was made is there, what was deleted is gone."""
    fields = ctx.column("select distinct field from sync_lost where field <> '' order by field")
    between = f"record_key between {literal(first)} and {literal(last)}"
    ids = ctx.column(f"select remote_id from sync_lost_addresses where remote_id is not null and {between} order by 1")
    if ctx.destination.limits.reads == "values":
        read_values(ctx, ids, fields)
    else:
        read_values(ctx, [], fields)
        ctx.con.execute(f"insert into sync_present select remote_id, null from sync_lost_addresses where {between}")
    same = same_sql("found.value", 'lost."after"', "lost.family")
    is_there = "present.remote_id is not null"
    ctx.con.execute(f"""
        insert into sync_settled
        select record_key, if(is_written, 'written', 'unwritten'), remote_id,
            {_WORDS} if(is_written, 'written', 'not written'),
        from (
            select lost.record_key, any_value(addresses.remote_id) as remote_id,
                bool_and(
                    case lost.operation
                        when 'delete' then not {is_there}
                        when 'create' then {is_there}
                        else {is_there} and {same}
                    end
                ) as is_written,
            from sync_lost as lost
            inner join sync_lost_addresses as addresses on lost.record_key = addresses.record_key
            left join sync_present as present on addresses.remote_id = present.remote_id
            left join sync_found as found on addresses.remote_id = found.remote_id and lost.field = found.field
            where lost.{between}
            group by lost.record_key
        )
    """)


def _accept(ctx: RunContext) -> None:
    """Record the read-back values that were written, and those of which nobody can know."""
    now = utc_now()
    settled = """(
        select lost.* exclude (remote_id), settled.fate, settled.message,
            coalesce(settled.remote_id, lost.remote_id) as remote_id,
        from sync_lost as lost
        inner join sync_settled as settled on lost.record_key = settled.record_key
    )"""
    ctx.con.execute(
        f"""
        insert into ops.sync_records
        select run_id, sync, record_key, field, "before", "after", if(fate = 'written', 'accepted', 'unknown'), message,
            ?, reason, operation, remote_id
        from {settled} where fate in ('written', 'unknowable')
        """,
        [now],
    )
    fields = ctx.column("select distinct field from sync_lost where field <> ''")
    keep_accepted(ctx, f"{settled} where fate = 'written'", now, fields, "run_id")
    leave_unknown(ctx, f"{settled} where fate = 'unknowable'", now)


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
