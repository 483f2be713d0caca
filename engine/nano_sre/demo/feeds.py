"""What machines read: product JSON, sitemap, robots."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from nano_sre.demo.catalogue import CREATED_AT, Product, Variant
from nano_sre.demo.store import Store
from nano_sre.demo.theme import plain_amount

PAGE_SIZE = 30
LARGEST_PAGE = 250
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def product_js(request: Request) -> Response:
    product = store_of(request).product(request.path_params["handle"])
    if product is None:
        raise HTTPException(404)
    return JSONResponse(_ajax_product(product))


async def product_json(request: Request) -> Response:
    product = store_of(request).product(request.path_params["handle"])
    if product is None:
        raise HTTPException(404)
    return JSONResponse({"product": _feed_product(product, base=base_url(request))})


async def products_json(request: Request) -> Response:
    return _page(request, tuple(store_of(request).catalogue.products))


async def collection_json(request: Request) -> Response:
    collection = store_of(request).catalogue.collections.get(request.path_params["handle"])
    if collection is None:
        raise HTTPException(404)
    return _page(request, collection.products)


async def suggest(request: Request) -> Response:
    """/search/suggest.json: what a theme shows below the search field while a shopper types."""
    found = store_of(request).catalogue.search(request.query_params.get("q", "")[:200])
    most = min(max(_number(request, "resources[limit]", 10), 1), 10)
    products = [
        {
            "id": product.id,
            "title": product.title,
            "handle": product.handle,
            "url": f"{product.url}?_pos={place}&_psq={quote(request.query_params.get('q', '')[:200])}&_ss=e",
            "price": plain_amount(product.variants[0].price),
            "available": product.available,
            "image": product.image,
        }
        for place, product in enumerate(found[:most], start=1)
    ]
    return JSONResponse({"resources": {"results": {"products": products}}})


def _page(request: Request, products: tuple[Product, ...]) -> Response:
    size = min(max(_number(request, "limit", PAGE_SIZE), 1), LARGEST_PAGE)
    start = (max(_number(request, "page", 1), 1) - 1) * size
    chosen = products[start : start + size]
    return JSONResponse({"products": [_feed_product(product, base=base_url(request)) for product in chosen]})


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() and text.isascii() else default


def _ajax_product(product: Product) -> dict[str, Any]:
    """The product as /products/<handle>.js answers it; prices in hundredths."""
    prices = [variant.price for variant in product.variants]
    compared = [variant.compare_at or 0 for variant in product.variants]
    return {
        "id": product.id,
        "title": product.title,
        "handle": product.handle,
        "description": f"<p>{escape(product.text)}</p>",
        "published_at": CREATED_AT,
        "created_at": CREATED_AT,
        "vendor": product.vendor,
        "type": product.type,
        "tags": list(product.tags),
        "price": product.variants[0].price,
        "price_min": min(prices),
        "price_max": max(prices),
        "available": product.available,
        "price_varies": len(set(prices)) > 1,
        "compare_at_price": product.variants[0].compare_at,
        "compare_at_price_min": min(compared),
        "compare_at_price_max": max(compared),
        "compare_at_price_varies": len(set(compared)) > 1,
        "variants": [_ajax_variant(product, variant) for variant in product.variants],
        "images": [product.image],
        "featured_image": product.image,
        "options": _options(product),
        "url": product.url,
        "requires_selling_plan": False,
        "selling_plan_groups": [],
    }


def _ajax_variant(product: Product, variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "title": variant.title,
        **_numbered_options(variant),
        "sku": variant.sku,
        "requires_shipping": product.ships,
        "taxable": True,
        "featured_image": None,
        "available": variant.available,
        "name": product.title if product.single else f"{product.title} - {variant.title}",
        "public_title": None if product.single else variant.title,
        "options": list(variant.options),
        "price": variant.price,
        "weight": 0,
        "compare_at_price": variant.compare_at,
        "inventory_management": "shopify",
        "barcode": "",
    }


def _feed_product(product: Product, *, base: str) -> dict[str, Any]:
    """The product as /products.json answers it; prices as decimal strings."""
    return {
        "id": product.id,
        "title": product.title,
        "handle": product.handle,
        "body_html": f"<p>{escape(product.text)}</p>",
        "published_at": CREATED_AT,
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
        "vendor": product.vendor,
        "product_type": product.type,
        "tags": list(product.tags),
        "variants": [_feed_variant(product, variant) for variant in product.variants],
        "images": [
            {"id": product.id + 1, "position": 1, "src": base + product.image, "width": 1200, "height": 1200}
        ],
        "options": _options(product),
    }


def _feed_variant(product: Product, variant: Variant) -> dict[str, Any]:
    compare_at = variant.compare_at
    return {
        "id": variant.id,
        "title": variant.title,
        **_numbered_options(variant),
        "sku": variant.sku,
        "requires_shipping": product.ships,
        "taxable": True,
        "featured_image": None,
        "available": variant.available,
        "price": plain_amount(variant.price),
        "grams": 0,
        "compare_at_price": None if compare_at is None else plain_amount(compare_at),
        "position": variant.position,
        "product_id": product.id,
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
    }


def _numbered_options(variant: Variant) -> dict[str, str | None]:
    values = (*variant.options, None, None)
    return {f"option{number}": values[number - 1] for number in (1, 2, 3)}


def _options(product: Product) -> list[dict[str, Any]]:
    return [
        {"name": name, "position": index + 1, "values": product.values(index)}
        for index, name in enumerate(product.options)
    ]


async def robots(request: Request) -> Response:
    lines = (
        "User-agent: *",
        "Disallow: /admin",
        "Disallow: /cart",
        "Disallow: /checkouts/",
        "Disallow: /search",
        f"Sitemap: {base_url(request)}/sitemap.xml",
        "",
    )
    return PlainTextResponse("\n".join(lines))


async def sitemap(request: Request) -> Response:
    base = base_url(request)
    parts = "".join(
        f"<sitemap><loc>{base}/sitemap_{kind}_1.xml</loc></sitemap>" for kind in ("products", "collections")
    )
    return _xml(f"<sitemapindex {_NAMESPACE}>{parts}</sitemapindex>")


async def sitemap_part(request: Request) -> Response:
    catalogue = store_of(request).catalogue
    paths = {
        "products": [product.url for product in catalogue.products],
        "collections": [collection.url for collection in catalogue.collections.values()],
    }.get(request.path_params["kind"])
    if paths is None:
        raise HTTPException(404)
    base = base_url(request)
    urls = "".join(
        f"<url><loc>{escape(base + path)}</loc><lastmod>{CREATED_AT}</lastmod></url>" for path in paths
    )
    return _xml(f"<urlset {_NAMESPACE}>{urls}</urlset>")


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', media_type="application/xml")
