"""Territory proposals: made from the published warehouse, kept until somebody approves them, never applied alone.

An approval writes seed territory_assignments; the next run shows it as each account's approved next owner.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ml import territory
from ml.territory import Proposal, Rules
from orchestration import contents, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings
from orchestration.whole_files import replacing

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_ACCOUNTS = """
select
    account_id, salesforce_account_id, family_account_id as family_id, owner_user_id as owner_id,
    case $pool when 'region' then region when 'territory' then coalesce(territory, 'Unassigned') else 'all' end
    as region,
    cast(valuation_usd as double) as value, is_exception as is_fixed
from published.marts.account_territories
where tier is distinct from 'Excluded'
"""
_MISSING = "Territories are not published yet. Publish with `marketmap run`."
_HEADER = ("salesforce_account_id", "owner_user_id", "proposal", "approved_by", "approved_on", "reason")


@dataclass(frozen=True)
class Named:
    """A proposal with the names of reps by id, and the CRM's id of each moved account."""

    proposal: Proposal
    names: dict[str, str]
    records: dict[str, str]


def propose(settings: Settings, *, pool: str, tolerance: float | None) -> Named:
    """A proposal from what is published; `pool` (all, region, territory) says who shares accounts with whom."""
    if not settings.published.exists():
        raise RequestFault(_MISSING)
    with duckdb.connect() as connection:
        connection.execute(f"attach {contents.literal(settings.published)} as published (read_only)")
        try:
            accounts = connection.execute(_ACCOUNTS, {"pool": pool}).df()
            users = connection.execute("select user_id, user_name, is_active from published.marts.dim_users").fetchall()
        except duckdb.CatalogException as error:
            raise RequestFault(_MISSING) from error
    if accounts.empty:
        raise RequestFault("There are no accounts to share out.")
    bounds = _bounds(settings.project_dir)
    rules = Rules(
        tolerance=bounds["tolerance_ratio"] if tolerance is None else tolerance,
        minimum_accounts=int(bounds["minimum_accounts_per_rep"]),
        maximum_accounts=int(bounds["maximum_accounts_per_rep"]),
    )
    active = {str(user) for user, _, is_active in users if is_active}
    records = dict(zip(accounts["account_id"], accounts["salesforce_account_id"], strict=True))
    names = {str(user): str(name) for user, name, _ in users}
    return Named(territory.propose(accounts, rules, reps=active), names, records)


def save(home: Path, name: str, named: Named) -> Path:
    """Keep a proposal under a name until it is approved; an earlier one of the name is replaced."""
    if not _NAME.fullmatch(name):
        raise RequestFault(f"{name!r} is no name for a proposal; use small letters, digits, - and _.")
    moves = [
        {"salesforce_account_id": named.records[move["account_id"]], **move}
        for move in named.proposal.moves.astype(object).to_dict("records")
    ]
    content: dict[str, Any] = {
        "moves": moves,
        "before": asdict(named.proposal.before),
        "after": asdict(named.proposal.after),
        "moved_ratio": named.proposal.moved_ratio,
        "notes": list(named.proposal.notes),
    }
    path = _path(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as following:
        following.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    return path


def approve(settings: Settings, name: str, *, by: str, reason: str) -> int:
    """Write a proposal's moves to seed territory_assignments; returns their number.

    Refused when an account has changed its owner since the proposal was made: it would undo somebody's decision.
    """
    path = _path(settings.home, name)
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in path.parent.glob("*.json"))) or "none"
        raise RequestFault(f"There is no proposal {name}. Kept: {names}.")
    moves = json.loads(path.read_text(encoding="utf-8"))["moves"]
    owners = _owners(settings.published)
    if changed := [move for move in moves if owners.get(move["account_id"]) != move["from_owner_id"]]:
        raise RequestFault(
            f"{len(changed)} of {len(moves)} accounts of {name} have another owner by now; make the proposal again."
        )
    seed = seeds.Table.read(settings.project_dir / "seeds", "territory_assignments")
    rows = {row["salesforce_account_id"]: row for row in seed.rows}
    today = datetime.now(UTC).date().isoformat()
    for move in moves:
        values = (move["salesforce_account_id"], move["to_owner_id"], name, by, today, reason)
        rows[values[0]] = dict(zip(_HEADER, values, strict=True))
    seed.rows = [rows[key] for key in sorted(rows)]
    seed.write()
    return len(moves)


def _path(home: Path, name: str) -> Path:
    return home / "territories" / f"{name}.json"


def _owners(published: Path) -> dict[str, str | None]:
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute("select account_id, owner_user_id from marts.account_territories").fetchall()
    return dict(rows)


def _bounds(project_dir: Path) -> dict[str, float]:
    return {row["setting"]: float(row["value"]) for row in seeds.rows(project_dir, "territory_settings")}
