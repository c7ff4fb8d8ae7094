"""The gates of the market map at their bounds: each stops the sync that depends on it, and no other."""

from pathlib import Path

import pytest

from expectations.runner import run
from tests.integration.expectations.test_suites import _warehouse

ACCOUNTS, CONTACTS, TERRITORIES = (f"sync_salesforce__{one}" for one in ("accounts", "contacts", "account_territories"))
_ALLOW = "insert into seeds.sign_off_overrides values ('{scope}')"
_CHOOSE = "update marts.approach_recommendations set approach = '{approach}'"


def _reds(folder: Path, suite: str, *statements: str) -> tuple[set[str], bool]:
    """Names of the red checks, and whether one of them stops the sync."""
    result = run(suite, _warehouse(folder, *statements))
    return {check.name for check in result.checks if not check.success}, result.blocked


@pytest.mark.parametrize(
    ("customers", "error", "red"),
    [(10, 0.5, set()), (10, 0.51, {"valuation_error"}), (9, 0.5, {"valuation_customers"})],
)
def test_values_go_out_when_known_customers_bear_them_out(
    tmp_path: Path, customers: int, error: float, red: set[str]
) -> None:
    figures = f"update marts.valuation_calibrations set customer_count = {customers}, median_error_ratio = {error}"
    assert _reds(tmp_path, ACCOUNTS, figures) == (red, bool(red))


def test_no_customer_at_all_is_too_few_unless_somebody_allows_it(tmp_path: Path) -> None:
    nobody = "delete from marts.valuation_calibrations"
    assert _reds(tmp_path, ACCOUNTS, nobody) == ({"valuation_customers"}, True)
    assert _reds(tmp_path, TERRITORIES, nobody) == (set(), False)
    assert _reds(tmp_path, ACCOUNTS, nobody, _ALLOW.format(scope="valuations")) == (set(), False)


@pytest.mark.parametrize(
    ("accounts", "red", "is_stopped"),
    [
        (2_001, {"target_list_not_too_long"}, True),
        (2_000, set(), False),
        (499, {"target_list_not_too_short"}, False),
    ],
)
def test_a_tier_1_only_list_has_500_to_2000_accounts(
    tmp_path: Path, accounts: int, red: set[str], is_stopped: bool
) -> None:
    listed = f"""create or replace table marts.account_tiers as select 'acc_' || n as account_id,
        case when n < {accounts} then 'T1' else 'T2' end as tier, 't1_only' as market_mode,
        null as held_reason from range(5000) as t(n)"""
    assert _reds(tmp_path, ACCOUNTS, listed, _CHOOSE.format(approach="t1_only")) == (red, is_stopped)


def test_cleanup_first_holds_tiers_back_until_the_crm_is_clean(tmp_path: Path) -> None:
    held = "update marts.account_tiers set held_reason = 'CRM cleanup first: 3 of 40 accounts'"
    assert _reds(tmp_path, ACCOUNTS, held) == ({"crm_is_clean"}, True)


@pytest.mark.parametrize(("smallest", "red"), [(10.0, True), (10.11, False), (0, True)])
def test_no_rep_is_given_ten_times_anothers_value(tmp_path: Path, smallest: float, red: bool) -> None:
    """100 to 10 fails, 9.9 times passes, and a territory worth nothing fails."""
    poor = f"update marts.owner_territories set valuation_usd = {smallest} where user_name = 'Rep 2'"
    assert _reds(tmp_path, TERRITORIES, poor) == ({"territories_equitable"} if red else set(), red)


def test_a_rep_without_accounts_is_told_apart_and_stops_nothing(tmp_path: Path) -> None:
    idle = "update marts.owner_territories set valuation_usd = 0, has_accounts = false where user_name = 'Rep 2'"
    assert _reds(tmp_path, TERRITORIES, idle) == (set(), False)
    assert _reds(tmp_path, "qa_checklist", idle)[0] == {"reps_have_accounts"}


@pytest.mark.parametrize("seed", ["persona_vectors", "persona_thresholds"])
def test_personas_go_out_when_somebody_stands_behind_them(tmp_path: Path, seed: str) -> None:
    assumed = f"update seeds.{seed} set status = 'ASSUMED'"
    assert _reds(tmp_path, CONTACTS, assumed) == ({"personas_signed_off"}, True)
    assert _reds(tmp_path, CONTACTS, assumed, _ALLOW.format(scope="personas")) == (set(), False)
