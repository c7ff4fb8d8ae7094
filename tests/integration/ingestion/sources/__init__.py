"""What the suite over every resource must know of each source: one module per source, each with a `CASE`."""

from importlib import import_module
from pkgutil import iter_modules

from .case import Resource, SourceCase

_MODULES = [name for _, name, _ in iter_modules(__path__) if name != "case"]
CASES: dict[str, SourceCase] = {case.source: case for case in (import_module(f".{m}", __name__).CASE for m in _MODULES)}

__all__ = ["CASES", "Resource", "SourceCase"]
