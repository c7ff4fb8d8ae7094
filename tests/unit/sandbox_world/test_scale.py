import datetime as dt

import numpy as np
import pytest

from sandbox.world.randomness import stream
from sandbox.world.scale import WrongParametersError, scale
from sandbox.world.timeline import timeline, working_times

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("accounts", "seed", "dirt", "named"),
    [
        (199, 1, "medium", "199"),
        (100_001, 1, "medium", "100,001"),
        (500, -1, "low", "-1"),
        (500, 1, "filthy", "filthy"),
    ],
)
def test_wrong_parameters_are_named(accounts: int, seed: int, dirt: str, named: str) -> None:
    with pytest.raises(WrongParametersError, match=named):
        scale(accounts, seed, DAY, dirt)


def test_history_is_thirty_months_of_whole_weeks() -> None:
    history = timeline(DAY)
    end = dt.datetime.fromtimestamp(history.end, dt.UTC)
    assert end.date() == dt.date(2026, 11, 21)
    assert dt.datetime.fromtimestamp(history.first_monday, dt.UTC).weekday() == 0
    assert 900 <= (history.end - history.start) / 86_400 <= 920
    assert history.week_of(np.array([history.start, history.end - 1])).tolist() == [0, history.weeks - 1]


def test_people_work_in_office_hours_of_their_country() -> None:
    days = np.full(5_000, 1_760_000_000, dtype=np.int64)
    hours_us = working_times(days, np.zeros(5_000, dtype=np.int64), stream(1, "us")) % 86_400 // 3_600
    assert ((hours_us >= 14) & (hours_us <= 23)).mean() > 0.8
