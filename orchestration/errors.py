"""The errors of orchestration, in words for people: a line per fault with the thing, the value and the remedy."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 (most of them are nobody's error)
    """Something that a person can put right; `lines` holds every fault."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class SettingsFault(Fault):
    """The environment is wrong."""


class RunActive(Fault):
    """Another process works on the same MARKETMAP_HOME."""


class RunBrokenOff(Fault):
    """A run ended without a result: Dagster itself could not go on."""


class PreflightFailed(Fault):
    """The job must not start."""


class IngestionFailed(Fault):
    """A source could not be landed; what is complete of it, and the other sources, are."""


class TransformationFailed(Fault):
    """dbt could not parse the project or build a node."""


class SandboxFailed(Fault):
    """The sandbox ended, or did not come up."""


class RequestFault(Fault):
    """A command was asked for something that is not there, or not yet."""
