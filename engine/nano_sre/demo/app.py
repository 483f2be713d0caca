"""A small Shopify store of our own, to meet Nano-SRE with and to test against."""

from __future__ import annotations

import os
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from nano_sre.demo import accounts, admin, cart_api, checkout, control, feeds, pages, password, tracking
from nano_sre.demo.catalogue import read_catalogue
from nano_sre.demo.faults import Faults
from nano_sre.demo.front import Front
from nano_sre.demo.store import Store
from nano_sre.demo.theme import load_theme, themes

__all__ = ["create_app", "themes"]

FAULTS_VARIABLE = "NANO_SRE_DEMO_FAULTS"

ROUTES = [
    Route("/", pages.home),
    Route("/collections", pages.collections),
    Route("/collections/{handle}/products.json", feeds.collection_json),
    Route("/collections/{collection}/products/{handle}", pages.product),
    Route("/collections/{handle}", pages.collection),
    Route("/products.json", feeds.products_json),
    Route("/products/{handle}.js", feeds.product_js),
    Route("/products/{handle}.json", feeds.product_json),
    Route("/products/{handle}", pages.product),
    Route("/search", pages.search),
    Route("/search/suggest.json", feeds.suggest),
    Route("/account", accounts.show),
    Route("/account/login", accounts.login),
    Route("/account/login", accounts.enter, methods=["POST"]),
    Route("/account/logout", accounts.leave),
    Route("/cart", pages.cart),
    Route("/cart", checkout.start, methods=["POST"]),
    Route("/cart.js", cart_api.show),
    Route("/cart.json", cart_api.show),
    Route("/cart/add", cart_api.add, methods=["POST"]),
    Route("/cart/add.js", cart_api.add, methods=["POST"]),
    Route("/cart/change", cart_api.change, methods=["GET", "POST"]),
    Route("/cart/change.js", cart_api.change, methods=["POST"]),
    Route("/cart/update", cart_api.update, methods=["POST"]),
    Route("/cart/update.js", cart_api.update, methods=["POST"]),
    Route("/cart/clear", cart_api.clear, methods=["GET", "POST"]),
    Route("/cart/clear.js", cart_api.clear, methods=["POST"]),
    Route("/checkout", checkout.permalink, methods=["GET", "POST"]),
    Route("/checkouts/_card/{name}", checkout.card_field),
    Route("/checkouts/_zones/{country}", checkout.zones),
    Route("/checkouts/cn/{token}", checkout.show),
    Route("/checkouts/cn/{token}", checkout.submit, methods=["POST"]),
    Route("/checkouts/cn/{token}/rates", checkout.rates),
    Route("/checkouts/cn/{token}/{stage}", checkout.show),
    Route("/checkouts/cn/{token}/{stage}", checkout.submit, methods=["POST"]),
    Route("/orders/{token}", checkout.status),
    Route("/discount/{code}", cart_api.discount),
    Route("/contact", pages.contact, methods=["POST"]),
    Route("/password", password.show),
    Route("/password", password.enter, methods=["POST"]),
    Route("/sitemap.xml", feeds.sitemap),
    Route("/sitemap_{kind}_1.xml", feeds.sitemap_part),
    Route("/robots.txt", feeds.robots),
    Route("/cdn/shop/t/1/assets/{name}", pages.asset),
    Route("/cdn/shop/files/{name}.svg", pages.image),
    Route("/cdn/shopifycloud/pixels.js", tracking.page_script),
    Route("/cdn/wpm/{name}.js", tracking.manager_script),
    Route("/wpm@{hash}/app/{pixel}/sandbox/worker.modern.js", tracking.worker),
    Route("/wpm@{hash}/custom/{pixel}/sandbox/modern/{path:path}", tracking.frame),
    Route("/.well-known/shopify/monorail/unstable/produce_batch", tracking.monorail, methods=["POST"]),
    Route("/admin/api/{version}/graphql.json", admin.graphql, methods=["POST"]),
    Route("/__fault", control.listing),
    Route("/__fault", control.heal, methods=["DELETE"]),
    Route("/__fault/{name}", control.switch_on, methods=["POST"]),
    Route("/__fault/{name}", control.switch_off, methods=["DELETE"]),
]


def create_app(theme: str = "ridge", *, faults: Iterable[str] = ()) -> Starlette:
    """The store in one theme, with these faults on (and those in NANO_SRE_DEMO_FAULTS)."""
    worn = load_theme(theme)
    named = os.environ.get(FAULTS_VARIABLE, "").split(",")
    from_environment = [name.strip() for name in named if name.strip()]
    titles = {handle: (words[0], words[1]) for handle, words in worn.labels["collections"].items()}
    store = Store(worn, read_catalogue(worn.folder, titles), faults=Faults([*faults, *from_environment]))
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Front, store=store)],
        exception_handlers={404: pages.not_found, 405: pages.not_found},
    )
    app.state.store = store
    return app
