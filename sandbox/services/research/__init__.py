"""A simulated language model that searches the web, behind the chat-completions interface.

Facts: docs.perplexity.ai ("Chat completions", structured outputs) and OpenAI's API reference, whose shape it has.
"""

import hashlib
import json
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.service import Surroundings
from sandbox.services.vendors.base import EnrichmentVendor

MODELS = ("sonar", "sonar-pro")


class Research(EnrichmentVendor):
    """The research service: knows something of two companies in three, and makes up nothing about the others."""

    name = "research"
    calls = 50

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self.route("POST", "/chat/completions", self._complete)
        self.route("GET", "/models", lambda call: Reply({"object": "list", "data": [{"id": one} for one in MODELS]}))

    def key_of(self, call: Call) -> str:
        """Return the bearer token."""
        return call.headers.get("Authorization", "").removeprefix("Bearer ")

    def refusal(self, status: int, message: str) -> Refusal:
        """Return {"error": {"message", "type", "code"}}."""
        return Refusal(Reply({"error": {"message": message, "type": "invalid_request", "code": status}}, status))

    def _complete(self, call: Call) -> Reply:
        body = self.body(call)
        if body.get("model") not in MODELS:
            raise self.refusal(400, f"Invalid model {body.get('model')!r}")
        messages, form = body.get("messages"), (body.get("response_format") or {}).get("json_schema") or {}
        if not isinstance(messages, list) or not messages or messages[-1].get("role") != "user":
            raise self.refusal(400, "the last message must be the user's")
        text = str(messages[-1].get("content"))
        self.charge([text])
        kinds = ((form.get("schema") or {}).get("properties") or {}).get("value", {}).get("type", ["string"])
        content = json.dumps(_answer(text, kinds[0]))
        message = {"role": "assistant", "content": content}
        return Reply(
            {
                "id": "answer", "model": body["model"], "object": "chat.completion",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": len(text) // 4, "completion_tokens": len(content) // 4},
            }
        )  # fmt: skip


def _answer(text: str, kind: str) -> dict[str, Any]:
    number = int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16)
    if number % 3 == 0:
        return {"value": None, "source_url": None}
    value: Any = {"boolean": number % 2 == 0, "number": number % 100}.get(kind, f"Option {number % 4}")
    return {"value": value, "source_url": f"https://news.example/{number % 10_000}"}
