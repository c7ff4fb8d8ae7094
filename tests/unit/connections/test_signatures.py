"""Webhook signatures by the standard's own example, and secrets that are none."""

import base64

import pytest

from connections.errors import AuthenticationFailed
from connections.webhook import signature

# From the libraries of standardwebhooks.com (test of `verify`).
SECRET, EVENT, MOMENT, BODY = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1_614_265_330,
    b'{"test": 2432232314}',
)
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_standards_example_is_met() -> None:
    assert signature(SECRET, EVENT, MOMENT, BODY) == SIGNED
    assert signature(SECRET.removeprefix("whsec_"), EVENT, MOMENT, BODY) == SIGNED


@pytest.mark.parametrize(
    ("event", "moment", "body"),
    [("msg_other", MOMENT, BODY), (EVENT, MOMENT + 1, BODY), (EVENT, MOMENT, BODY + b" ")],
    ids=["id", "time", "body"],
)
def test_id_time_and_body_are_all_signed(event: str, moment: int, body: bytes) -> None:
    assert signature(SECRET, event, moment, body) != SIGNED


@pytest.mark.parametrize("secret", ["", "whsec_", "not base64 at all", "whsec_" + base64.b64encode(b"x" * 23).decode()])
def test_a_secret_that_is_none_is_told_with_the_remedy_and_not_shown(secret: str) -> None:
    with pytest.raises(AuthenticationFailed, match="Set WEBHOOK_SECRET") as caught:
        signature(secret, EVENT, MOMENT, BODY)
    assert len(secret) < 12 or secret not in str(caught.value)
