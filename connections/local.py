"""Sources that lie in a folder of ours instead of behind a vendor's address."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from connections.verdicts import Usage


@dataclass(frozen=True)
class LocalFolder:
    """Where the files are; what a vendor's credentials are to its source."""

    folder: Path

    @property
    def base_url(self) -> str:
        """The folder as an address, where one is shown."""
        return self.folder.absolute().as_uri()


def local_folder(base_url: str) -> LocalFolder:
    """The folder of a `file://` address."""
    return LocalFolder(Path(unquote(urlsplit(base_url).path)))


@dataclass
class OpenFolder:
    """An open `LocalFolder`; calls nobody, so that its usage stays at nothing."""

    folder: Path
    usage: Usage = field(default_factory=Usage)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def wait_at_most(self, _seconds: float) -> None:
        """Nothing is waited for."""


def open_folder(credentials: LocalFolder) -> OpenFolder:
    """Open a folder, made if it is not there yet."""
    credentials.folder.mkdir(parents=True, exist_ok=True)
    return OpenFolder(credentials.folder)
