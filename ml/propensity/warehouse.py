"""Propensity in the warehouse: read what dbt built, train when it is due, score every time, write schema `ml`."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ml.propensity import baseline, records, report_card
from ml.propensity.errors import PropensityError
from ml.propensity.gates import Gates
from ml.propensity.history import Columns, History, history
from ml.propensity.records import Champion
from ml.propensity.scoring import Scores, score_with
from ml.propensity.tables import Query
from ml.propensity.training import Training, train_on
from ml.propensity.version import code_version

MODEL = "accounts"
DRIFTED = 0.25
_NAMES = Columns(entity="account_id", at="happened_at", kind="kind", value="value")
_INPUTS = ("int_propensity_events", "int_propensity_outcomes", "int_propensity_profiles")
_RULES = "int_propensity_rule_points"
_ABSTAINED_AGAIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class PropensityReport:
    """What a run came to. `status`: trained, scored (with the model there was), abstained or off."""

    status: str
    message: str
    accounts: int
    model_version: str | None
    seconds: float


@dataclass(frozen=True)
class _Settings:
    horizon_days: float
    retrain_after_days: int
    gates: Gates
    text: str


def refresh(warehouse: Path, cards: Path, *, now: dt.datetime | None = None) -> PropensityReport:
    """Bring ml.propensity_* up to date and write the report card of a new model into the folder `cards`.

    All or nothing: a run that fails leaves the tables as they were. Raises PropensityError when dbt has not built the
    inputs. `now` is UTC.
    """
    begin = time.monotonic()
    moment = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with duckdb.connect(str(warehouse)) as connection:
        settings = _settings(connection)
        connection.begin()
        try:
            connection.execute(records.TABLES)
            outcome = _refresh(connection, settings, moment, cards) if settings else _clear(connection, "switched off")
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    status, message, accounts, version = outcome
    return PropensityReport(status, message, accounts, version, time.monotonic() - begin)


_Outcome = tuple[str, str, int, str | None]


def _settings(connection: duckdb.DuckDBPyConnection) -> _Settings | None:
    try:
        rows = connection.execute(
            "select horizon_days, retrain_after_days, minimum_outcomes, minimum_others, minimum_cohorts, is_enabled"
            " from seeds.propensity_models where model = ?",
            [MODEL],
        ).fetchall()
        for table in (*_INPUTS, _RULES):
            connection.execute(f"select 1 from intermediate.{table} limit 0")
    except duckdb.CatalogException as error:
        raise PropensityError(f"{str(error).splitlines()[0]} Build the dbt project first: marketmap run.") from error
    if not rows or not rows[0][5]:
        return None
    horizon, retrain, outcomes, others, cohorts, _ = rows[0]
    return _Settings(float(horizon), int(retrain), Gates(outcomes, others, cohorts), f"{rows[0]}")


def _refresh(connection: duckdb.DuckDBPyConnection, settings: _Settings, now: dt.datetime, cards: Path) -> _Outcome:
    champion, due = _standing(connection, settings, now)
    today = dt.datetime.combine(now.date(), dt.time())
    status = "scored"
    trained: Training | None = None
    if due:
        source = _history(connection, today)
        trained = train_on(source, settings.horizon_days, settings.gates, _NAMES, champion.model if champion else None)
        version = f"{now:%Y%m%d%H%M%S}-{trained.data_hash[:6]}"
        _keep(connection, trained, version, settings, now)
        status = "trained" if trained.model else "abstained"
        champion = _in_use(connection, settings) or champion
    if champion is None:
        reason = (trained.reason if trained else _last_decision(connection)) or "no model"
        if trained:
            _write_card(connection, trained, cards, {})
        return _clear(connection, reason)
    scores = score_with(champion.model, _history(connection, today + dt.timedelta(days=1)), champion.horizon_days)
    drift = scores.drift(champion.reference)
    _write_scores(connection, scores, champion, drift)
    if trained:
        _write_card(connection, trained, cards, drift)
    return status, _told(trained, champion, drift), scores.entity.size, champion.version


def _told(trained: Training | None, champion: Champion, drift: dict[str, float]) -> str:
    drifted = [name for name, value in drift.items() if value > DRIFTED]
    told = f"model {champion.version}"
    if trained and trained.card:
        told += f", AUC {trained.card.metrics.auc.value:.3f} out of time"
    if trained and trained.reason:
        told = f"{told}; not promoted: {trained.reason}"
    return f"{told}; drifting: {', '.join(drifted)}" if drifted else told


def _history(connection: duckdb.DuckDBPyConnection, as_of: dt.datetime) -> History:
    events, outcomes, profiles = (Query(f"select * from intermediate.{table}") for table in _INPUTS)
    return history(events, outcomes, profiles, columns=_NAMES, as_of=as_of, is_repeatable=True, connection=connection)


def _standing(
    connection: duckdb.DuckDBPyConnection, settings: _Settings, now: dt.datetime
) -> tuple[Champion | None, bool]:
    """The model in use and whether another training is due: none, too old, or made for other settings or code."""
    latest = connection.execute(
        """select trained_at, settings, code_version, is_champion from ml.propensity_models
        order by trained_at desc limit 1"""
    ).fetchall()
    if not latest:
        return None, True
    trained_at, text, code, promoted = latest[0]
    patience = dt.timedelta(days=settings.retrain_after_days) if promoted else _ABSTAINED_AGAIN
    is_due = now - trained_at >= patience or text != settings.text or code != code_version()
    return _in_use(connection, settings), is_due


def _in_use(connection: duckdb.DuckDBPyConnection, settings: _Settings) -> Champion | None:
    rows = connection.execute(
        """select model_version, horizon_days, artefact from ml.propensity_models
        where is_champion and horizon_days = ? and code_version = ? order by trained_at desc limit 1""",
        [settings.horizon_days, code_version()],
    ).fetchall()
    return records.champion(*rows[0]) if rows else None


def _last_decision(connection: duckdb.DuckDBPyConnection) -> str | None:
    rows = connection.execute("select decision from ml.propensity_models order by trained_at desc limit 1").fetchall()
    return str(rows[0][0]) if rows else None


def _keep(
    connection: duckdb.DuckDBPyConnection, trained: Training, version: str, settings: _Settings, now: dt.datetime
) -> None:
    _append(connection, "propensity_models", [records.model_row(trained, version, MODEL, settings.text, now)])
    _append(connection, "propensity_cohorts", records.cohort_rows(trained, version))
    _append(connection, "propensity_bands", records.band_rows(trained, version))


def _append(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.register("appended", pa.Table.from_pylist(rows))
        connection.execute(f"insert into ml.{table} by name select * from appended")
        connection.unregister("appended")


def _clear(connection: duckdb.DuckDBPyConnection, reason: str) -> _Outcome:
    """No probability for anybody, with the reason; the reasons and the drift of an earlier model go with it."""
    connection.execute(
        "delete from ml.propensity_scores; delete from ml.propensity_reasons; delete from ml.propensity_drift"
    )
    connection.execute(
        """insert into ml.propensity_scores
        select account_id, null, null, ? from intermediate.int_propensity_profiles order by account_id""",
        [reason],
    )
    return ("off" if reason == "switched off" else "abstained"), reason, 0, None


def _write_scores(
    connection: duckdb.DuckDBPyConnection, scores: Scores, champion: Champion, drift: dict[str, float]
) -> None:
    _clear(connection, "not known long enough to be scored")
    scored = pa.table({"account_id": scores.entity.tolist(), "propensity": scores.probability})
    connection.register("scored", scored)
    connection.execute(
        """update ml.propensity_scores set propensity = scored.propensity, model_version = ?, abstention = null
        from scored where propensity_scores.account_id = scored.account_id""",
        [champion.version],
    )
    factors = list(scores.contributions)
    matrix = np.column_stack([scores.contributions[factor] for factor in factors])
    rank = np.argsort(np.argsort(-np.abs(matrix), axis=1, kind="stable"), axis=1, kind="stable") + 1
    for place, factor in enumerate(factors):
        reasons = pa.table(
            {
                "account_id": scores.entity.tolist(),
                "factor": [factor] * scores.entity.size,
                "observed": pa.array(scores.observed[factor].tolist(), pa.string()),
                "contribution": matrix[:, place],
                "factor_rank": rank[:, place].astype(np.int32),
            }
        )
        connection.register("reasons", reasons)
        connection.execute("insert into ml.propensity_reasons by name select * from reasons")
    base = pa.table({"account_id": scores.entity.tolist(), "contribution": np.full(scores.entity.size, scores.base)})
    connection.register("reasons", base)
    connection.execute(
        "insert into ml.propensity_reasons select account_id, 'average account', null, contribution, 0 from reasons"
    )
    _append(
        connection,
        "propensity_drift",
        [
            {"model_version": champion.version, "factor": name, "stability_index": value, "is_drifted": value > DRIFTED}
            for name, value in drift.items()
        ],
    )


def _write_card(
    connection: duckdb.DuckDBPyConnection, trained: Training, folder: Path, drift: dict[str, float]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rules = baseline.rules_metrics(connection, trained.judged) if trained.judged else None
    text = report_card.markdown(trained, "Report card of the accounts' propensity", rules, drift)
    (folder / "propensity.md").write_text(text, encoding="utf-8")
    (folder / "propensity.html").write_text(report_card.html(text), encoding="utf-8")
