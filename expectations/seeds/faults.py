"""A fault in a seed, worded for the person who edits it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class SeedFault:
    """One thing wrong in one place. `line` counts from 1 (the header); 0 means the file as a whole."""

    file: str
    line: int
    column: str
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        subject = " ".join(part for part in (self.column, f"'{shorten(self.value)}'" if self.value else "") if part)
        remedy = self.remedy.rstrip(".")
        return f"{place} {subject + ': ' if subject else ''}{self.message}; {remedy}."


def shorten(value: str, limit: int = 60) -> str:
    """A value short enough for a line of text, line breaks shown as such."""
    flat = value.replace("\n", "\\n")
    return flat if len(flat) <= limit else f"{flat[:limit]}..."
