"""The log of a run: text for people, or JSON lines that a collector reads."""

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration import run_log, settings
from orchestration.errors import SettingsFault


def _log(logs: Path, *, is_json: bool) -> str:
    @dg.op
    def greet(context: dg.OpExecutionContext) -> None:
        context.log.info("told ann@acme.com at 2026-11-22 02:00")

    @dg.job(logger_defs={run_log.FILE: run_log.file_logger(logs, is_json=is_json)})
    def hello() -> None:
        greet()

    done = hello.execute_in_process(run_config={"loggers": {run_log.FILE: {}}})
    return run_log.path(logs, done.run_id).read_text(encoding="utf-8")


def test_json_lines_say_who_when_and_what_without_personal_values(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in _log(tmp_path, is_json=True).splitlines()]
    (told,) = [line for line in lines if "told" in line["body"]]
    assert told["severity_text"] == "INFO"
    assert told["body"].endswith("told <e-mail> at 2026-11-22 02:00")
    assert told["attributes"]["step"] == "greet"
    assert told["attributes"]["job"] == "hello"
    assert len({line["attributes"]["run_id"] for line in lines if "run_id" in line["attributes"]}) == 1


def test_text_is_the_default(tmp_path: Path) -> None:
    assert " INFO hello - " in _log(tmp_path, is_json=False)


def test_another_format_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="LOG_FORMAT: 'xml' is not understood; give text or json"):
        settings.load({"MARKETMAP_HOME": str(tmp_path), "LOG_FORMAT": "xml"}, tmp_path)
