"""Erasure: somebody leaves every table and file; a keyed hash keeps later loads from bringing them back."""

from orchestration.erasure.forgetting import Erasure, forget, has_erased, keep_erased

__all__ = ["Erasure", "forget", "has_erased", "keep_erased"]
