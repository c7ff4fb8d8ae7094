"""The ways in for changes: POST /v1/hubspot (signature v3) and POST /v1/leads/{endpoint}; answered once on disk."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingestion.changes import LEADS, RECORDS
from ingestion.changes.events import Endpoint, Refused, Row, from_hubspot, lead_of
from ingestion.changes.signatures import is_hubspot, is_signed
from ingestion.spool import Spool

_LONGEST_BODY = 512_000


class ChangeReceiver:
    """Routes to be served beside the collector's.

    `hubspot_secret` is the app's client secret. `key` signs what is sent to `endpoints`, or is sent as a bearer token;
    without it they are shut. `public_url` is our address as the sender calls it.
    """

    def __init__(
        self,
        inbox: Path,
        *,
        hubspot_secret: str = "",
        endpoints: Mapping[str, Endpoint] | None = None,
        key: str = "",
        public_url: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._changes, self._leads = Spool(inbox / RECORDS), Spool(inbox / LEADS)
        self._hubspot_secret, self._public_url = hubspot_secret, public_url.rstrip("/")
        self._endpoints, self._key, self._now = dict(endpoints or {}), key, now

    @property
    def spools(self) -> tuple[Spool, Spool]:
        """Where messages wait, to be rotated and closed by the server."""
        return self._changes, self._leads

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/v1/hubspot", self._hubspot, methods=["POST"]),
            Route("/v1/leads/{endpoint}", self._lead, methods=["POST"]),
        ]

    async def _hubspot(self, request: Request) -> Response:
        body = await request.body()
        url = f"{self._public_url}{request.url.path}" if self._public_url else str(request.url)
        if self._public_url and request.url.query:
            url += f"?{request.url.query}"
        holds = is_hubspot(
            self._hubspot_secret,
            "POST",
            url,
            body,
            request.headers.get("x-hubspot-request-timestamp", ""),
            request.headers.get("x-hubspot-signature-v3", ""),
            now_milliseconds=int(self._now() * 1000),
        )
        if not holds:
            return JSONResponse({"error": "the signature is missing, wrong or older than five minutes"}, 401)
        return await self._take(body, self._changes, lambda event: from_hubspot(event, _now()))

    async def _lead(self, request: Request) -> Response:
        endpoint = self._endpoints.get(request.path_params["endpoint"])
        if endpoint is None:
            return JSONResponse({"error": "no endpoint has this name"}, 404)
        body, secret = await request.body(), self._key
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        allowed = is_signed(secret, body, request.headers.get("x-signature", "")) or (
            bool(secret) and hmac.compare_digest(bearer.encode(), secret.encode())
        )
        if not allowed:
            return JSONResponse({"error": "send Authorization: Bearer KEY, or sign the body in X-Signature"}, 401)
        return await self._take(body, self._leads, lambda event: lead_of(endpoint, event, _now()))

    async def _take(self, content: bytes, spool: Spool, read: Callable[[Mapping[str, Any]], Row]) -> Response:
        """Read one message or a list of them; 400 if one cannot be taken, for the sender repeats all or nothing."""
        if len(content) > _LONGEST_BODY:
            return JSONResponse({"error": f"the body is longer than {_LONGEST_BODY:,} bytes"}, 413)
        try:
            body = json.loads(content)
            events = body if isinstance(body, list) else [body]
            if not events or not all(isinstance(event, dict) for event in events):
                raise Refused("the body is no JSON object or list of them")  # noqa: TRY301 - told like the others
            rows = [read(event) for event in events]
        except Refused as reason:
            return JSONResponse({"error": str(reason)}, 400)
        except ValueError:
            return JSONResponse({"error": "the body is no JSON, or a value in it is not what it should be"}, 400)
        await run_in_threadpool(spool.append, rows)
        return JSONResponse({"accepted": len(rows)})


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
