"""A model's report card as a page that people read: Markdown, and the same as HTML without any outside file."""

from __future__ import annotations

from html import escape

from ml.propensity.evaluation import Band, Metric, Metrics
from ml.propensity.training import Card, Training

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}"
    "table{border-collapse:collapse;margin:.6rem 0}"
    "td,th{border:1px solid #cfd6df;padding:.25rem .6rem;text-align:right}"
    "td:first-child,th:first-child{text-align:left}th{background:#f2f5f9}h1{font-size:1.5rem}h2{font-size:1.15rem}"
)


def markdown(
    trained: Training, title: str, baseline: Metrics | None = None, drift: dict[str, float] | None = None
) -> str:
    """The card. `baseline` are the metrics of the rules' score on the same examples, `drift` the PSI by factor."""
    lines = [
        f"# {title}",
        "",
        _verdict(trained),
        "",
        f"Chance of an outcome within {trained.horizon_days:g} days. Known until {trained.as_of:%Y-%m-%d}.",
        f"{trained.examples:,} examples, {trained.outcomes:,} outcomes. Data {trained.data_hash}, code {trained.code}.",
        "Judged on later cohorts than it learnt from, and on families that it had not seen. Brackets: 95% intervals.",
        "",
    ]
    lines += [f"- {warning}" for warning in (*trained.warnings, *trained.notes)]
    if trained.cards:
        lines += ["", "## How good it is", "", *_comparison(trained.cards, baseline)]
        card = trained.cards[0]
        lines += ["", "## Cohort by cohort", "", *_cohorts(card)]
        lines += ["", "## By fifths of the score", "", *_bands(card.metrics.bands)]
        lines += ["", "## Calibration by tenths", "", *_bands(card.metrics.deciles)]
    if drift:
        lines += ["", "## Drift since training", "", "| what | PSI |", "|---|---|"]
        steady = sorted(drift.items(), key=lambda item: -item[1])
        lines += [f"| {name} | {value:.3f}{' (drifts)' if value > 0.25 else ''} |" for name, value in steady]
    lines += ["", "## What it looks at", "", ", ".join(trained.features), ""]
    return "\n".join(lines)


def html(text: str) -> str:
    """The page of a card that `markdown` made (headings, tables, lists and paragraphs)."""
    found: list[str] = []
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            found.append(f"<h{level}>{escape(line.lstrip('# '))}</h{level}>")
        elif line.startswith("|---"):
            continue
        elif line.startswith("|"):
            cell = "th" if place + 1 < len(lines) and lines[place + 1].startswith("|---") else "td"
            cells = "".join(f"<{cell}>{escape(part.strip())}</{cell}>" for part in line.strip("|").split("|"))
            opening = "<table>" if cell == "th" else ""
            closing = "</table>" if place + 1 == len(lines) or not lines[place + 1].startswith("|") else ""
            found.append(f"{opening}<tr>{cells}</tr>{closing}")
        elif line:
            found.append(f"<p>{escape(line)}</p>")
    head = f'<meta charset="utf-8"><title>{escape(lines[0].lstrip("# "))}</title><style>{_STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(found)}</body></html>\n"


def _verdict(trained: Training) -> str:
    if trained.reason:
        return f"**It abstains:** {trained.reason}."
    family = trained.cards[0].family if trained.cards else "unknown"
    return f"**It speaks.** Champion: {family}."


def _comparison(cards: tuple[Card, ...], baseline: Metrics | None) -> list[str]:
    columns = [
        (f"{card.family}{' (champion)' if place == 0 else ''}", card.metrics) for place, card in enumerate(cards)
    ]
    if baseline is not None:
        columns.append(("rules score", baseline))
    rows: list[tuple[str, list[str]]] = [
        ("AUC", [_interval(metrics.auc) for _, metrics in columns]),
        ("PR-AUC", [_interval(metrics.pr_auc) for _, metrics in columns]),
        ("Brier score", [f"{metrics.brier:.4f}" for _, metrics in columns]),
        ("Brier skill", [_interval(metrics.brier_skill) for _, metrics in columns]),
        ("Calibration error (ECE)", [f"{metrics.ece:.4f}" for _, metrics in columns]),
        ("Outcomes held by the top 20%", [_interval(metrics.top20_share) for _, metrics in columns]),
        ("Top fifth over bottom fifth", [f"{metrics.band_ratio:.1f}x" for _, metrics in columns]),
        ("Falls from fifth to fifth", ["yes" if metrics.is_monotone else "no" for _, metrics in columns]),
        ("Examples / outcomes", [f"{metrics.examples:,} / {metrics.outcomes:,}" for _, metrics in columns]),
        ("AUC on what it learnt from", [f"{card.claimed_auc:.3f}" for card in cards] + [""] * (baseline is not None)),
    ]
    head = f"| | {' | '.join(name for name, _ in columns)} |"
    return [head, "|---" * (len(columns) + 1) + "|", *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)]


def _cohorts(card: Card) -> list[str]:
    rows = [
        "| cutoff | examples | outcomes | AUC | Brier skill | ECE | top 20% hold |",
        "|---|---|---|---|---|---|---|",
    ]
    for cutoff, metrics in card.cohorts.items():
        rows.append(
            f"| {cutoff} | {metrics.examples:,} | {metrics.outcomes:,} | {_interval(metrics.auc)} | "
            f"{metrics.brier_skill.value:.3f} | {metrics.ece:.4f} | {metrics.top20_share.value:.2f} |"
        )
    return rows


def _bands(bands: tuple[Band, ...]) -> list[str]:
    rows = ["| band | examples | outcomes | mean probability | rate | 95% (Wilson) |", "|---|---|---|---|---|---|"]
    for band in bands:
        interval = f"{band.low:.4f} to {band.high:.4f}"
        cells = (
            band.band,
            f"{band.examples:,}",
            f"{band.outcomes:,}",
            f"{band.mean_probability:.4f}",
            f"{band.rate:.4f}",
        )
        rows += [f"| {' | '.join(map(str, cells))} | {interval} |"]
    return rows


def _interval(metric: Metric) -> str:
    return f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
