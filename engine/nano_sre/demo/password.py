"""The password page of a store that is not open yet."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page
from nano_sre.demo.store import Store

DEFAULT_PASSWORD = "snow"  # noqa: S105  what lets a person in while the fault is on
COOKIE = "storefront_digest"
_OPEN = ("/password", "/cdn/", "/__fault", "/checkouts/_card/")


def gate(request: Request) -> Response | None:
    """A redirect to the password page, unless this visitor knows the password."""
    if request.url.path.startswith(_OPEN):
        return None
    if request.cookies.get(COOKIE) == _digest(store_of(request)):
        return None
    return RedirectResponse("/password", 302)


async def show(request: Request) -> Response:
    store = store_of(request)
    if store.password is None and "password-page" not in store.faults.on:
        return RedirectResponse("/", 302)
    return page(request, "password", {"error": ""})


async def enter(request: Request) -> Response:
    store = store_of(request)
    form = await request.form()
    if form.get("password") != (store.password or DEFAULT_PASSWORD):
        return page(request, "password", {"error": store.theme.labels["wrong_password"]})
    response = RedirectResponse("/", 302)
    response.set_cookie(COOKIE, _digest(store), httponly=True, samesite="lax")
    return response


def _digest(store: Store) -> str:
    return hashlib.sha256(f"storefront {store.password or DEFAULT_PASSWORD}".encode()).hexdigest()
