"""What every landed table is checked for, whatever its source."""

from datetime import datetime

from expectations.checks import Frame, Measure, profile

DATA_ENGINEERING = "data engineering"
STALE_HOURS = 48  # two nightly runs missed
_EXAMPLES = 5


def keyed(table: str, key: str, shape: str | None, extra: tuple[Measure, ...] = (), *, optional: bool = False) -> Frame:
    """Rows, and a key that is filled, unique and (given a regular expression) of the right shape."""
    rows = Measure(
        name="row_count",
        sql="count(*)",
        low=0 if optional else 1,
        expected="rows" if optional else "at least one row",
        description="The table holds rows",
        remedy="look at the last load of this resource in ops.ingestion_runs, then run the ingestion again",
        severity="warning" if optional else "error",
        blocking=not optional,
    )
    measures = (rows, *_key_measures(table, key, shape), *extra)
    return profile(table, DATA_ENGINEERING, measures, absent_passes=optional)


def _key_measures(table: str, key: str, shape: str | None) -> list[Measure]:
    repair = "repair the source's key column"
    measures = [
        none_of("key_filled", key, f"{key} is null", f"{key} on every row", repair, table, "'(null)'"),
        Measure(
            name="key_unique",
            sql=f"count({key}) - count(distinct {key})",
            columns=(key,),
            low=0,
            high=0,
            expected=f"each {key} once",
            description=f"{key} is unique",
            remedy="drop the table and load the resource again in full: a merge has lost its primary key",
            examples=f"select {key} from {table} group by 1 having count(*) > 1 order by 1 limit {_EXAMPLES}",
        ),
    ]
    if shape:
        wrong = f"not regexp_full_match({key}, '{shape}')"
        remedy = "check that the resource reads the right object of the right system"
        measures.append(none_of("key_shape", key, wrong, f"{key} like {shape}", remedy, table, key))
    return measures


def none_of(
    name: str,
    column: str,
    condition: str,
    expected: str,
    remedy: str,
    table: str,
    shown: str,
    *,
    warns: bool = False,
    extra: tuple[str, ...] = (),
) -> Measure:
    """No row may meet `condition`; `shown` is the SQL that names an offender."""
    return Measure(
        name=name,
        sql=f"count(*) filter (where {condition})",
        columns=(column,),
        low=0,
        high=0,
        expected=expected,
        description=f"No row has: {condition}",
        remedy=remedy,
        severity="warning" if warns else "error",
        blocking=not warns,
        examples=f"select distinct {shown} from {table} where {condition} order by 1 limit {_EXAMPLES}",
        extra=extra,
    )


def history(table: str, source: str, resource: str, now: datetime) -> Frame:
    """The table against the log of loads: nothing lost since the largest load, and loaded lately. Warns only."""
    loads = f"from ops.ingestion_runs where source = '{source}' and resource = '{resource}' and status = 'succeeded'"
    measures = (
        Measure(
            name="kept_rows",
            sql=f"100.0 * count(*) / nullif((select max(rows_loaded) {loads}), 0)",
            low=90,
            expected="at least 90% of the rows of the largest load",
            description="The table has not lost rows that an earlier load brought",
            remedy="find out who emptied the table; load the resource again in full",
            severity="warning",
            blocking=False,
        ),
        Measure(
            name="hours_since_load",
            sql=f"max((select date_diff('hour', max(finished_at), timestamp '{now:%Y-%m-%d %H:%M:%S}') {loads}))",
            high=STALE_HOURS,
            expected=f"a load within {STALE_HOURS} hours",
            description="The resource was loaded lately",
            remedy="look at the failed runs in ops.ingestion_runs; check credentials and quota of the source",
            severity="warning",
            blocking=False,
        ),
    )
    frame = profile(table, DATA_ENGINEERING, measures, absent_passes=True)
    return Frame(table, frame.sql, frame.checks, (table, "ops.ingestion_runs"), is_profile=True, absent_passes=True)
