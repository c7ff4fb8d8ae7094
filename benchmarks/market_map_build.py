"""Build fit, tiers and values of made accounts: run as a process of its own by `benchmarks.market_map`.

Prints one line of JSON: seconds of dbt's models, and the peak resident memory of the process in GB.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parent.parent / "dbt_project"
SEEDS = [
    "icp_vectors",
    "tier_thresholds",
    "tier_definitions",
    "account_segments",
    "valuation_methods",
    "valuation_rules",
    "territories",
    "intake_answers",
    "icp_approaches",
    "approach_rules",
    "exchange_rates",
    "rule_operators",
    "rule_attributes",
    "match_decisions",
]
MODELS = [
    "int_market_approaches",
    "int_crm_blockers",
    "int_scoring_holds",
    "int_account_segments",
    "int_accounts__vector_patterns",
    "int_icp_patterns",
    "int_accounts__fit",
    "account_fit",
    "account_fit_explanations",
    "account_tiers",
    "int_accounts__like_values",
    "int_accounts__valuation_rule_values",
    "int_account_valuation_inputs",
    "int_account_valuation_methods",
    "account_valuation_methods",
    "account_valuations",
]
_ACCOUNTS = """
create schema intermediate;
create schema marts;
create table intermediate.int_accounts as
with drawn as (
    select
        range as number,
        hash('industry ' || range) % 12 as industry,
        hash('country ' || range) % 10 as country,
        hash('customer ' || range) % 20 = 0 as is_customer,
        cast(exp(3 + 6 * (hash('size ' || range) % 100000) / 100000.0) as bigint) as employees
    from range({accounts})
)

select
    'acc_' || lpad(cast(number as varchar), 16, '0') as account_id,
    '001' || lpad(cast(number as varchar), 15, '0') as salesforce_account_id,
    '005' || lpad(cast(number % 200 as varchar), 15, '0') as owner_user_id,
    'Company ' || number as account_name,
    ['Technology', 'Finance', 'Banking', 'Insurance', 'Healthcare', 'Retail', 'Energy', 'Media', 'Government',
        'Education', 'Machinery', 'Consulting'][cast(industry + 1 as int)] as industry,
    ['US', 'CA', 'GB', 'DE', 'FR', 'NL', 'IT', 'ES', 'SE', 'JP'][cast(country + 1 as int)] as country_code,
    case when hash('blank ' || number) % 20 > 0 then employees end as employee_count,
    cast(employees * 180000 as decimal(18, 2)) as annual_revenue_usd,
    cast(case when is_customer then 3000 + employees * 40 end as decimal(18, 2)) as current_contract_value_usd,
    case when hash('technology ' || number) % 3 > 0 then
        list_filter(['Snowflake', 'Databricks', 'SAP', 'Slack', 'Okta'], lambda one: hash(one || number) % 3 = 0)
    end as technologies,
    case when is_customer then 'Customer' else 'Prospect' end as account_type,
    'company' || number || '.com' as domain, 'www.company' || number || '.com' as website,
    cast(null as varchar) as phone, cast(null as varchar) as city, cast(null as varchar) as state,
    cast(null as varchar) as postal_code, 2000 as founded_year, 0 as hierarchy_level, 1.0 as completeness_score,
    false as is_branch,
    is_customer,
    cast(null as varchar) as parent_account_id, timestamp '2025-01-01' as created_at
from drawn;
create table intermediate.int_account_signals as
select
    account_id, cast(['Data quality'] as varchar[]) as surging_topics,
    hash('topics ' || account_id) % 3 as surging_topic_count,
    0 as engaged_contact_count, 0 as contact_count, 0 as won_opportunity_count, len(technologies) as technology_count,
    false as has_open_opportunity, date '2026-01-01' as last_engaged_date
from intermediate.int_accounts;
create table intermediate.int_account_records as
select 'salesforce' as source, 'Account' as object, salesforce_account_id as record_id, account_id
from intermediate.int_accounts;
create table marts.dim_accounts as from intermediate.int_accounts;
create table marts.account_signals as from intermediate.int_account_signals;
create table marts.fct_opportunities as
select account_id, false as is_won, true as is_closed from intermediate.int_accounts limit 0;
"""


def main(home: Path, accounts: int) -> None:
    """Make the accounts, build the models, and leave a published file and dbt's artifacts as a run would."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(_ACCOUNTS.format(accounts=accounts))
    from dbt.cli.main import dbtRunner

    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(home / "dbt")]
    quiet = ["--log-path", str(home / "logs"), "--log-level", "none", "--log-level-file", "none", "--no-print"]
    common = [*folders, *quiet]
    manifest = dbtRunner().invoke(["parse", *common]).result
    runner = dbtRunner(manifest=manifest)
    _invoke(runner, ["seed", "--select", *SEEDS, *common])
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("checkpoint")
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
    started = time.monotonic()
    took = _invoke(runner, ["run", "--select", *MODELS, *common])
    seconds = time.monotonic() - started
    DuckDBConnectionManager.close_all_connections()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    _publish(home)
    longest = ", ".join(f"{name} {one:.1f} s" for name, one in sorted(took.items(), key=lambda pair: -pair[1])[:6])
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_gb": peak, "words": f"longest: {longest}"}) + "\n")


def _invoke(runner: object, arguments: list[str]) -> dict[str, float]:
    """Seconds by node."""
    result = runner.invoke(arguments)  # type: ignore[attr-defined]  # dbt is untyped
    if not result.success:
        told = [f"{one.node.name}: {one.message}" for one in (result.result or []) if str(one.status) != "success"]
        raise SystemExit(f"{result.exception or ''} {'; '.join(told)}")
    return {one.node.name: one.execution_time for one in result.result}


def _publish(home: Path) -> None:
    """What `marketmap whatif` reads: the marts in a file of their own."""
    shutil.copyfile(home / "warehouse.duckdb", home / "published.duckdb")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
