"""What the YAML beside the seeds says of each: the one declaration that dbt and this validator share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from expectations.seeds.faults import SeedFault

_REF = re.compile(r"""ref\(\s*['"](?P<name>\w+)['"]\s*\)""")
_EXEMPTION = re.compile(r"(?:<>|!=)\s*'([^']*)'")
DEFAULT_REMEDY = "correct the row, or change the declaration if the rule itself is wrong"


@dataclass(frozen=True)
class ColumnDeclaration:
    """A column: its type and the tests that every cell of it must pass."""

    name: str
    data_type: str
    not_null: bool
    unique: bool
    optional: bool
    accepted: tuple[str, ...] | None
    relates_to: tuple[str, str] | None
    exempt: tuple[str, ...]  # values that need not exist in the seed referred to
    bounds: tuple[float | None, float | None]
    remedy: str
    test_remedies: Mapping[str, str]  # of the tests that declare one of their own

    def remedy_for(self, test: str | None) -> str:
        """The test's own remedy, else the column's."""
        return self.test_remedies.get(test or "", self.remedy)


@dataclass(frozen=True)
class RowExpression:
    """A `rows_satisfy` test: its name, the SQL that no row may make false, and what to do about a row that does."""

    name: str
    sql: str
    words: str
    remedy: str


@dataclass(frozen=True)
class SeedDeclaration:
    """A seed: its columns in order, the combinations that must be unique, and what `meta` says of its rows."""

    name: str
    file: str
    columns: dict[str, ColumnDeclaration]
    keys: tuple[tuple[str, ...], ...]
    rules: Mapping[str, Any] | None
    expressions: tuple[RowExpression, ...]
    needs_rows: bool
    remedy: str

    def remedy_for(self, column: str) -> str:
        """The column's own remedy, else the seed's."""
        declared = self.columns.get(column)
        return declared.remedy if declared else self.remedy


# libyaml reads the declarations in a tenth of the time, where PyYAML was built with it.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Declarations:
    """All seeds by name, and the faults of the YAML itself."""

    seeds: dict[str, SeedDeclaration] = field(default_factory=dict)
    faults: list[SeedFault] = field(default_factory=list)


def read_declarations(folder: Path) -> Declarations:
    """Read every `*.yml` under `folder` (dbt_project/seeds)."""
    found = Declarations()
    for path in sorted(folder.rglob("*.yml")):
        try:
            content = yaml.load(path.read_text("utf-8"), Loader=_SAFE) or {}  # noqa: S506 (both are safe)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            found.faults.append(SeedFault(path.name, _line_of(error), "", "", f"no YAML: {_brief(error)}", "repair it"))
            continue
        for seed in content.get("seeds") or []:
            declaration = _seed(seed, path.name)
            if declaration.name in found.seeds:
                message = f"seed {declaration.name} is declared a second time"
                found.faults.append(SeedFault(path.name, 0, "", "", message, "keep one declaration"))
            found.seeds[declaration.name] = declaration
    return found


def _line_of(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 0


def _brief(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)


def _seed(seed: Mapping[str, Any], file: str) -> SeedDeclaration:
    meta = _meta(seed)
    remedy = str(meta.get("remedy") or DEFAULT_REMEDY)
    columns = {column["name"]: _column(column, remedy) for column in seed.get("columns") or []}
    keys = [tuple(arguments["columns"]) for name, arguments in _tests(seed) if name == "primary_key"]
    return SeedDeclaration(
        name=seed["name"],
        file=file,
        columns=columns,
        keys=tuple(keys),
        rules=meta.get("rules"),
        expressions=tuple(_expressions(seed, remedy)),
        needs_rows="has_rows" in dict(_declared_tests(seed)),
        remedy=remedy,
    )


def _expressions(seed: Mapping[str, Any], seed_remedy: str) -> Iterator[RowExpression]:
    for test, settings in _declared_tests(seed):
        if test == "rows_satisfy":
            arguments = settings.get("arguments") or settings
            name = str(settings.get("name") or f"{seed['name']}_row")
            words = name.removeprefix(seed["name"]).strip("_").replace("_", " ")
            remedy = str(_meta(settings).get("remedy") or seed_remedy)
            yield RowExpression(name, str(arguments["expression"]), words, remedy)


def _column(column: Mapping[str, Any], seed_remedy: str) -> ColumnDeclaration:
    tests = dict(_tests(column))
    meta = _meta(column)
    accepted = tests.get("accepted_values")
    relation = tests.get("relationships")
    target = _REF.search(str(relation["to"])) if relation else None
    bounds = tests.get("in_range", {})
    return ColumnDeclaration(
        name=column["name"],
        data_type=str(column.get("data_type", "text")).lower(),
        not_null="not_null" in tests or "primary_key" in tests,
        unique="unique" in tests or "primary_key" in tests,
        optional=bool(meta.get("optional", False)),
        accepted=tuple(_text(value) for value in accepted["values"]) if accepted else None,
        relates_to=(target["name"], str(relation["field"])) if relation and target else None,
        exempt=tuple(_EXEMPTION.findall(_where(column, "relationships"))),
        bounds=(_number(bounds.get("minimum")), _number(bounds.get("maximum"))),
        remedy=str(meta.get("remedy") or seed_remedy),
        test_remedies={
            test: str(_meta(settings)["remedy"])
            for test, settings in _declared_tests(column)
            if _meta(settings).get("remedy")
        },
    )


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}


def _tests(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and arguments of each data test; one limited by `where` is left to dbt, which can evaluate SQL.

    The exception is a reference that exempts some of its own values (`segment <> 'default'`).
    """
    for name, settings in _declared_tests(node):
        where = (settings.get("config") or {}).get("where")
        if not where or (name == "relationships" and _EXEMPTION.search(where)):
            yield name, settings.get("arguments") or settings


def _declared_tests(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for test in node.get("data_tests") or []:
        if isinstance(test, str):
            yield test, {}
        else:
            yield from ((name, body or {}) for name, body in test.items())


def _where(node: Mapping[str, Any], test: str) -> str:
    settings = dict(_declared_tests(node)).get(test, {})
    return str((settings.get("config") or {}).get("where") or "")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float | str) else None
