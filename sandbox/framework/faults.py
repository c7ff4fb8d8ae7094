"""Faults that a test switches on: which service, which path, how often, and what goes wrong."""

import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = (
    "429", "500", "slow", "drop_before", "drop_after_commit", "cut", "garble", "partial_failure", "expire_token",
    "quota", "edit",
)  # fmt: skip
REFUSING = ("429", "500", "quota")  # answered before anything is executed


@dataclass
class Fault:
    """One fault in force.

    `path` is a regular expression searched in the path; without it every path but sign-in is hit (by
    drop_after_commit: every write).
    `count` is how often it strikes (None: until cleared), after `skip` calls that it lets pass. `share` and `code`
    concern partial_failure only, `statements` edit only: SQL that changes the store just before the call is answered.
    """

    service: str
    kind: str
    path: str | None = None
    method: str | None = None
    count: int | None = 1
    seconds: float = 1.0
    retry_after: float | None = None
    share: float = 0.2
    code: str = "UNABLE_TO_LOCK_ROW"
    skip: int = 0
    statements: list[str] = field(default_factory=list)

    def strikes(self, method: str, path: str, sign_in: bool) -> bool:
        """Say whether a call is hit."""
        if self.method and self.method.upper() != method:
            return False
        if self.kind == "drop_after_commit" and self.path is None and method == "GET":
            return False  # there is nothing to commit
        return not sign_in if self.path is None else bool(re.search(self.path, path))


class Faults:
    """The faults in force, in the order given."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, settings: dict[str, Any]) -> Fault:
        """Switch a fault on; raises ValueError naming an unknown kind, a bad expression or an unknown key."""
        if settings.get("kind") not in KINDS:
            raise ValueError(f"kind {settings.get('kind')!r} is unknown; use one of {', '.join(KINDS)}")
        try:
            fault = Fault(**settings)
            re.compile(fault.path or "")
        except (TypeError, re.error) as error:
            raise ValueError(f"fault {settings} is not understood: {error}") from None
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._faults.clear()

    def active(self) -> list[dict[str, Any]]:
        """Return the faults still in force."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, service: str, method: str, path: str, kinds: Iterable[str], sign_in: bool = False) -> Fault | None:
        """Return the first fault of these kinds that hits the call, and use up one of its strikes."""
        with self._lock:
            for fault in self._faults:
                if fault.service == service and fault.kind in kinds and fault.strikes(method, path, sign_in):
                    if fault.skip > 0:
                        fault.skip -= 1
                        continue
                    if fault.count is not None:
                        fault.count -= 1
                        if fault.count <= 0:
                            self._faults.remove(fault)
                    return fault
        return None
