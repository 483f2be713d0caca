"""The agent's own web server: its page, its health, its metrics, and the addresses that triggers are called at."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nano_sre.server import pages
from nano_sre.server.desk import Desk
from nano_sre.server.links import file_of, signed_routes
from nano_sre.server.metrics import MEDIA_TYPE, metrics_text

LARGEST_CALL = 5_000_000  # bytes: more is no webhook
COOKIE = "nano_sre_token"
# Triggers and services know their own callers, and a link in a message is signed.
OPEN = ("/healthz", "/triggers/", "/login", "/style.css", "/slack/actions", "/acknowledge/", "/pictures/")
LOOPBACK = re.compile(r"^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$", re.IGNORECASE)
HEADERS = {
    "content-security-policy": "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}

Answer = Callable[[Request], Awaitable[Response]]


def create_app(desk: Desk, *, token: str | None = None) -> Starlette:
    """The application. Without a `token` only names of this machine are answered to: no page elsewhere can ask."""
    routes = [
        Route("/", _page(lambda _request: pages.status(desk))),
        Route(
            "/checks/{check_id}", _page(lambda request: pages.check(desk, request.path_params["check_id"]))
        ),
        Route(
            "/incidents/{number:int}",
            _page(lambda request: pages.incident(desk, request.path_params["number"])),
        ),
        Route("/runs/{run_id}", _page(lambda request: pages.run(desk, request.path_params["run_id"]))),
        Route("/artifacts/{path:path}", _artifact(desk)),
        Route("/style.css", _style),
        Route("/healthz", _healthz(desk)),
        Route("/metrics", _metrics(desk)),
        Route("/login", _login(token), methods=["GET", "POST"]),
        Route("/triggers/{name}", _trigger(desk), methods=["POST"]),
        Route("/slack/actions", _pressed(desk), methods=["POST"]),
        *signed_routes(desk, token),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, token=token)])


class Guard:
    """Lets in who may: with a token whoever has it, without one only who asks this machine by its own name."""

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is not None:
            return await refusal(scope, receive, send)

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message["headers"]}
                more = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in known]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        return await self._app(scope, receive, sending)

    def _refusal(self, request: Request) -> Response | None:
        path = request.url.path
        if path.startswith(OPEN):
            return None
        if self._token is None:
            if LOOPBACK.match(request.headers.get("host", "")):
                return None
            return PlainTextResponse("This server answers to localhost only.\n", status_code=421)
        given = request.cookies.get(COOKIE) or request.headers.get("authorization", "").removeprefix(
            "Bearer "
        )
        if same(given, self._token):
            return None
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/login", status_code=303)
        return PlainTextResponse(
            "A token is needed: send the header Authorization: Bearer …\n",
            status_code=401,
            headers={"www-authenticate": "Bearer"},
        )


def same(given: str, token: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode(), token.encode())


def _page(make: Callable[[Request], str | None]) -> Answer:
    """A page that reads the database: in a thread, for a slow disk must not hold up the schedule."""

    async def answer(request: Request) -> Response:
        text = await run_in_threadpool(make, request)
        if text is None:
            return PlainTextResponse("There is nothing of this name here.\n", status_code=404)
        return Response(text, media_type="text/html")

    return answer


async def _style(request: Request) -> Response:  # noqa: ARG001 - the signature of every route
    return Response(pages.style(), media_type="text/css", headers={"cache-control": "max-age=300"})


def _healthz(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:  # noqa: ARG001 - the signature of every route
        health = await run_in_threadpool(desk.health)  # it reads the database
        told = {
            "well": health.well,
            "troubles": list(health.troubles),
            "version": health.version,
            "last_cycle": health.last_cycle.isoformat() if health.last_cycle else None,
        }
        return JSONResponse(told, status_code=200 if health.well else 503)

    return answer


def _metrics(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:  # noqa: ARG001 - the signature of every route
        return Response(await run_in_threadpool(metrics_text, desk), media_type=MEDIA_TYPE)

    return answer


def _artifact(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:
        return await file_of(desk, request.path_params["path"])

    return answer


def _login(token: str | None) -> Answer:
    async def answer(request: Request) -> Response:
        if token is None:
            return RedirectResponse("/", status_code=303)
        if request.method == "GET":
            return Response(pages.login(wrong=False), media_type="text/html")
        form = await request.form()
        if not same(str(form.get("token", "")), token):
            return Response(pages.login(wrong=True), media_type="text/html", status_code=403)
        made = RedirectResponse("/", status_code=303)
        made.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return made

    return answer


def _trigger(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("That is too large for a trigger.\n", status_code=413)
        status, text = await desk.receive(request.path_params["name"], _headers(request), body)
        return PlainTextResponse(f"{text}\n", status_code=status)

    return answer


def _pressed(desk: Desk) -> Answer:
    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("That is too large for a button.\n", status_code=413)
        status, text = await desk.pressed(_headers(request), body)
        return PlainTextResponse(text, status_code=status)  # Slack shows what is in a 200 to nobody's use

    return answer


async def _body(request: Request) -> bytes | None:
    """The bytes as they came: signatures are made over them. None when they are too many."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_CALL:
            return None
    return body


def _headers(request: Request) -> Mapping[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
