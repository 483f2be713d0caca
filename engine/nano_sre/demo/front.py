"""What happens around every request: the log, the gate, the faults, the headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nano_sre.demo.password import gate
from nano_sre.demo.store import Store


class Front:
    """ASGI middleware that makes answers look and fail like a store's."""

    def __init__(self, app: ASGIApp, *, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].startswith("/__fault"):
            self._store.requests.append((scope["method"], scope["path"]))
        decorated = _decorated(send, scope, shop_id=self._store.theme.id)
        request = Request(scope, receive)
        answer = await self._answer(request)
        await (answer or self._app)(scope, receive, decorated)

    async def _answer(self, request: Request) -> Response | None:
        if request.url.path.startswith("/admin/"):
            return None  # another host in a real store: what stands before the storefront does not stand here
        if self._store.password is not None and (locked := gate(request)) is not None:
            return locked
        if not self._store.faults.on:
            return None
        return await self._store.faults.respond(request)


def _decorated(send: Send, scope: MutableMapping[str, Any], *, shop_id: int) -> Send:
    started = time.perf_counter()

    async def send_decorated(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            spent = (time.perf_counter() - started) * 1000
            headers["server-timing"] = f"processing;dur={spent:.1f}"
            headers["x-request-id"] = secrets.token_hex(16)
            headers["x-shopid"] = str(shop_id)
            headers["x-content-type-options"] = "nosniff"
            headers.setdefault(
                "cache-control", "no-store" if scope["method"] != "GET" else "private, no-cache"
            )
        await send(message)

    return send_decorated
