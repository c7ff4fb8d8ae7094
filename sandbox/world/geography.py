"""Countries and cities a company can be in, with what their addresses and phones look like."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Ints, joined
from sandbox.world.reference import read_rows, vocabulary

STREETS = vocabulary("street")


@cache
def country_codes() -> tuple[str, ...]:
    """ISO codes, in the order of `countries.csv`."""
    return tuple(row["code"] for row in read_rows("countries.csv"))


@cache
def country_column(name: str) -> tuple[str, ...]:
    """One column of `countries.csv`, by position of the country."""
    return tuple(row[name] for row in read_rows("countries.csv"))


@cache
def utc_offsets() -> Ints:
    """Hours from UTC, by position of the country."""
    return np.array([int(hours) for hours in country_column("utc_hours")], dtype=np.int64)


@cache
def places() -> tuple[tuple[str, ...], tuple[str | None, ...], Ints]:
    """Cities, their states (null where there are none) and the position of their country."""
    rows = read_rows("places.csv")
    position = {code: number for number, code in enumerate(country_codes())}
    countries = np.array([position[row["country"]] for row in rows], dtype=np.int64)
    return tuple(row["city"] for row in rows), tuple(row["state"] or None for row in rows), countries


def cities_for(countries: Ints, rng: np.random.Generator) -> Ints:
    """A place for each country position; the first places of a country are the likelier ones."""
    place_countries = places()[2]
    order = np.argsort(place_countries, kind="stable")
    starts = np.searchsorted(place_countries[order], np.arange(len(country_codes()) + 1))
    counts = np.diff(starts)[countries]
    within = np.floor(rng.random(countries.size) ** 1.4 * counts).astype(np.int64)
    cities: Ints = order[starts[:-1][countries] + within].astype(np.int64)
    return cities


def postal_codes(countries: Ints, rng: np.random.Generator) -> pa.Array:
    """Postal codes in the country's pattern (# digit, X letter); empty patterns give null."""
    patterns = country_column("postal")
    digits = rng.integers(0, 10, (countries.size, 8))
    letters = rng.integers(0, 20, (countries.size, 8))
    alphabet = "ABCDEFGHJKLMNPRSTUWX"
    texts: list[str | None] = []
    for row, country in enumerate(countries.tolist()):
        pattern = patterns[country]
        drawn = [
            str(digits[row, place % 8]) if mark == "#" else alphabet[letters[row, place % 8]] if mark == "X" else mark
            for place, mark in enumerate(pattern)
        ]
        texts.append("".join(drawn) or None)
    return pa.array(texts, pa.string())


def streets(rng: np.random.Generator, count: int) -> pa.Array:
    """A house number and a street."""
    names = pa.array(STREETS).take(pa.array(rng.integers(0, len(STREETS), count)))
    return joined(names, " ", pa.array(rng.integers(1, 400, count)).cast(pa.string()))


def phones(countries: Ints, rng: np.random.Generator) -> pa.Array:
    """Phone numbers in E.164 digits: +, country code, national number."""
    dial = pa.array(country_column("dial")).take(pa.array(countries))
    national = pa.array(rng.integers(200_000_000, 999_999_999, countries.size)).cast(pa.string())
    return joined("+", dial, national)
