"""Shopify takes who logs in for a machine, and asks for proof that it is a person: the log-in ends at the question."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "monitor-blocked"
_WORDS = {
    "en": ("To continue, let us know you're not a robot.", "I am human", "Submit"),
    "de": ("Bestätige, dass du kein Roboter bist, um fortzufahren.", "Ich bin ein Mensch", "Senden"),
}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path == "/account/login" and request.method == "POST":
        return RedirectResponse("/challenge", 302)
    if path != "/challenge":
        return None
    said, human, send = _WORDS[store_of(request).theme.locale]
    return HTMLResponse(
        f'<!doctype html><title>{store_of(request).theme.shop_name}</title><form action="/account/login" method="post" '
        f'class="shopify-challenge__container"><p class="shopify-challenge__message">{said}</p><div class="h-captcha" '
        f'data-sitekey="f06e6c50"><label><input type="checkbox"> {human}</label> hCaptcha</div>'
        f'<input type="submit" class="shopify-challenge__button btn" value="{send}"></form>'
    )
