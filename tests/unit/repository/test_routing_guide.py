"""The routing guide says what the seeds say."""

from tests.unit.repository.routing_guide import GUIDE, rendered


def test_the_guide_shows_the_shipped_flow() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert text == rendered(text), "Write the table anew: python -m tests.unit.repository.routing_guide"
