"""Alerts: each problem is told once when it appears and once when it is over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.alerts import AlertBook, Problem, Verdicts
from orchestration.alerts.channels import message

NIGHT = datetime(2026, 11, 22, 2, tzinfo=UTC)
BLANK = Problem("check:marts.account_tiers:blank_tier", "warning", ("marts.account_tiers: blank_tier: 6 %",), "revops")
DOWN = Problem("step:ingest", "error", ("Marketo does not answer.", "Check MARKETO_BASE_URL."))
JUDGED = frozenset({BLANK.key, DOWN.key})


def verdicts(*problems: Problem, judged: frozenset[str] = JUDGED) -> Verdicts:
    return Verdicts(problems, judged)


def tell(book: AlertBook) -> tuple[list[str], list[str]]:
    changes = book.untold("slack")
    book.told("slack", changes)
    return [alert.key for alert in changes.opened], [alert.key for alert in changes.resolved]


def test_a_problem_is_told_once_and_its_end_once(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    book.note(verdicts(BLANK, DOWN), NIGHT)
    assert tell(book) == ([DOWN.key, BLANK.key], [])  # the worst first
    book.note(verdicts(BLANK, DOWN), NIGHT + timedelta(days=1))
    assert tell(book) == ([], [])
    assert [alert.times_seen for alert in book.open] == [2, 2]
    book.note(verdicts(BLANK), NIGHT + timedelta(days=2))
    assert tell(book) == ([], [DOWN.key])
    assert tell(book) == ([], [])
    assert [alert.key for alert in book.open] == [BLANK.key]


def test_what_a_run_did_not_judge_stays_open(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    book.note(verdicts(BLANK), NIGHT)
    book.note(verdicts(DOWN, judged=frozenset({DOWN.key})), NIGHT + timedelta(days=1))
    assert {alert.key for alert in book.open} == {BLANK.key, DOWN.key}


def test_a_message_that_did_not_get_out_is_told_later(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    book.note(verdicts(DOWN), NIGHT)
    assert book.untold("slack").opened
    assert [alert.key for alert in AlertBook(tmp_path).untold("slack").opened] == [DOWN.key]  # the next process


def test_a_problem_that_came_and_went_unheard_is_not_told(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    book.note(verdicts(DOWN), NIGHT)
    book.note(verdicts(), NIGHT + timedelta(days=1))
    assert not book.untold("slack")


def test_a_problem_that_comes_back_is_a_new_one(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    for day, problems in enumerate([(DOWN,), (), (DOWN,)]):
        book.note(verdicts(*problems), NIGHT + timedelta(days=day))
        opened, resolved = tell(book)
        assert (opened, resolved) == (([DOWN.key], []) if problems else ([], [DOWN.key]))


def test_what_is_long_over_leaves_the_book(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    book.note(verdicts(DOWN), NIGHT)
    tell(book)
    book.note(verdicts(), NIGHT + timedelta(days=1))
    tell(book)
    book.note(verdicts(), NIGHT + timedelta(days=100))
    assert DOWN.key not in (tmp_path / "alerts.json").read_text()


def test_a_book_cut_by_a_full_disk_starts_anew(tmp_path: Path) -> None:
    (tmp_path / "alerts.json").write_text('[{"key": "st')
    book = AlertBook(tmp_path)
    book.note(verdicts(DOWN), NIGHT)
    assert tell(book) == ([DOWN.key], [])


def test_a_message_says_what_where_and_who_and_masks_people(tmp_path: Path) -> None:
    book = AlertBook(tmp_path)
    personal = Problem("check:a:b", "error", ("marts.dim_contacts: duplicates: 2, for example jane@example.com",), "it")
    book.note(verdicts(BLANK, personal, *(Problem(f"k{n}", "warning", ("x",)) for n in range(12))), NIGHT)
    text = message(book.untold("slack"), "acme")
    assert text.startswith(
        "marketmap (acme): 14 new problems\n🔴 marts.dim_contacts: duplicates: 2, for example <e-mail>"
    )
    assert "jane@example.com" not in text
    assert text.endswith("... and 4 more: marketmap status")
