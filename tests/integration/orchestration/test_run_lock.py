"""One run at a time, and no lock left behind by a run that died."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import run_lock
from orchestration.errors import RunActive

HOLD = """
import sys, time
from pathlib import Path
from orchestration import run_lock
with run_lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_works(tmp_path: Path) -> None:
    assert run_lock.holder(tmp_path) is None
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert f"process {other.pid} since " in (run_lock.holder(tmp_path) or "")
        with pytest.raises(RunActive, match=f"process {other.pid} since .*Wait for it to end"), run_lock.hold(tmp_path):
            pass
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate()
    with run_lock.hold(tmp_path):  # a killed holder leaves no lock
        pass
    assert run_lock.holder(tmp_path) is None
    assert str(run_lock.take_interrupted(tmp_path)).startswith(f"process {other.pid} since ")
    with run_lock.hold(tmp_path):  # and one that ends in good order, no mark
        pass
    assert run_lock.take_interrupted(tmp_path) is None


def test_one_process_may_hold_it_twice(tmp_path: Path) -> None:
    with run_lock.hold(tmp_path):
        with run_lock.hold(tmp_path):
            pass
        assert run_lock.holder(tmp_path) is not None
    assert run_lock.holder(tmp_path) is None
