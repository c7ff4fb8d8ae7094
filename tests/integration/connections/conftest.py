"""A server whose answers the test writes down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .scripted import Script, serve


@pytest.fixture
def server() -> Iterator[Script]:
    """A plain-http scripted server."""
    with serve(Script()) as script:
        yield script
