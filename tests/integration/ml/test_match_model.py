"""What the model makes of a pair's evidence."""

import math

import duckdb

from ml.identity.levels import Comparison, Level, Task
from ml.identity.match_model import MatchModel, score, starting_model

TASK = Task(
    "toy",
    (
        Comparison("name", (Level("equal", "name_l = name_r", 0.9, 0.2), Level("other", "ELSE", 0.3, 0.6))),
        Comparison(
            "town", (Level("same", "town_l = town_r", 0.8, 0.1), Level("other", "ELSE", 0.2, 0.9)), "town_l is null"
        ),
    ),
    sides=("name", "town"),
    pair=(),
    prior=0.25,
)


def test_the_weight_is_the_sum_of_what_each_level_says() -> None:
    """In bits, from the prior's odds; weights of one comparison add up to one, and what is unknown says nothing."""
    with duckdb.connect() as connection:
        connection.execute(
            """create table facts as select * from (values
                (1, 'a', 'a', 'x', 'x'), (2, 'a', 'b', 'x', 'y'), (3, 'a', 'a', null, 'x')
            ) as pairs(pair, name_l, name_r, town_l, town_r)"""
        )
        score(connection, TASK, "facts", starting_model(TASK))
        found = connection.execute("select pair, weight, probability from toy_probabilities order by pair").fetchall()
    prior = math.log2(0.25 / 0.75)
    equal, other = math.log2((0.9 / 1.2) / (0.2 / 0.8)), math.log2((0.3 / 1.2) / (0.6 / 0.8))
    wanted = [prior + equal + math.log2(8), prior + other + math.log2(0.2 / 0.9), prior + equal]
    for (_, weight, probability), bits in zip(found, wanted, strict=True):
        assert math.isclose(weight, bits, abs_tol=1e-9)
        assert math.isclose(probability, 2**bits / (1 + 2**bits))


def test_a_model_that_was_kept_is_the_same_and_knows_its_task() -> None:
    model = starting_model(TASK, pairs=7)
    again = MatchModel.from_json(model.as_json())
    assert again.fits(TASK)
    assert (again.prior, again.pairs) == (0.25, 7)
    assert not again.fits(TASK._replace(comparisons=TASK.comparisons[:1]))
