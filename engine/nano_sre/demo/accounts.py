"""Customer accounts of the classic kind: a log-in form with a password, and the orders of who is logged in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page

COOKIE = "_secure_customer_sig"


@dataclass(frozen=True, kw_only=True)
class Customer:
    email: str
    password: str
    first_name: str


CUSTOMERS = {
    customer.email: customer
    for customer in (
        Customer(email="qa@example.com", password="first-chair", first_name="Nano"),  # noqa: S106  a test account
        Customer(email="b2b@example.com", password="bulk-order", first_name="Wendy"),  # noqa: S106
    )
}


def customer_of(request: Request) -> Customer | None:
    """Who is logged in."""
    return CUSTOMERS.get(store_of(request).sessions.get(request.cookies.get(COOKIE, ""), ""))


async def show(request: Request) -> Response:
    store, customer = store_of(request), customer_of(request)
    if customer is None:
        return RedirectResponse("/account/login", 302)
    mine = [order for order in store.orders if order.email == customer.email]
    return page(
        request, "account", {"customer": customer, "orders": mine}, title=store.theme.labels["account"]
    )


async def login(request: Request) -> Response:
    if customer_of(request) is not None:
        return RedirectResponse("/account", 302)
    return _form(request, "")


async def enter(request: Request) -> Response:
    store = store_of(request)
    form = await request.form()
    email = str(form.get("customer[email]", "")).strip().casefold()
    customer = CUSTOMERS.get(email)
    if customer is None or form.get("customer[password]") != customer.password:
        return _form(request, email)
    token = secrets.token_hex(16)
    store.sessions[token] = customer.email
    response = RedirectResponse("/account", 302)
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax")
    return response


async def leave(request: Request) -> Response:
    store_of(request).sessions.pop(request.cookies.get(COOKIE, ""), None)
    response = RedirectResponse("/", 302)
    response.delete_cookie(COOKIE)
    return response


def _form(request: Request, email: str) -> Response:
    labels = store_of(request).theme.labels
    context = {"email": email, "error": labels["bad_login"] if request.method == "POST" else ""}
    return page(request, "login", context, title=labels["account"])
