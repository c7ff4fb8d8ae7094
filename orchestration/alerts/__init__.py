"""Alerts: what a person should know now. One message when a problem appears, one when it is over, none in between."""

from orchestration.alerts.book import Alert, AlertBook, Changes
from orchestration.alerts.problems import Problem, Verdicts, of_run

__all__ = ["Alert", "AlertBook", "Changes", "Problem", "Verdicts", "of_run"]
