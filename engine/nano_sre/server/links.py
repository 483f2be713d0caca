"""What signed links in messages lead to: a picture, and a page to say on that somebody is at it.

A link is followed by whatever previews it, so following one changes nothing: only the button does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from nano_sre.alerts.links import opened
from nano_sre.core.incident import Incident
from nano_sre.server import pages
from nano_sre.server.desk import Desk
from nano_sre.store import incident_desk
from nano_sre.store.errors import StoreError

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
GONE = "This link is not valid, or not any more.\n"


def signed_routes(desk: Desk, token: str | None) -> list[Route]:
    """The addresses of signed links. Without a token to sign with there are none."""
    if token is None:
        return []
    return [
        Route("/pictures/{link}", _picture(desk, token)),
        Route("/acknowledge/{link}", _acknowledge(desk, token), methods=["GET", "POST"]),
    ]


def _picture(desk: Desk, token: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        now = (await run_in_threadpool(desk.health)).now
        said = opened("pictures", request.path_params["link"], token=token, now=now)
        if said is None:
            return PlainTextResponse(GONE, status_code=404)
        return await file_of(desk, str(said[0]))

    return answer


async def file_of(desk: Desk, path: str) -> Response:
    """A file of a run, by its path below the data folder."""
    file = await run_in_threadpool(desk.store.files.locate, path)
    if file is None or not file.is_file():
        return PlainTextResponse("This file is not there (any more).\n", status_code=404)
    # What a store's page left behind is shown or saved, never run.
    how = "inline" if file.suffix in PICTURES else "attachment"
    return FileResponse(file, content_disposition_type=how, filename=file.name)


def _acknowledge(desk: Desk, token: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        now = (await run_in_threadpool(desk.health)).now
        said = opened("acknowledge", request.path_params["link"], token=token, now=now)
        if said is None:
            return PlainTextResponse(GONE, status_code=404)
        alerter, *numbers = said
        if request.method == "POST":
            who = f"somebody (by link from {alerter})"
            try:
                await desk.store.write(lambda db: _do(db, numbers, who=who, now=now))
            except StoreError:
                return PlainTextResponse("This could not be kept. Please try again.\n", status_code=503)
        known = await run_in_threadpool(desk.store.read, lambda db: _incidents(db, numbers))
        text = pages.acknowledge(known, done=request.method == "POST")
        return Response(text, media_type="text/html")

    return answer


def _do(db: Any, numbers: list[Any], *, who: str, now: datetime) -> None:
    """Acknowledge what nobody is at yet: a link works once."""
    for incident in _incidents(db, numbers):
        if incident.state != "resolved" and incident.acknowledged_at is None:
            incident_desk.acknowledge(db, incident.id, who=who, now=now)


def _incidents(db: Any, numbers: list[Any]) -> list[Incident]:
    """Those that are still known."""
    found = []
    for number in numbers:
        try:
            found.append(incident_desk.one(db, int(number)))
        except incident_desk.NoIncident:
            continue
    return found
