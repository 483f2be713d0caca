"""Too many shoppers at once: the checkout has them stand in line."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "checkout-queue"
_WORDS = {
    "en": (
        "You&rsquo;re in line to check out",
        "There are many shoppers right now. Please keep this page open.",
    ),
    "de": ("Du bist in der Warteschlange", "Gerade wollen viele bezahlen. Bitte lass diese Seite geöffnet."),
}


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/checkouts/cn/"):
        return RedirectResponse("/throttle/queue", 302)
    if request.url.path != "/throttle/queue":
        return None
    title, text = _WORDS[store_of(request).theme.locale]
    return HTMLResponse(f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{text}</p>")
