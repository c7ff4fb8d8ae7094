"""Everything that goes wrong in years, one after the other, on a market of 200 accounts.

After each fault: is what readers see whole, is one clear alert told, and is the CRM right after the next ordinary run,
without anybody repairing anything? Full: every service down and slow, 50 kills; quick: four faults and two kills.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console

from benchmarks.chaos_home import Installation, locked, salesforce
from benchmarks.metrics import Metric
from benchmarks.processes import running_sandbox

ACCOUNTS, SEED = 200, 7
SERVICES = ("salesforce", "marketo", "zoominfo", "bombora")
KILLS, KILLS_A_PART, QUICK_KILLS = 50, 10, 2
ZONES = ("America/New_York", "Pacific/Apia")  # a change of the clock in autumn, and a date of its own


@dataclass
class Market:
    """The installation, its systems and what people do in them."""

    installation: Installation
    control: httpx.Client
    crm: httpx.Client
    random: random.Random

    def change(self, count: int) -> None:
        """People edit accounts, so that there is something to land, to score and to write."""
        page = self.crm.get("/query", params={"q": "SELECT Id FROM Account"}).raise_for_status().json()
        for record in self.random.sample(page["records"], count):
            employees = self.random.randrange(1, 20_000)
            self.crm.patch(
                f"/sobjects/Account/{record['Id']}", json={"NumberOfEmployees": employees}
            ).raise_for_status()

    @contextmanager
    def fault(self, service: str, kind: str, **settings: object) -> Iterator[None]:
        """A fault of a service for the block."""
        given = {"service": service, "kind": kind, "count": None, "path": ".*", **settings}
        self.control.post("/faults", json=given).raise_for_status()
        try:
            yield
        finally:
            self.control.delete("/faults").raise_for_status()


@dataclass(frozen=True)
class Trial:
    """One fault; `strike` runs the job under it. `alerts`: whether the struck run must tell somebody.

    None: that run cannot; the next one must when the strike says that it broke a run off, and only then.
    """

    name: str
    strike: Callable[[Market], bool | None]
    alerts: bool | None


def trials(*, quick: bool, seconds: float, generator: random.Random) -> list[Trial]:
    """The faults, with kills at random moments of a run that takes `seconds`."""
    kills = [generator.uniform(0.02, 0.98) * seconds for _ in range(QUICK_KILLS if quick else KILLS)]
    killed = [Trial(f"killed after {after:.1f} s", partial(_kill, seconds=after), None) for after in kills]
    few = [
        Trial("salesforce down", partial(_down, service="salesforce"), True),
        Trial("disk full", _disk_full, True),
        Trial("two runs at once", _twice, False),
        Trial("schema change", _schema, False),
    ]
    if quick:
        return [*few, *killed]
    return [
        *few,
        *(Trial(f"{service} down", partial(_down, service=service), True) for service in SERVICES[1:]),
        *(Trial(f"{service} slow", partial(_slow, service=service), False) for service in SERVICES),
        Trial("warehouse locked by a reader", _locked, True),
        Trial("day of ten times the volume", _ten_times, False),
        Trial("empty day", _undisturbed, False),
        *(Trial(f"clock of {zone}", partial(_clock, zone=zone), False) for zone in ZONES),
        *killed,
    ]


def run(*, quick: bool, console: Console, part: slice = slice(None)) -> list[Metric]:
    """Inflict every fault, or a part of them; raises RuntimeError when the first, undisturbed run fails."""
    generator = random.Random(SEED)  # noqa: S311 (a draw, no secret)
    with tempfile.TemporaryDirectory(prefix="marketmap-chaos-") as scratch:
        home = Path(scratch) / "home"
        with running_sandbox(Path(scratch) / "sandbox", ACCOUNTS, SEED) as environment:
            installation = Installation(home, environment)
            if installation.run():
                raise RuntimeError(f"the first run failed; see {home}/logs")
            control = httpx.Client(base_url=environment["SANDBOX_CONTROL_URL"], timeout=60)
            market = Market(installation, control, salesforce(environment), generator)
            started = time.monotonic()
            market.change(15)
            if installation.run():
                raise RuntimeError(f"the second run failed; see {home}/logs")
            installation.new_alerts()
            seconds = time.monotonic() - started
            chosen = trials(quick=quick, seconds=seconds, generator=generator)
            return _measure(market, chosen if quick else chosen[part], console)


def _measure(market: Market, chosen: list[Trial], console: Console) -> list[Metric]:
    inconsistent = wrong = repairs = missed = 0
    for trial in chosen:
        market.change(15)
        broken_off = trial.strike(market)
        torn = not market.installation.is_published_intact()
        told = market.installation.new_alerts()
        failed = market.installation.run()
        told_later = market.installation.new_alerts()
        torn |= not market.installation.is_published_intact()
        values = market.installation.wrong_crm_values(market.crm)
        is_missed = (trial.alerts is True and len(told) != 1) or (trial.alerts is False and bool(told or told_later))
        is_missed |= trial.alerts is None and bool(broken_off) != bool(told_later)
        inconsistent, wrong = inconsistent + torn, wrong + values
        repairs, missed = repairs + bool(failed), missed + is_missed
        verdict = "ok" if not (torn or values or failed or is_missed) else "WRONG"
        console.print(
            f"{trial.name}: {verdict} (published {'torn' if torn else 'whole'}, {values} wrong values, next run"
            f" {'failed' if failed else 'well'}, told {', '.join(told + told_later) or 'nothing'})",
            markup=False,
        )
    return [
        Metric("faults", len(chosen), "faults"),
        Metric("inconsistent_publications", inconsistent, "publications"),
        Metric("wrong_crm_values", wrong, "values"),
        Metric("manual_repairs", repairs, "runs"),
        Metric("missed_alerts", missed, "alerts"),
    ]


def _down(market: Market, service: str) -> None:
    with market.fault(service, "500"):
        market.installation.run()


def _slow(market: Market, service: str) -> None:
    with market.fault(service, "slow", seconds=1):
        market.installation.run()


def _ten_times(market: Market) -> None:
    market.change(150)
    market.installation.run()


def _undisturbed(market: Market) -> None:
    market.installation.run()


def _clock(market: Market, zone: str) -> None:
    """The machine's own zone must not matter: everything is kept in UTC."""
    market.installation.run({"TZ": zone})


def _disk_full(market: Market) -> None:
    """No file can grow beyond the size of the warehouse; as it has room in itself, less until the job lacks some."""
    size = (market.installation.home / "warehouse.duckdb").stat().st_size
    for percent in (100, 60, 40, 20):
        if market.installation.run(file_bytes=size * percent // 100):
            return
        market.change(15)
    raise RuntimeError("the job needs no more than a fifth of its warehouse: the disk was never full")


def _locked(market: Market) -> None:
    """Somebody has opened the working file itself, for a while or for good."""
    reader = locked(market.installation.home / "warehouse.duckdb", 600)
    try:
        market.installation.run()
    finally:
        reader.kill()
        reader.wait()


def _twice(market: Market) -> None:
    runs = [market.installation.start() for _ in range(2)]
    for each in runs:
        each.communicate()


def _schema(market: Market) -> None:
    """A field more than yesterday, filled."""
    name = f"Extra_{market.random.randrange(10**6)}__c"
    field = {"object": "Account", "field": name, "type": "string", "length": 40}
    market.control.post("/schema", json=field).raise_for_status()
    market.installation.run()


def _kill(market: Market, seconds: float) -> bool:
    """Whether a run had begun; one that had ended by then was not killed: the next one is, at half its time."""
    while (had_begun := market.installation.kill_after(seconds)) is None:
        seconds /= 2
        market.change(15)
    return had_begun


PARTS = {
    "faults": partial(run, part=slice(None, -KILLS)),
    **{
        f"kills_{number}": partial(run, part=slice(start, start + KILLS_A_PART or None))
        for number, start in enumerate(range(-KILLS, 0, KILLS_A_PART), 1)
    },
}
