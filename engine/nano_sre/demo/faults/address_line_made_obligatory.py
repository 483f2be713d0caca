"""Somebody went through the checkout's settings: the second address line, for flat or floor, is required now."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "checkout-field-required"
_WORDS = {"en": "Enter an apartment, suite, etc.", "de": "Gib einen Adresszusatz ein"}
_FIELD = re.compile(r'(<input [^>]*name="address2"[^>]*?)(?=>)')
_RATES = re.compile(r"/checkouts/cn/([^/]+)/(rates|shipping)")


async def respond(request: Request) -> Response | None:
    store, path = store_of(request), request.url.path
    if path.endswith("/checkout.js"):
        script = store.theme.assets.get("checkout.js")
        body = script.body.replace(b'"postalCode"];', b'"postalCode", "address2"];') if script else b""
        return Response(body, media_type="text/javascript") if script else None
    asked = _RATES.fullmatch(path)
    checkout = store.checkouts.get(asked[1]) if asked else None
    if (
        asked is None
        or checkout is None
        or request.query_params.get("address2")
        or checkout.fields.get("address2")
    ):
        return None
    if asked[2] == "shipping":
        return RedirectResponse(path.replace("/shipping", "/information"), 302)
    return HTMLResponse(store.theme.render("checkout-rates.html", {"rates": ()}))


def view(page: str, context: dict[str, Any]) -> None:
    if page != "checkout" or context["stage"] not in ("", "information"):
        return
    fields = context["fields"]
    if fields["email"] and not fields["address2"]:
        said = _WORDS["de" if context["stage"] else "en"]
        context["errors"] = {**context["errors"], "address2": said}


def rendered(page: str, html: str) -> str:
    if page != "checkout":
        return html
    return _FIELD.sub(
        r'\1 required aria-required="true"',
        re.sub(r"(Apartment, suite, etc.|Adresszusatz) \(optional\)", r"\1", html),
    )
