"""How much of a plan the day's API calls allow, and through which channel. Pure.

The quota is the whole organisation's: `Usage` counts what every tool and every sync of ours has used of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from connections.http import Usage
from reverse_etl.destinations import Channel, Limits
from reverse_etl.spec import Guards


@dataclass(frozen=True)
class Allowance:
    """The channel to use and how many records may go now; `words` tell a person why not all, if not all."""

    channel: Channel
    records: int
    words: str | None = None


@dataclass(frozen=True)
class Volume:
    """Records of a plan, how many of them go on a condition, and the calls promised to runs beside this one."""

    records: int
    conditional: int = 0
    promised: int = 0

    def part(self, records: int) -> Volume:
        """The same mixture with fewer records."""
        return Volume(records, ceil(self.conditional * records / max(1, self.records)), self.promised)


def allowance(limits: Limits, guards: Guards, usage: Usage, volume: Volume) -> Allowance:
    """Weigh a plan against the calls that are left: the channel for the volume, a cheaper one, or a part of it."""
    planned = volume.records
    channel = limits.channel(planned)
    left, source = calls_left(guards, usage, volume.promised)
    if left is None or calls(limits, channel, volume) <= left:
        return Allowance(channel, planned)
    cheapest = min(limits.channels, key=lambda other: calls(limits, other, volume))
    if calls(limits, cheapest, volume) <= left:
        return Allowance(cheapest, planned)
    fitting = _most(limits, cheapest, volume, left)
    words = f"{source} allow {fitting:,} of {planned:,} records in this run; the next run goes on"
    return Allowance(cheapest, fitting, words)


def calls_left(guards: Guards, usage: Usage, promised: int = 0) -> tuple[int | None, str]:
    """Calls that this run may still make (None = no limit known), and the words for what sets the limit."""
    left: list[tuple[int, str]] = []
    if guards.max_api_calls is not None:
        left.append((guards.max_api_calls, f"guards.max_api_calls ({guards.max_api_calls:,})"))
    if usage.daily_limit is not None and usage.daily_remaining is not None:
        ours = usage.daily_remaining - ceil(usage.daily_limit * guards.reserved_calls_ratio)
        told = f"the {usage.daily_remaining:,} API calls left today, less {guards.reserved_calls_ratio:.0%} for others"
        told += f" and {promised:,} for syncs at work beside this one," if promised else ","
        left.append((max(0, ours - promised), told))
    return min(left) if left else (None, "")


def calls(limits: Limits, channel: Channel, volume: Volume) -> int:
    """About how many calls a plan takes: reading what is there, then writing it."""
    reading = 0.0 if limits.reads == "nothing" else limits.read_calls * ceil(volume.records / 1000)
    conditional = volume.conditional if limits.conditional_records else 0
    writing = channel.batch_calls * ceil((volume.records - conditional) / channel.batch_records)
    return ceil(reading + writing) + (ceil(conditional / limits.conditional_records) if conditional else 0)


def _most(limits: Limits, channel: Channel, volume: Volume, left: int) -> int:
    """The largest number of records whose calls fit; calls grow with records, so halving finds it."""
    low, high = 0, volume.records
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if calls(limits, channel, volume.part(middle)) <= left else (low, middle - 1)
    return low
