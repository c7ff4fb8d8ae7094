"""The models in force, kept in the warehouse from run to run."""

import duckdb

from ml.identity.levels import Task
from ml.identity.match_model import MatchModel


def kept_model(connection: duckdb.DuckDBPyConnection, task: Task) -> MatchModel | None:
    """The model of the last run; None where there is none or the task has other levels by now."""
    rows = connection.execute("select parameters from ml.match_models where entity = ?", [task.name]).fetchall()
    model = MatchModel.from_json(rows[0][0]) if rows else None
    return model if model and model.fits(task) else None


def keep_model(connection: duckdb.DuckDBPyConnection, task: Task, model: MatchModel) -> None:
    """Put a model in force."""
    connection.execute("delete from ml.match_models where entity = ?", [task.name])
    connection.execute(
        "insert into ml.match_models values (?, ?, cast(now() at time zone 'utc' as timestamp))",
        [task.name, model.as_json()],
    )
