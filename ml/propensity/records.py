"""A training as rows and JSON: what `ml.propensity_*` keep, and back again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from ml.propensity.additive import AdditiveModel
from ml.propensity.training import Training

TABLES = """
create schema if not exists ml;
create table if not exists ml.propensity_models (
    model_version varchar, model varchar, settings varchar, trained_at timestamp, as_of timestamp, data_hash varchar,
    code_version varchar, family varchar, horizon_days double, examples bigint, outcomes bigint, is_champion boolean,
    decision varchar, auc double, auc_low double, auc_high double, pr_auc double, brier double, brier_skill double,
    ece double, top20_share double, band_ratio double, claimed_auc double, features varchar, metrics varchar,
    artefact varchar
);
create table if not exists ml.propensity_bands (
    model_version varchar, family varchar, cohort varchar, band_count integer, band integer, examples bigint,
    outcomes bigint, mean_probability double, outcome_ratio double, low_ratio double, high_ratio double
);
create table if not exists ml.propensity_cohorts (
    model_version varchar, family varchar, cohort varchar, examples bigint, outcomes bigint, auc double, auc_low double,
    auc_high double, pr_auc double, brier double, brier_skill double, ece double, top20_share double, band_ratio double
);
create table if not exists ml.propensity_scores (
    account_id varchar, propensity double, model_version varchar, abstention varchar
);
create table if not exists ml.propensity_reasons (
    account_id varchar, factor varchar, observed varchar, contribution double, factor_rank integer
);
create table if not exists ml.propensity_drift (
    model_version varchar, factor varchar, stability_index double, is_drifted boolean
);
"""


@dataclass(frozen=True)
class Champion:
    """The model in use."""

    version: str
    model: AdditiveModel
    horizon_days: float
    reference: dict[str, list[float]]


def model_row(trained: Training, version: str, name: str, settings: str, now: dt.datetime) -> dict[str, Any]:
    """The row of ml.propensity_models."""
    card = trained.card
    metrics = card.metrics if card else None
    artefact = {"model": trained.model.to_json(), "reference": trained.reference} if trained.model else None
    return {
        "model_version": version,
        "model": name,
        "settings": settings,
        "trained_at": now,
        "as_of": trained.as_of,
        "data_hash": trained.data_hash,
        "code_version": trained.code,
        "family": card.family if card else None,
        "horizon_days": trained.horizon_days,
        "examples": trained.examples,
        "outcomes": trained.outcomes,
        "is_champion": trained.model is not None,
        "decision": trained.reason or "promoted",
        "auc": metrics.auc.value if metrics else None,
        "auc_low": metrics.auc.low if metrics else None,
        "auc_high": metrics.auc.high if metrics else None,
        "pr_auc": metrics.pr_auc.value if metrics else None,
        "brier": metrics.brier if metrics else None,
        "brier_skill": metrics.brier_skill.value if metrics else None,
        "ece": metrics.ece if metrics else None,
        "top20_share": metrics.top20_share.value if metrics else None,
        "band_ratio": metrics.band_ratio if metrics else None,
        "claimed_auc": card.claimed_auc if card else None,
        "features": json.dumps(trained.features),
        "metrics": json.dumps({one.family: asdict(one) for one in trained.cards}),
        "artefact": json.dumps(artefact) if artefact else None,
    }


def cohort_rows(trained: Training, version: str) -> list[dict[str, Any]]:
    """Rows of ml.propensity_cohorts, the cohort `all` included."""
    return [
        {
            "model_version": version,
            "family": card.family,
            "cohort": cohort,
            "examples": metrics.examples,
            "outcomes": metrics.outcomes,
            "auc": metrics.auc.value,
            "auc_low": metrics.auc.low,
            "auc_high": metrics.auc.high,
            "pr_auc": metrics.pr_auc.value,
            "brier": metrics.brier,
            "brier_skill": metrics.brier_skill.value,
            "ece": metrics.ece,
            "top20_share": metrics.top20_share.value,
            "band_ratio": metrics.band_ratio,
        }
        for card in trained.cards
        for cohort, metrics in {"all": card.metrics, **card.cohorts}.items()
    ]


def band_rows(trained: Training, version: str) -> list[dict[str, Any]]:
    """Rows of ml.propensity_bands: fifths and tenths of all test cohorts together."""
    return [
        {
            "model_version": version,
            "family": card.family,
            "cohort": "all",
            "band_count": len(bands),
            "band": band.band,
            "examples": band.examples,
            "outcomes": band.outcomes,
            "mean_probability": band.mean_probability,
            "outcome_ratio": band.rate,
            "low_ratio": band.low,
            "high_ratio": band.high,
        }
        for card in trained.cards
        for bands in (card.metrics.bands, card.metrics.deciles)
        for band in bands
    ]


def champion(version: str, horizon_days: float, artefact: str) -> Champion:
    """The model of a row of ml.propensity_models."""
    content = json.loads(artefact)
    return Champion(version, AdditiveModel.from_json(content["model"]), horizon_days, content["reference"])
