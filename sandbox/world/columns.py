"""Arrow columns from numpy codes: text pools, joined text, times, values with holes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
DAY = 86_400


def chosen(pool: Sequence[str | None] | pa.Array, codes: npt.NDArray[Any], keep: Flags | None = None) -> pa.Array:
    """The pool's texts by position; a negative code, or a false `keep`, is null."""
    missing = codes < 0 if keep is None else (codes < 0) | ~keep
    positions = pa.array(codes, mask=missing)
    texts = pool if isinstance(pool, pa.Array | pa.ChunkedArray) else pa.array(pool, pa.string())
    return pc.take(texts, positions)


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together row by row; null where any part is null."""
    return pc.binary_join_element_wise(*parts, "")


def numbers(values: npt.NDArray[Any], keep: Flags | None = None) -> pa.Array:
    """Numbers, null where `keep` is false."""
    return pa.array(values, mask=None if keep is None else ~keep)


def stamps(seconds: Ints, keep: Flags | None = None) -> pa.Array:
    """UTC times from seconds since 1970."""
    return pa.array(seconds, pa.int64(), mask=None if keep is None else ~keep).cast(pa.timestamp("s"))


def dates(seconds: Ints, keep: Flags | None = None) -> pa.Array:
    """Dates from seconds since 1970 (UTC)."""
    days = (seconds // DAY).astype(np.int32)
    return pa.array(days, mask=None if keep is None else ~keep).cast(pa.date32())


def where(condition: Flags, then: pa.Array | str | None, otherwise: pa.Array | str | None) -> pa.Array:
    """`then` where the condition holds, else `otherwise`."""
    left = pa.scalar(then, pa.string()) if then is None or isinstance(then, str) else then
    right = pa.scalar(otherwise, pa.string()) if otherwise is None or isinstance(otherwise, str) else otherwise
    return pc.if_else(pa.array(condition), left, right)


def blank(texts: pa.Array, gone: Flags) -> pa.Array:
    """The texts with null where `gone`."""
    return where(gone, None, texts)


def repeated(value: str | bool, count: int) -> pa.Array:
    """A column of one value."""
    return pa.repeat(pa.scalar(value), count)


def as_text(values: npt.NDArray[Any]) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(values).cast(pa.string())
