"""What the syncs recorded about what they pushed: items 1, 2 and 9 of the QA checklist."""

from expectations.checks import Frame
from expectations.suites.figures import figures, offenders

FEWEST_REVIEWS = 10  # DQ-06: 10 to 20 records are looked at by hand for each version of the mapping
_LIVE = "mode = 'live' and status <> 'stopped'"
_LAST_RUNS = f"select max_by(run_id, started_at) from ops.sync_runs where {_LIVE} group by sync"


def pushed_records() -> tuple[Frame, ...]:
    """The frames; tables that the first push makes need not be there before it."""
    return _drifts(), _written(), _branches(), _reviews()


def _drifts() -> Frame:
    """Item 1: what the last reconciliation found; nothing to judge before the first."""
    missing = offenders(
        "ops.sync_drifts",
        "no_record_missing",
        "kind = 'missing'",
        shown="sync || ' ' || record_key",
        columns=("kind", "sync", "record_key"),
        expected="every record that was pushed still in its system",
        description="As many records there as were pushed",
        remedy="restore the record there, or merge its account, then run marketmap sync --verify",
        requirements=("DQ-01", "RET-12"),
        severity="error",
    )
    altered = offenders(
        "ops.sync_drifts",
        "no_value_altered",
        "kind = 'altered'",
        shown="sync || ' ' || record_key || ' ' || field",
        columns=("kind", "sync", "record_key", "field"),
        expected="every value as it was pushed",
        description="Nobody else writes the fields that we keep",
        remedy="find out who writes it (changed_by in ops.sync_drifts), or give it another mode in field_map.csv",
        requirements=("RET-12",),
    )
    return figures("ops.sync_drifts", (missing, altered), absent_passes=True)


def _written() -> Frame:
    """Item 1: of each sync's last run, what did not reach its system; and that each mapping was tried on a sample."""
    last = f"run_id in ({_LAST_RUNS})"
    unwritten = offenders(
        "ops.sync_runs",
        "all_records_pushed",
        f"{last} and rejected + invalid + unknown > 0",
        shown="sync || ': ' || rejected || ' rejected, ' || invalid || ' invalid, ' || unknown || ' unknown'",
        expected="every record of the last push accepted",
        description="All data was pushed",
        remedy="marketmap status names the sync; ops.sync_records holds the system's own words for each record",
        requirements=("DQ-01",),
    )
    untried = offenders(
        "ops.sync_runs",
        "sample_before_all",
        f"{last} and accepted > 0 and not exists (select 1 from ops.sync_validations as tried where tried.sync = "
        "sync_runs.sync and tried.mapping_version = sync_runs.mapping_version)",
        shown="sync || ' ' || coalesce(mapping_version, '(no version)')",
        extra=("ops.sync_validations",),
        expected="a sample read back and found equal for each version of the mapping",
        description="A sample was pushed and compared before everything else",
        remedy="run marketmap sync --sample 20 for the sync named",
        requirements=("RET-11",),
        severity="error",
    )
    return figures("ops.sync_runs", (unwritten, untried), absent_passes=True)


def _branches() -> Frame:
    """Item 2: the last push of each sync has written nothing to a record that keeps its own data.

    By record: of an account's several records one may be ticked and the others not.
    """
    kept = "select salesforce_account_id from activation.sync_salesforce__accounts where prevent_override"
    # A tick that was landed after the push came too late for it.
    landed = "select max(finished_at) from ops.ingestion_runs where source = 'salesforce' and resource = 'accounts'"
    measure = offenders(
        "ops.sync_records",
        "branch_data_kept",
        f"status = 'accepted' and run_id in ({_LAST_RUNS}) and \"at\" >= ({landed}) and record_key in ({kept})",
        shown="record_key || ' ' || field",
        columns=("status", "run_id", "record_key", "field", "at"),
        extra=(
            "ops.sync_runs",
            "ops.ingestion_runs",
            "activation.sync_salesforce__accounts.prevent_override",
            "activation.sync_salesforce__accounts.salesforce_account_id",
        ),
        expected="no write to a record whose prevent-override is ticked",
        description="No value of the corporation over a branch's own",
        remedy="restore the value that marketmap explain sync shows, and tell the maintainers: the engine refuses it",
        requirements=("DQ-02", "RET-07"),
        severity="error",
    )
    return figures("ops.sync_records", (measure,), absent_passes=True)


def _reviews() -> Frame:
    """Item 9: people looked at records in the CRM, for the version of the mapping that is in use."""
    reviewed = (
        "(select count(distinct record_key) from seeds.qa_reviews as reviews where reviews.verdict = 'ok' "
        "and reviews.sync = sync_validations.sync and reviews.mapping_version = sync_validations.mapping_version)"
    )
    in_use = "select sync || mapping_version from ops.sync_runs where run_id in (" + _LAST_RUNS + ")"
    by_hand = "sync in ('salesforce__accounts', 'salesforce__contacts', 'hubspot__companies')"
    measure = offenders(
        "ops.sync_validations",
        "records_reviewed",
        f"{by_hand} and sync || mapping_version in ({in_use}) and {reviewed} < {FEWEST_REVIEWS}",
        shown=f"sync || ' ' || mapping_version || ': ' || {reviewed} || ' reviewed; look at run ' || run_id",
        columns=("sync", "mapping_version", "run_id"),
        extra=("ops.sync_runs", "seeds.qa_reviews.verdict"),
        expected=f"at least {FEWEST_REVIEWS} records reviewed by hand as ok for each mapping in use",
        description="People looked at what arrived in the CRM",
        remedy="look at the records of the run named (ops.sync_records) in the CRM; add a row each to qa_reviews.csv",
        requirements=("DQ-06", "RET-11"),
    )
    return figures("ops.sync_validations", (measure,), absent_passes=True)
