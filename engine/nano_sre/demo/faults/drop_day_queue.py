"""A queue app that was set up for a drop is still on: every visitor stands in line before the shop."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "waiting-room"
PATH = "/apps/queue/line"
_WORDS = {
    "en": (
        "You are now in line",
        "When it is your turn, you will have 10 minutes to enter.",
        "Your estimated wait time is: more than an hour",
    ),
    "de": (
        "Sie sind jetzt in der Warteschlange",
        "Sobald Sie an der Reihe sind, haben Sie 10 Minuten Zeit.",
        "Geschätzte Wartezeit: mehr als eine Stunde",
    ),
}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path == PATH:
        title, text, wait = _WORDS[store_of(request).theme.locale]
        return HTMLResponse(
            f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{text}</p><p>{wait}</p>"
        )
    if path.startswith(("/cdn/", "/__fault")) or path.endswith((".js", ".json")):
        return None
    return RedirectResponse(f"{PATH}?t={path}", 302) if request.method == "GET" else None
