"""A sales organisation in memory, routed by the models' own compiled SQL: no dbt, a fraction of a second per run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from expectations.seeds.tables import load_tables
from orchestration.routing_replay import SEEDS
from tests.integration.dbt_project.project import run_dbt

TABLES = (
    "staging.stg_salesforce__queues",
    "intermediate.int_routing_users",
    "intermediate.int_routing_leads",
    "marts.fct_routing_decisions",
)
MONDAY = "2026-03-02 15:00:00"  # a working hour in New York, London and Berlin
QUEUES = ("Partner", "Inquiry", "Recycle", "Bad Data", "Ineligible", "Disqualified", "Nurture", "Default", "US PubSec")
# A lead that goes the whole way: new, valid, an MQL of a known country without account.
LEAD: dict[str, Any] = {
    "lead_id": "L1",
    "owner_user_id": "integration",
    "owner_kind": "integration",
    "owner_groups": [],
    "is_created_by_integration": True,
    "is_do_not_route": False,
    "person_score": 10.0,
    "created_date": "2026-02-27",
    "has_company": True,
    "company_name": "O'Brien & Söhne",
    "lead_status": "MQL",
    "stage": "mql",
    "is_mql": True,
    "country_code": "US",
    "is_sequenced": False,
    "campaign_names": [],
    "has_mdf_campaign": False,
    "joint_event_statuses": [],
    "is_matched": False,
    "bdr_groups": [],
    "account_owner_groups": [],
    "is_us_public_sector": False,
    "is_customer": False,
    "routed_at": MONDAY,
    "change_key": "1",
}


@dataclass
class User:
    """A user of the CRM."""

    user_id: str
    groups: Sequence[str] = ()
    time_zone: str = "America/New_York"
    is_active: bool = True


PEOPLE = (
    User("integration", ("integration",), "Europe/London"),
    *(User(f"sdr_us_{n}", ("sales_development", "sales_development_americas")) for n in (1, 2)),
    User("sdr_de_1", ("sales_development", "sales_development_emea"), "Europe/Berlin"),
    User("bdr_1", ("sales_development",)),
    User("bdr_gone", ("sales_development",), is_active=False),
    User("public_1", ("sales_development", "us_public_sector")),
    User("ae_1", ("account_executives",)),
    User("ae_2", ("account_executives",)),
    User("marketer_1"),
)


@dataclass(frozen=True)
class Compiled:
    """The SQL of fct_routing_decisions as dbt compiles it for a log that exists, and the tables' columns."""

    decisions: str
    tables: Mapping[str, str]  # address: columns as of `create table`


def compiled_in(home: Path, *, sweep: bool = False) -> Compiled:
    """Compile the models as dbt does in a home in which they have been built once."""
    variables = json.dumps({"routing_sweep": sweep})
    run_dbt(home, ["compile", "--select", "fct_routing_decisions", "--vars", variables])
    folder = home / "target" / "compiled" / "marketmap" / "models" / "marts" / "routing"
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        tables = {
            address: ", ".join(
                f'"{name}" {kind}' for name, kind, *_ in connection.execute(f"describe {address}").fetchall()
            )
            for address in TABLES
        }
    return Compiled((folder / "fct_routing_decisions.sql").read_text(encoding="utf-8"), tables)


@dataclass
class Organisation:
    """Leads, users and queues of an organisation, the seeds it is routed by, and its log of decisions."""

    compiled: Compiled
    project: Path
    users: Sequence[User] = PEOPLE
    queues: Sequence[str] = tuple(f"{name} Queue" for name in QUEUES)
    connection: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as warehouse; use warehouse; set threads = 1")
        for schema in ("seeds", "staging", "intermediate", "marts"):
            self.connection.execute(f"create schema {schema}")
        load_tables(self.connection, "warehouse.seeds", self.project, SEEDS)
        for address, columns in self.compiled.tables.items():
            self.connection.execute(f"create table {address} ({columns})")
        self.fill("staging.stg_salesforce__queues", [{"queue_id": q, "queue_name": q} for q in self.queues])
        self._employ(self.users)
        # Planning the statement takes longer than running it.
        self.connection.execute(f"prepare routed as {self.compiled.decisions}")
        self.connection.begin()

    def begin_anew(self, users: Sequence[User]) -> None:
        """As it was made, with other people: no leads, the shipped seeds, an empty log."""
        self.connection.rollback()
        self.connection.begin()
        self.connection.execute("delete from intermediate.int_routing_users")
        self._employ(users)

    def _employ(self, users: Sequence[User]) -> None:
        rows = [
            {
                "user_id": user.user_id,
                "user_name": user.user_id,
                "email": f"{user.user_id}@example.com",
                "time_zone": user.time_zone,
                "user_groups": list(user.groups),
                "is_active": user.is_active,
            }
            for user in users
        ]
        self.fill("intermediate.int_routing_users", rows)

    def fill(self, address: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table; columns that a row leaves out are null."""
        for row in rows:
            marks = ", ".join("?" for _ in row)
            self.connection.execute(f"insert into {address} ({', '.join(row)}) values ({marks})", [*row.values()])

    def seed(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Add rows to a seed."""
        self.fill(f"seeds.{name}", rows)

    def receive(self, *leads: Mapping[str, Any]) -> None:
        """The leads as they are now, in the place of what was known of them."""
        rows = [{**LEAD, **lead} for lead in leads]
        ids = [row["lead_id"] for row in rows]
        self.connection.execute("delete from intermediate.int_routing_leads where lead_id in (select unnest(?))", [ids])
        self.fill("intermediate.int_routing_leads", rows)

    def receive_many(self, count: int, prefix: str, **lead: Any) -> None:
        """As many leads that differ in nothing but their id."""
        self.receive({"lead_id": prefix} | lead)
        table = "intermediate.int_routing_leads"
        self.connection.execute(
            f"insert into {table} select * exclude (number) replace (lead_id || number as lead_id)"
            f" from {table} cross join range({count}) as numbers (number) where lead_id = ?",
            [prefix],
        )
        self.connection.execute(f"delete from {table} where lead_id = ?", [prefix])

    def route(self) -> list[dict[str, Any]]:
        """One run of the flow: what it adds to the log, in order of the leads."""
        added = self.connection.execute("execute routed").to_arrow_table().sort_by("lead_id")
        self.connection.execute("insert into marts.fct_routing_decisions by name select * from added")
        rows: list[dict[str, Any]] = added.to_pylist()
        for row in rows:
            row["evidence"] = json.loads(row["evidence"])
        return rows

    def decide(self, **lead: Any) -> dict[str, Any]:
        """The decision on one lead that differs from LEAD in what is given."""
        self.receive(lead)
        (decision,) = self.route()
        return decision


def leads(count: int, **lead: Any) -> list[dict[str, Any]]:
    """As many leads with ids of their own."""
    return [{"lead_id": f"L{number:05}"} | lead for number in range(count)]


def shares(decisions: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many leads each person or queue was given."""
    return Counter(decision["owner_id"] or decision["queue"] or "nobody" for decision in decisions)
