"""Imports dlt once: its sqlglot warns, on import, about an accelerator that other packages bring along."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "sqlglotrs is deprecated", DeprecationWarning)
    import dlt  # noqa: F401
