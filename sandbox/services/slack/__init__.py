"""A simulated Slack workspace: messages by the Web API and by incoming webhooks, and a channel's history.

Facts: docs.slack.dev (chat.postMessage, conversations.history, rate limits, incoming webhooks).
"""

import json
from datetime import UTC
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.quotas import Rate
from sandbox.framework.service import Route, Service, Surroundings
from sandbox.services.audiences import object_body

LONGEST_TEXT, MAX_BLOCKS, PAGE = 40_000, 50, 200
TABLES = """
create schema if not exists slack;
create table if not exists slack.messages (channel varchar, ts varchar, text varchar, blocks varchar, metadata varchar);
"""


class Slack(Service):
    """The Slack service: one workspace with two channels; our app is in the first."""

    name = "slack"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._rate = Rate(5, 1, 50)  # one message a second and channel, with short bursts
        self._expired, self._number = False, 0
        self._prepare()
        self.route(
            "POST", "/api/auth.test", lambda call: Reply({"ok": True, "team_id": "T0SANDBOX", "user_id": "U0BOT"})
        )
        self.route("POST", "/api/chat.postMessage", self._post)
        self.route("POST", "/api/chat.update", self._update)
        self.route("GET", "/api/conversations.history", self._history)
        self.route("POST", "/services/{team}/{app}/{key}", self._incoming, sign_in=True)

    def _prepare(self) -> None:
        with self.store.define() as cursor:
            cursor.execute(TABLES)

    # -- routes
    def _post(self, call: Call) -> Reply:
        """POST chat.postMessage {channel, text, blocks?, metadata?}: errors come with HTTP 200."""
        body = object_body(call.body)
        if body is None:
            raise _no("invalid_json")
        if body.get("channel") != self._channel:
            raise _no("not_in_channel" if body.get("channel") == "C0OTHER" else "channel_not_found")
        if not body.get("text") and not body.get("blocks"):
            raise _no("no_text")
        if len(str(body.get("text") or "")) > LONGEST_TEXT:
            raise _no("msg_too_long")
        if len(body.get("blocks") or []) > MAX_BLOCKS:
            raise _no("invalid_blocks")
        metadata = body.get("metadata")
        if metadata is not None and not (isinstance(metadata, dict) and metadata.get("event_type")):
            raise _no("invalid_metadata_format")
        if not self._rate.admit():
            raise _limited()
        ts = self._keep(str(body["text"]), body.get("blocks"), metadata)
        return Reply({"ok": True, "channel": self._channel, "ts": ts, "message": {"text": body["text"], "ts": ts}})

    def _keep(self, text: str, blocks: Any, metadata: Any) -> str:
        now = self.clock.now()
        self._number += 1
        ts = f"{int(now.replace(tzinfo=UTC).timestamp())}.{self._number:06d}"
        after = json.dumps({"channel": self._channel, "text": text, "blocks": blocks, "metadata": metadata})
        row = [self._channel, ts, text, json.dumps(blocks), json.dumps(metadata)]
        with self.store.write() as cursor:
            cursor.execute("insert into slack.messages values (?, ?, ?, ?, ?)", row)
            cursor.execute(
                'insert into sandbox.writes by name select ?::timestamp as "at", ? as service, ? as object, '
                "? as record_id, ? as operation, ? as actor, ? as after",
                [now, self.name, "Message", ts, "create", "bot", after],
            )
        return ts

    def _update(self, call: Call) -> Reply:
        """POST chat.update {channel, ts, text, metadata}."""
        body = object_body(call.body) or {}
        if body.get("channel") != self._channel:
            raise _no("channel_not_found")
        change = "update slack.messages set text = ?, metadata = ? where ts = ?"
        with self.store.write() as cursor:
            values = [str(body.get("text") or ""), json.dumps(body.get("metadata")), body.get("ts")]
            changed = cursor.execute(change, values).fetchall()[0][0]
        if not changed:
            raise _no("message_not_found")
        return Reply({"ok": True, "channel": self._channel, "ts": body["ts"], "text": body.get("text")})

    def _history(self, call: Call) -> Reply:
        """GET conversations.history?channel=&latest=&inclusive=&limit=&cursor=&include_all_metadata=: newest first."""
        if call.value("channel") != self._channel:
            raise _no("channel_not_found")
        start, size = int(call.value("cursor", "0")), min(PAGE, int(call.value("limit", str(PAGE))))
        latest = call.value("latest", "9")
        until = "<=" if call.value("inclusive") == "true" else "<"
        query = f"select ts, text, metadata from slack.messages where ts {until} ? order by ts desc"
        with self.store.read() as cursor:
            rows = cursor.execute(f"{query} limit {size + 1} offset {start}", [latest]).fetchall()
        messages = [{"type": "message", "ts": ts, "text": text} for ts, text, _ in rows[:size]]
        if call.value("include_all_metadata") == "true":
            for message, (_, _, metadata) in zip(messages, rows, strict=False):
                message |= {"metadata": json.loads(metadata)} if metadata != "null" else {}
        more = len(rows) > size
        cursor_after = {"next_cursor": str(start + size) if more else ""}
        return Reply({"ok": True, "messages": messages, "has_more": more, "response_metadata": cursor_after})

    def _incoming(self, call: Call) -> Reply:
        """POST an incoming webhook {text, blocks?}: the answer is a word."""
        if call.path != f"/services/{self._hook}":
            raise _word(404, "no_service")
        body = object_body(call.body)
        if body is None:
            raise _word(400, "invalid_payload")
        if not body.get("text") and not body.get("blocks"):
            raise _word(400, "no_text")
        if not self._rate.admit():
            refused = _word(429, "rate_limited")
            refused.reply.headers["Retry-After"] = "1"
            raise refused
        self._keep(str(body.get("text") or ""), body.get("blocks"), None)
        return Reply("ok", media_type="text/plain")

    # -- hooks
    @property
    def _token(self) -> str:
        return f"xoxb-sandbox-{self.surroundings.seed}"

    @property
    def _channel(self) -> str:
        return "C0ALERTS"

    @property
    def _hook(self) -> str:
        return f"T0SANDBOX/B0ALERTS/{self.surroundings.seed:024d}"

    def admit(self, call: Call, route: Route) -> None:
        """Check the bot's token."""
        if route.sign_in:
            return
        given = call.headers.get("Authorization", "").removeprefix("Bearer ")
        if not given:
            raise _no("not_authed")
        if given != self._token or self._expired:
            expired, self._expired = self._expired, False
            raise _no("token_expired" if expired else "invalid_auth")

    def unknown_route(self, call: Call, allowed: list[str]) -> Reply:
        """Answer as Slack does for a method it does not know."""
        return Reply({"ok": False, "error": "unknown_method", "req_method": call.path.removeprefix("/api/")})

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 500, or that the workspace takes no more messages."""
        if fault.kind == "429":
            return _limited().reply
        return _no("message_limit_exceeded").reply if fault.kind == "quota" else _word(500, "internal_error").reply

    def expire_tokens(self) -> None:
        """Refuse the token once."""
        self._expired = True

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Set `rate_calls` a second."""
        if set(settings) != {"rate_calls"}:
            raise ValueError(f"slack has no quota {', '.join(settings)}; use rate_calls")
        self._rate.calls = int(settings["rate_calls"])
        return settings

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {"SLACK_BASE_URL": self.base_url, "SLACK_BOT_TOKEN": self._token, "SLACK_CHANNEL": self._channel}

    def reset(self, store_changed: bool) -> None:
        """Forget speed and faults."""
        self._rate.calls, self._expired = 5, False
        self._rate.clear()
        if store_changed:
            self._prepare()


def _no(error: str) -> Refusal:
    return Refusal(Reply({"ok": False, "error": error}))


def _limited() -> Refusal:
    return Refusal(Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}))


def _word(status: int, word: str) -> Refusal:
    return Refusal(Reply(word, status, media_type="text/plain"))
