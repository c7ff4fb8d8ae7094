"""What all workers of a test run share."""

import os
import shutil
import tempfile

import pytest

SHARED = "MARKETMAP_TESTS"  # names a folder that lives as long as the test run


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder; workers inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = tempfile.mkdtemp(prefix="marketmap-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True)
