"""The pages a shopper reads: home, collections, products, search, cart."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from nano_sre.demo import tracking
from nano_sre.demo.catalogue import Product, Variant
from nano_sre.demo.feeds import base_url, store_of
from nano_sre.demo.store import Store
from nano_sre.demo.views import cart_json, discount_problem, pixel_event, product_view, structured_data

CART_COOKIE = "cart"
# A real store takes this long to render a section again; a test that does not wait must notice.
SECTION_DELAY = 0.06


def page(
    request: Request, name: str, context: dict[str, Any], *, status: int = 200, title: str = ""
) -> HTMLResponse:
    """Render one whole page of the theme."""
    store = store_of(request)
    full = {**frame(request, name, title=title), **context}
    store.faults.view(name, full)
    full["pixels"] = tracking.settings(store, name, full["pixel_events"])
    full["pixel_edits"] = tracking.edits(store)
    full["before_body_end"] = store.faults.markup(name, store.theme.locale)
    headers = {"content-language": store.theme.locale, "x-storefront-renderer-rendered": "1"}
    html = store.faults.rendered(name, store.theme.render(f"{name}.html", full))
    return HTMLResponse(html, status_code=status, headers=headers)


def frame(request: Request, name: str, *, title: str = "") -> dict[str, Any]:
    """What every page of the theme may use."""
    store = store_of(request)
    cart = store.cart(request.cookies.get(CART_COOKIE))
    return {
        "page": name,
        "title": title or store.theme.shop_name,
        "base": base_url(request),
        "path": request.url.path,
        "cart": cart_json(store, cart),
        "discount_problem": discount_problem(store, cart),
        "collections": list(store.catalogue.collections.values()),
        "shown_available": store.faults.shown_available,
        "description": "",
        "product": None,
        "variant": None,
        "structured": None,
        "pixel_events": [],
        "pixel_version": tracking.VERSION,
        "terms": "",
    }


async def home(request: Request) -> Response:
    catalogue = store_of(request).catalogue
    boards = catalogue.collections["snowboards"].products
    extras = catalogue.collections["accessories"].products
    return page(request, "home", {"boards": boards[:4], "extras": extras[:4]})


async def collection(request: Request) -> Response:
    found = store_of(request).catalogue.collections.get(request.path_params["handle"])
    if found is None:
        raise HTTPException(404)
    context = {
        "collection": found,
        "products": found.products,
        "description": found.text,
        "pixel_events": [tracking.list_event(found)],
    }
    return page(request, "collection", context, title=found.title)


async def collections(request: Request) -> Response:
    found = store_of(request).catalogue.collections["all"]
    return page(request, "collection", {"collection": found, "products": found.products}, title=found.title)


async def search(request: Request) -> Response:
    store = store_of(request)
    terms = request.query_params.get("q", "")[:200]
    context: dict[str, Any] = {"terms": terms, "products": store.catalogue.search(terms)}
    if terms:
        context["pixel_events"] = [{"name": "search", "search_term": terms}]
    return page(request, "search", context, title=store.theme.labels["search"])


async def contact(request: Request) -> Response:
    """The newsletter form without script; a synthetic shopper's address is not kept."""
    return RedirectResponse(f"{base_url(request)}/?customer_posted=true#contact_form", 302)


async def product(request: Request) -> Response:
    store = store_of(request)
    found = store.product(request.path_params["handle"])
    if found is None:
        raise HTTPException(404)
    variant = _asked_variant(request, found)
    context = {
        **product_view(store, found, variant),
        "description": found.text,
        "structured": structured_data(store, found, base=base_url(request)),
    }
    context["pixel_events"] = [pixel_event("view_item", [context["pixel_item"]], value=variant.price)]
    if section := request.query_params.get("section_id"):
        return await section_page(request, section, {**context, "page": "product"})
    return page(request, "product", context, title=found.title)


def _asked_variant(request: Request, found: Product) -> Variant:
    asked = request.query_params.get("variant", "")
    variant = found.variant(int(asked)) if asked.isdecimal() and len(asked) < 20 else None
    return variant or found.first_available()


async def section_page(request: Request, section: str, context: dict[str, Any]) -> Response:
    """One section on its own, as a theme fetches it to refresh a part of a page."""
    store = store_of(request)
    if section not in store.theme.sections:
        raise HTTPException(404)
    await asyncio.sleep(SECTION_DELAY)
    return HTMLResponse(render_section(request, section, context))


def render_section(request: Request, section: str, context: dict[str, Any]) -> str:
    store = store_of(request)
    name = str(context.get("page", "cart"))
    full = {**frame(request, name), **context}
    store.faults.view(name, full)
    return store.faults.rendered(name, store.theme.render(f"sections/{section}.html", full))


async def cart(request: Request) -> Response:
    if section := request.query_params.get("section_id"):
        return await section_page(request, section, {"page": "cart"})
    store = store_of(request)
    filled = store.cart(request.cookies.get(CART_COOKIE))
    events = [tracking.cart_event(store, filled)] if filled.lines else []
    return page(request, "cart", {"error": "", "pixel_events": events})


async def not_found(request: Request, error: Exception | None = None) -> Response:
    """The theme's page for addresses that lead nowhere; JSON for those who asked for data."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.url.path.endswith((".js", ".json")):
        return JSONResponse(
            {"status": status, "message": "Not Found", "description": "Not Found"}, status_code=status
        )
    return page(request, "404", {}, status=status, title="404")


async def asset(request: Request) -> Response:
    found = store_of(request).theme.assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(found.body, media_type=found.kind, headers=headers)


async def image(request: Request) -> Response:
    """A product's picture, drawn from the shared art."""
    store = store_of(request)
    found = store.catalogue.product(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(_picture(store, found), media_type="image/svg+xml", headers=headers)


def _picture(store: Store, product: Product) -> str:
    context = {"product": product, "look": product.look}
    return store.theme.render(f"art/{product.art}.svg", context)
