"""Tables as people have them: each gives a good model or one clear sentence, and dirt changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.propensity import Columns, PropensityError, Training, train

BEGIN, DAYS = pd.Timestamp("2024-01-01"), 600
NAMES = Columns(entity="customer")
Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def subscriptions(customers: int = 900, rate: float = 0.8, seed: int = 1) -> Tables:
    """Complaints pile up in the four weeks before a customer leaves, which happens once; some plans leave more."""
    rng = np.random.default_rng(seed)
    is_monthly = rng.random(customers) < 0.3
    events: list[tuple[int, float]] = []
    left: list[tuple[int, float]] = []
    for customer in range(customers):
        start = rng.uniform(0, DAYS * 0.8)
        events += [(customer, day) for day in rng.uniform(start, DAYS, rng.poisson(6))]
        if rng.random() < (rate if is_monthly[customer] else rate / 3):
            day = rng.uniform(start + 5, DAYS)
            left.append((customer, day))
            events += [(customer, before) for before in rng.uniform(max(0, day - 25), day, rng.poisson(6))]
    known = pd.DataFrame({"customer": range(customers), "plan": np.where(is_monthly, "monthly", "yearly")})
    return dated(events), dated(left), known


def dated(rows: list[tuple[int, float]]) -> pd.DataFrame:
    """Entity and time to the second, in order of nothing."""
    days = pd.to_timedelta([day for _, day in rows], unit="D").round("s")
    return pd.DataFrame({"customer": [customer for customer, _ in rows], "at": BEGIN + days})


def dirtied(tables: Tables) -> Tables:
    """The same facts as an export holds them: rows twice, ids as 17.0, three ways to say when, columns of no use."""
    events, left, known = (table.copy() for table in tables)
    forms = [
        lambda at: at.strftime("%Y-%m-%d %H:%M:%S"),
        lambda at: (at + pd.Timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S+05:00"),
        lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ]
    events["at"] = [forms[place % 3](at) for place, at in enumerate(events["at"])]
    events["customer"] = events["customer"].astype(float)
    nobody = pd.DataFrame({"customer": [np.nan] * 5, "at": ["2024-02-30", "", None, "soon", "2024-05-05"]})
    gone = set(left["customer"])
    known["constant"], known["nothing"], known["infinite"] = "x", None, np.inf
    known["account number"] = [f"№ {customer}" for customer in known["customer"]]
    known['a "quoted"; column'] = [str(customer % 400) for customer in known["customer"]]
    known["status"] = ["cancelled" if customer in gone else "active" for customer in known["customer"]]
    known["months_paid_until_the_end"] = [
        float(customer % 9 + 1) if customer in gone else 0.0 for customer in range(len(known))
    ]
    known["reason_for_leaving"] = ["price" if customer in gone else None for customer in known["customer"]]
    return pd.concat([events, nobody]), pd.concat([left, left]), pd.concat([known, known])


def orders(customers: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A shop: what is foretold is the next order of somebody, and orders are the events, too; dates are European."""
    rng = np.random.default_rng(3)
    pace = rng.gamma(0.6, 0.05, customers)
    rows = [(one, day) for one in range(customers) for day in rng.uniform(0, DAYS, rng.poisson(pace[one] * DAYS))]
    bought = dated(rows)
    bought["value"] = rng.lognormal(3, 1, len(bought)).round(2)
    written = bought.assign(at=bought["at"].dt.strftime("%d/%m/%Y %H:%M"), kind=None)
    return written, bought.drop(columns="value")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return subscriptions()


@pytest.fixture(scope="module")
def clean(tables: Tables) -> Training:
    return train(*tables, horizon_days=30, columns=NAMES)


def test_an_export_full_of_dirt_foretells_as_well_as_the_facts_behind_it(tables: Tables, clean: Training) -> None:
    found = train(*dirtied(tables), horizon_days=30, columns=NAMES)
    assert clean.card is not None
    assert found.card is not None
    assert found.model is not None
    assert clean.card.metrics.auc.low > 0.7
    assert found.card.metrics.auc.value == pytest.approx(clean.card.metrics.auc.value, abs=0.005)
    assert (found.examples, found.outcomes) == (clean.examples, clean.outcomes)
    told = " ".join(found.notes)
    assert "attribute 'status' is left out: it alone tells who ever had an outcome (AUC 1.00)" in told
    assert "attribute 'months_paid_until_the_end' is left out" in told
    assert "rows without entity or time are left out" in told
    assert "plan" in found.features
    assert not {"status", "months_paid_until_the_end"} & set(found.features)


def test_orders_that_are_events_and_outcomes_at_once(tables: Tables) -> None:
    del tables
    found = train(*orders(), horizon_days=30, columns=NAMES)
    assert found.reason is None
    assert found.card is not None
    assert found.card.metrics.auc.low > 0.75
    assert found.card.metrics.ece < 0.05


def test_one_win_in_a_hundred_is_silence_or_a_model_that_is_better_than_the_base_rate() -> None:
    found = train(*subscriptions(4000, 0.03, seed=4), horizon_days=30, columns=NAMES)
    assert (found.model is None) == (found.reason is not None)
    assert found.model is not None or "outcomes in the history; 100 are needed" in (found.reason or "")


def test_thirty_wins_are_silence(tables: Tables) -> None:
    events, left, known = tables
    found = train(events, left.head(30), known, horizon_days=30, columns=NAMES)
    assert (found.model, found.reason) == (None, "30 outcomes in the history; 100 are needed")


def test_a_date_in_the_future_does_not_move_today(tables: Tables, clean: Training) -> None:
    events, left, known = tables
    wrong = events.head(2).assign(at=pd.Timestamp("2262-01-01"))
    found = train(pd.concat([events, wrong]), left.head(30), known, horizon_days=30, columns=NAMES)
    assert found.as_of == clean.as_of
    assert "2 rows are dated in the future and are left out" in found.notes


def test_what_cannot_be_is_told_in_one_sentence(tables: Tables) -> None:
    events, left, known = tables
    with pytest.raises(PropensityError, match=r"no entity in common \(events: '0', outcomes: 'C"):
        train(events, left.assign(customer=[f"C{one}" for one in left["customer"]]), known, columns=NAMES)
    silent = train(events, left, known, horizon_days=900, columns=NAMES)
    assert silent.reason is not None
    assert silent.reason.startswith("the history is too short for this horizon")
