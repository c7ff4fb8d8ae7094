"""One figure of a benchmark, the table a person reads and the JSON a program reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Metric:
    """A measured value in its unit; `baseline_metric` names the figure of the same run to hold it against."""

    metric: str
    value: float
    unit: str
    baseline_metric: str | None = None


def print_table(title: str, metrics: Sequence[Metric], console: Console) -> None:
    """Print each metric with its baseline of the same run beside it."""
    values = {metric.metric: metric for metric in metrics}
    table = Table(title=title, title_justify="left")
    for heading in ("metric", "value", "unit", "baseline"):
        table.add_column(heading, justify="right" if heading == "value" else "left")
    for metric in metrics:
        baseline = values.get(metric.baseline_metric or "")
        beside = f"{baseline.metric} = {baseline.value:,.3f}" if baseline else ""
        table.add_row(metric.metric, f"{metric.value:,.3f}", metric.unit, beside)
    console.print(table)


def write_json(metrics: Sequence[Metric], path: Path) -> None:
    """Write a list of `{"metric", "value", "unit", "baseline_metric"}` objects."""
    path.write_text(json.dumps([asdict(metric) for metric in metrics], indent=1) + "\n", encoding="utf-8")
