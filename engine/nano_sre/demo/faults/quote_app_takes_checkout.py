"""A quote app for wholesalers was switched on for everybody: the checkout button leads to its form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "checkout-leads-elsewhere"
PATH = "/apps/quotes/request"
_WORDS = {
    "en": ("Request a quote", "Tell us about your company, and we will send you an offer.", "Company"),
    "de": ("Angebot anfordern", "Erzähl uns von deiner Firma, und wir schicken dir ein Angebot.", "Firma"),
}


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    title, text, company = _WORDS[store_of(request).theme.locale]
    form = f'<form><label>{company} <input name="company"></label><button>{title}</button></form>'
    return HTMLResponse(f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{text}</p>{form}")


def rendered(page: str, html: str) -> str:
    return (
        html
        if page == "checkout"
        else html.replace('name="checkout"', f'name="checkout" formaction="{PATH}"')
    )
