"""Which records are one company and one person."""

from ml.identity.errors import IdentityError
from ml.identity.resolution import IdentityReport, resolve

__all__ = ["IdentityError", "IdentityReport", "resolve"]
