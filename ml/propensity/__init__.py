"""How likely an outcome is within a horizon: trained on dated history, calibrated, explained, judged out of time."""

from ml.propensity.errors import PropensityError
from ml.propensity.gates import Gates
from ml.propensity.history import Columns, history
from ml.propensity.training import Card, Training, train

__all__ = ["Card", "Columns", "Gates", "PropensityError", "Training", "history", "train"]
