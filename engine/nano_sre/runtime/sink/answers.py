"""What a page is told in the place of a vendor: enough for it to go on as it does for shoppers."""

from __future__ import annotations

from dataclasses import dataclass

import h11

from nano_sre.runtime.sink.wire import header

GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020244013b")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def is_preflight(request: h11.Request) -> bool:
    """A browser asks whether it may ask: no hit."""
    return request.method == b"OPTIONS"


def is_upgrade(request: h11.Request) -> bool:
    """A WebSocket is to be opened."""
    return header(request.headers, b"upgrade").lower() == "websocket"


def answer_to(request: h11.Request) -> Answer:
    """The answer to a swallowed request. 204 ends an EventSource and refuses a WebSocket, both for good."""
    allowed = _allowed(request)
    if is_preflight(request):
        return Answer(204, (*allowed, *_preflight(request)))
    quiet = (*allowed, ("cache-control", "no-store"))
    meant_for = header(request.headers, b"sec-fetch-dest")
    if meant_for == "image":
        return Answer(200, (*quiet, ("content-type", "image/gif")), GIF)
    if meant_for == "script":
        return Answer(200, (*quiet, ("content-type", "text/javascript")))
    return Answer(204, quiet)


def _allowed(request: h11.Request) -> tuple[tuple[str, str], ...]:
    origin = header(request.headers, b"origin")
    if not origin:
        return (("access-control-allow-origin", "*"),)
    return (
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    )


def _preflight(request: h11.Request) -> tuple[tuple[str, str], ...]:
    method = header(request.headers, b"access-control-request-method") or "POST"
    headers = header(request.headers, b"access-control-request-headers")
    more = (("access-control-allow-headers", headers),) if headers else ()
    return (
        ("access-control-allow-methods", method),
        ("access-control-allow-private-network", "true"),
        ("access-control-max-age", "600"),
        *more,
    )
