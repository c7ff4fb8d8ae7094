"""Training on dated tables: what it must not see, what it must explain, when it must be silent."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.propensity import Columns, Gates, PropensityError, Training, history, train
from ml.propensity import features as feature_room
from ml.propensity.additive import AdditiveModel
from ml.propensity.cohorts import judged_cutoffs, place_examples, training_cutoffs
from ml.propensity.evaluation import auc, evaluate
from ml.propensity.gates import of_quality
from ml.propensity.learning import fit_stumps
from ml.propensity.scoring import score

DAYS = 500
BEGIN = pd.Timestamp("2025-01-01")
NAMES = Columns(entity="company", at="when")
Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def market(companies: int = 500, seed: int = 5) -> Tables:
    """Interest comes in episodes of 40 days that bring visits and, with fit, outcomes."""
    rng = np.random.default_rng(seed)
    fit = rng.random(companies) < 0.4
    events: list[tuple[str, float, str]] = []
    outcomes: list[tuple[str, float]] = []
    for company in range(companies):
        name = f"O'Brien {company} ☃"
        events += [(name, day, "visit") for day in rng.uniform(0, DAYS, rng.poisson(8))]
        for start in rng.uniform(0, DAYS, rng.poisson(1.5)):
            events += [(name, day, "visit") for day in rng.uniform(start, start + 40, rng.poisson(10))]
            if rng.random() < (0.7 if fit[company] else 0.25):
                outcomes.append((name, rng.uniform(start + 10, start + 40)))
    frame = pd.DataFrame(events, columns=["company", "when", "kind"])
    happened = pd.DataFrame(outcomes, columns=["company", "when"])
    for table in (frame, happened):
        table["when"] = BEGIN + pd.to_timedelta(table["when"], unit="D")
    known = pd.DataFrame(
        {
            "company": [f"O'Brien {company} ☃" for company in range(companies)],
            "industry": np.where(fit, "Technology", "Retail"),
            "family_id": [f"family {company // 2}" for company in range(companies)],
            "known_at": BEGIN,
        }
    )
    return frame, happened, known


@pytest.fixture(scope="module")
def tables() -> Tables:
    return market()


@pytest.fixture(scope="module")
def trained(tables: Tables) -> Training:
    return train(*tables, horizon_days=28, columns=NAMES, as_of="2026-05-01")


def test_it_speaks_and_is_judged_on_later_cohorts(trained: Training) -> None:
    assert trained.reason is None
    assert trained.card is not None
    assert len(trained.card.cohorts) >= 3
    metrics = trained.card.metrics
    assert metrics.auc.low > 0.6
    assert metrics.auc.low <= metrics.auc.value <= metrics.auc.high
    assert metrics.brier_skill.value > 0
    assert metrics.ece < 0.03


def test_reasons_add_up_to_the_probability(trained: Training, tables: Tables) -> None:
    events, outcomes, attributes = tables
    source = history(events, outcomes, attributes, columns=NAMES, as_of="2026-05-01")
    scored = score(trained, source)
    assert len(scored.contributions) >= 3
    total = scored.base + sum(scored.contributions.values())
    np.testing.assert_allclose(1 / (1 + np.exp(-total)), scored.probability, rtol=1e-9)
    assert ((scored.probability > 0) & (scored.probability < 1)).all()


def test_a_model_comes_back_from_json_as_it_was(trained: Training, tables: Tables) -> None:
    import json

    assert trained.model is not None
    source = history(*tables, columns=NAMES, as_of="2026-05-01")
    place_examples(source, [source.as_of], dt.timedelta(days=28))
    built = feature_room.build(source, dt.timedelta(days=28))
    again = AdditiveModel.from_json(json.loads(json.dumps(trained.model.to_json())))
    np.testing.assert_array_equal(again.probabilities(built), trained.model.probabilities(built))


def test_two_trainings_on_the_same_rows_are_the_same(trained: Training, tables: Tables) -> None:
    events, outcomes, attributes = tables
    shuffled = events.sample(frac=1, random_state=1)
    again = train(shuffled, outcomes, attributes, horizon_days=28, columns=NAMES, as_of="2026-05-01")
    assert again.data_hash == trained.data_hash
    assert again.card is not None
    assert trained.card is not None
    assert again.card.metrics.auc == trained.card.metrics.auc


def test_what_comes_after_the_cutoff_is_not_seen(tables: Tables) -> None:
    events, outcomes, attributes = tables
    cutoff = pd.Timestamp("2025-10-01").to_pydatetime()
    later = outcomes.assign(when=outcomes["when"] + pd.Timedelta(hours=1), kind="contract signed")
    status = attributes.assign(when=pd.Timestamp("2026-04-01"), stage="Customer")

    def seen(rows: pd.DataFrame, profile: pd.DataFrame) -> dict[tuple[str, str], list[float]]:
        source = history(rows, outcomes, profile, columns=NAMES, as_of="2026-05-01")
        place_examples(source, [cutoff], dt.timedelta(days=28))
        built = feature_room.build(source, dt.timedelta(days=28))
        assert not built.labels.get("stage")
        return {key: values.tolist() for key, values in built.counts.items() if key[0] != "contract signed"}

    before = events[events["when"] < cutoff]
    planted = pd.concat([events, later[later["when"] >= cutoff]])
    assert seen(before, attributes) == seen(planted, pd.concat([attributes, status]))


def test_a_model_of_todays_state_is_caught_by_its_card(tables: Tables) -> None:
    """Features of today with the outcomes of the past and a random split: AUC near 1, and far less out of time."""
    events, outcomes, attributes = tables
    horizon = dt.timedelta(days=28)
    signed = outcomes.assign(kind="contract signed", when=outcomes["when"] + pd.Timedelta(hours=1))
    source = history(pd.concat([events, signed]), outcomes, attributes, columns=NAMES, as_of="2026-05-01")
    place_examples(source, [source.as_of], horizon)
    today = feature_room.build(source, horizon)
    past = set(outcomes["company"])
    leaked = replace(today, outcome=np.array([name in past for name in today.entity]))
    half = np.random.default_rng(1).random(leaked.size) < 0.5
    model = fit_stumps(leaked, half)
    claimed = auc(model.logits(leaked)[~half], leaked.outcome[~half])
    place_examples(source, judged_cutoffs(training_cutoffs(source, horizon), horizon), horizon)
    honest = feature_room.build(source, horizon)
    metrics = evaluate(model.probabilities(honest), honest.outcome)
    assert claimed > 0.95
    assert "AUC falls from" in (of_quality(metrics, claimed) or "")


def test_thirty_wins_are_too_few(tables: Tables) -> None:
    events, outcomes, attributes = tables
    silent = train(events, outcomes.head(30), attributes, horizon_days=28, columns=NAMES)
    assert silent.model is None
    assert silent.reason == "30 outcomes in the history; 100 are needed"
    with pytest.raises(PropensityError, match="abstains"):
        silent.score(events, attributes)


def test_noise_foretells_nothing(tables: Tables) -> None:
    events, outcomes, _ = tables
    rng = np.random.default_rng(3)
    shuffled = outcomes.assign(
        company=rng.choice(events["company"].unique(), len(outcomes)),
        when=BEGIN + pd.to_timedelta(rng.uniform(0, DAYS, len(outcomes)), unit="D"),
    )
    assert train(events, shuffled, horizon_days=28, columns=NAMES).model is None


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (lambda when: when.dt.strftime("%Y%m%d").astype(int), "2025"),
        (lambda when: when.dt.strftime("%m/%d/%Y %H:%M"), "2025"),
        (lambda when: when.astype("int64") // 1000, "2025"),
        (lambda when: when.dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"), "2025"),
    ],
)
def test_times_are_read_in_many_forms(tables: Tables, write, read: str) -> None:  # type: ignore[no-untyped-def]
    events, outcomes, _ = tables
    source = history(events.assign(when=write(events["when"])), outcomes, columns=NAMES)
    assert str(source.first_at).startswith(read)
    assert source.count("events") == len(events)


def test_a_csv_file_with_holes_is_read_and_told_of(tmp_path: Path, tables: Tables) -> None:
    events, outcomes, _ = tables
    holed = events.astype({"when": str})
    holed.loc[::50, "when"] = ""
    holed.to_csv(tmp_path / "events.csv", index=False)
    source = history(tmp_path / "events.csv", outcomes, columns=NAMES)
    assert any("without entity or time" in note for note in source.notes)


def test_faults_name_the_column_and_the_remedy(tables: Tables) -> None:
    events, outcomes, _ = tables
    with pytest.raises(PropensityError, match="events has no column 'customer'; it has company"):
        train(events, outcomes, columns=Columns(entity="customer", at="when"))
    with pytest.raises(PropensityError, match="are no time; name the column"):
        train(events, outcomes, columns=Columns(entity="company", at="kind"))
    with pytest.raises(PropensityError, match="horizon_days 0"):
        train(events, outcomes, horizon_days=0, columns=NAMES)
    assert train(events.head(3), outcomes.head(2), columns=NAMES, gates=Gates(5, 5)).model is None
