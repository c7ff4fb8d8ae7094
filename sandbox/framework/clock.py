"""The sandbox's clock: real time plus an offset, so that a test can move to next week at once."""

from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """Return the machine's time as a naive UTC datetime."""
    return datetime.now(UTC).replace(tzinfo=None)


class Clock:
    """Time as the services see it: naive UTC, running on from where it was set."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = self._first_offset = (start - real_now()) if start else timedelta()

    def now(self) -> datetime:
        """Return the sandbox's time, in whole seconds as Salesforce and Marketo keep it."""
        return (real_now() + self._offset).replace(microsecond=0)

    def exact(self) -> datetime:
        """Return the sandbox's time to the microsecond, as an aware datetime."""
        return (real_now() + self._offset).replace(tzinfo=UTC)

    def restart(self) -> None:
        """Undo every adjustment."""
        self._offset = self._first_offset

    def advance(self, seconds: float) -> None:
        """Move on (or back, if negative) by so many seconds."""
        self._offset += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Set the time; an aware datetime is converted to UTC."""
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        self._offset = moment - real_now()
