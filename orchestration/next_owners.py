"""Next owners that a manager names for many accounts at once: rows of seed territory_assignments with one batch's name.

They go before every rule and proposal; the owner in the CRM is not written by this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from orchestration import contents, query, run_lock, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings

_USER = """
select user_id, user_name from marts.dim_users
where source = 'salesforce' and is_active and lower(trim({user})) in (lower(user_id), lower(email), lower(user_name))
"""
_RECORDS = """
select records.record_id, records.account_id, substr(records.record_id, 1, 15) as short_id
from marts.account_records as records
where records.source = 'salesforce' and records.object = 'Account'
and (
    records.account_id in ({asked}) or substr(records.record_id, 1, 15) in ({short})
    or records.account_id in (
        select account_id from marts.import_rows where list_name in ({lists}) and outcome <> 'rejected'
    )
)
order by records.record_id
"""


def assign(
    settings: Settings, accounts: Sequence[str], lists: Sequence[str], *, to: str, by: str, reason: str
) -> tuple[int, str]:
    """Make an active user of the CRM the next owner of accounts (our ids or the CRM's) and of lists' accounts.

    Returns how many records of the CRM it is for, and the user's name. All or nothing: raises RequestFault for
    whatever is not known, RunActive while a run reads the seeds.
    """
    if not by.strip() or not reason.strip():
        raise RequestFault("--by and --reason are blank; say who decides, and why.")
    user_id, user_name = _user(settings, to)
    records = _records(settings, accounts, lists)
    at = datetime.now(UTC)
    with run_lock.hold(settings.home):
        seed = seeds.Table.read(settings.project_dir / "seeds", "territory_assignments")
        rows = {row["salesforce_account_id"]: row for row in seed.rows}
        batch = f"by-hand-{at:%Y%m%d-%H%M%S}"
        for record in records:
            values = (record, user_id, batch, by.strip(), f"{at:%Y-%m-%d}", reason)
            rows[record] = dict(zip(seed.columns, values, strict=True))
        seed.rows = [rows[key] for key in sorted(rows)]
        seed.write()
    return len(records), user_name


def _user(settings: Settings, to: str) -> tuple[str, str]:
    found = query.ask(settings.published, _USER.format(user=contents.literal(to))).rows
    if len(found) != 1:
        what = "no active user" if not found else f"the name of {len(found)} users"
        raise RequestFault(f"{to} is {what} of the CRM; give the id or the e-mail address of who should own them.")
    return str(found[0][0]), str(found[0][1])


def _records(settings: Settings, accounts: Sequence[str], lists: Sequence[str]) -> list[str]:
    if not accounts and not lists:
        raise RequestFault("No accounts are named; give their ids, or --list with an imported list.")
    asked, short = _literals(accounts), _literals([account[:15] for account in accounts if len(account) in {15, 18}])
    found = query.ask(settings.published, _RECORDS.format(asked=asked, short=short, lists=_literals(lists))).rows
    known = {name for row in found for name in row}
    if unknown := [account for account in accounts if account not in known]:
        raise RequestFault(f"The CRM has no account {', '.join(unknown)}; marts.account_records holds the ids.")
    if not found:
        raise RequestFault(
            f'No account of {", ".join(lists)} is in the CRM; `marketmap sql "select distinct list_name from'
            ' import_rows"` names the lists.'
        )
    return [str(record) for record, *_ in found]


def _literals(values: Sequence[str]) -> str:
    return ", ".join(map(contents.literal, values)) or "null"
