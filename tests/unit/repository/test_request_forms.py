"""The forms to ask for a change of routing name seeds, columns, tables and commands that exist."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from orchestration.commands.explain import command as explain
from orchestration.commands.routing import command as routing

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.md"))
COMMANDS = {"routing": routing.commands, "explain": explain.commands}
WORDS = {"select", "from", "where", "order", "by", "desc"}


def _columns(table: str) -> set[str]:
    """The columns that a mart declares; none when there is no such mart."""
    for path in (ROOT / "dbt_project" / "models" / "marts").rglob("*__models.yml"):
        text = path.read_text("utf-8")
        if f"- name: {table}\n" in text:
            models = yaml.safe_load(text)["models"]
            return {column["name"] for model in models if model["name"] == table for column in model["columns"]}
    return set()


def test_both_forms_are_there() -> None:
    assert [form.stem for form in FORMS] == ["alignment_change", "routing_problem"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_says_what_a_tracker_asks_for(form: Path) -> None:
    _, head, _ = form.read_text("utf-8").split("---\n", 2)
    assert {"name", "about", "title", "labels"} == set(yaml.safe_load(head))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_seeds_and_their_columns_exist(form: Path) -> None:
    named = re.findall(r"`(\w+\.csv)`(?: \(((?:`\w+`(?:, )?)+)\))?", form.read_text("utf-8"))
    assert named
    for seed, columns in named:
        with (SEEDS / seed).open(encoding="utf-8", newline="") as file:
            assert set(re.findall(r"\w+", columns)) <= set(next(csv.reader(file))), seed


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_commands_and_queries_exist(form: Path) -> None:
    text = form.read_text("utf-8")
    commands = re.findall(r"marketmap (routing|explain) (\w+)", text)
    assert commands
    assert all(name in COMMANDS[group] for group, name in commands), commands
    queries = re.findall(r'marketmap sql "([^"]+)"', text)
    assert queries
    for query in queries:
        (table,) = re.findall(r"from marts\.(\w+)", query)
        used = set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'|marts\.\w+", "", query))) - WORDS
        assert used, query
        assert used <= _columns(table), (query, used - _columns(table))
