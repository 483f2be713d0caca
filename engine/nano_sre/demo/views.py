"""What templates are given: plain data made from the store's state."""

from __future__ import annotations

from typing import Any

from nano_sre.demo.cart import Cart, Line
from nano_sre.demo.catalogue import DEFAULT_TITLE, Product, Variant
from nano_sre.demo.store import Store
from nano_sre.demo.theme import plain_amount


def product_view(store: Store, product: Product, variant: Variant) -> dict[str, Any]:
    """A product page's data with one variant chosen."""
    return {
        "product": product,
        "variant": variant,
        "available": store.faults.shown_available(variant),
        "picker": _picker(store, product, variant),
        "variants": [_client_variant(store, each) for each in product.variants],
        "pixel_item": pixel_item(product, variant, price=variant.price, quantity=1),
        "buy_button": True,
    }


def _picker(store: Store, product: Product, chosen: Variant) -> list[dict[str, Any]]:
    if product.single:
        return []
    return [
        {
            "name": name,
            "values": [
                _value(store, product, chosen, index=index, value=value) for value in product.values(index)
            ],
        }
        for index, name in enumerate(product.options)
    ]


def _value(store: Store, product: Product, chosen: Variant, *, index: int, value: str) -> dict[str, Any]:
    wanted = (*chosen.options[:index], value, *chosen.options[index + 1 :])
    match = next((each for each in product.variants if each.options == wanted), None)
    return {
        "value": value,
        "chosen": chosen.options[index] == value,
        "available": match is not None and store.faults.shown_available(match),
    }


def _client_variant(store: Store, variant: Variant) -> dict[str, Any]:
    return {"id": variant.id, "options": variant.options, "available": store.faults.shown_available(variant)}


def structured_data(store: Store, product: Product, *, base: str) -> dict[str, Any]:
    """The JSON-LD of a product page: one offer a variant."""
    return {
        "@context": "https://schema.org/",
        "@type": "Product",
        "name": product.title,
        "url": base + product.url,
        "image": [base + product.image],
        "description": product.text,
        "sku": product.variants[0].sku,
        "brand": {"@type": "Brand", "name": product.vendor},
        "offers": [_offer(store, product, variant, base=base) for variant in product.variants],
    }


def _offer(store: Store, product: Product, variant: Variant, *, base: str) -> dict[str, Any]:
    stock = "InStock" if store.faults.shown_available(variant) else "OutOfStock"
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "name": variant.title,
        "availability": f"https://schema.org/{stock}",
        "price": plain_amount(variant.price),
        "priceCurrency": store.theme.currency,
        "url": f"{base}{product.url}?variant={variant.id}",
    }


def pixel_item(product: Product, variant: Variant, *, price: int, quantity: int) -> dict[str, Any]:
    """An item as the pixels name it; price in currency units."""
    return {
        "id": str(variant.id),
        "product_id": product.id,
        "sku": variant.sku,
        "url": product.url,
        "name": product.title,
        "brand": product.vendor,
        "category": product.type,
        "variant": "" if product.single else variant.title,
        "price": price / 100,
        "quantity": quantity,
    }


def pixel_event(
    name: str, items: list[dict[str, Any]], *, value: int, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An event for the pixels; `value` in hundredths."""
    return {"name": name, "value": value / 100, "items": items, **(extra or {})}


def cart_pixel_items(store: Store, cart: Cart) -> list[dict[str, Any]]:
    return [
        pixel_item(
            store.catalogue.product_of(line.variant),
            line.variant,
            price=store.price(line.variant),
            quantity=line.quantity,
        )
        for line in cart.lines
    ]


def cart_json(store: Store, cart: Cart) -> dict[str, Any]:
    """The cart as /cart.js answers it."""
    items = [line_json(store, cart, line) for line in cart.lines]
    return {
        "token": cart.token,
        "note": cart.note,
        "attributes": cart.attributes,
        "original_total_price": cart.items_subtotal,
        "total_price": cart.total,
        "total_discount": cart.discount,
        "total_weight": sum(item["grams"] * item["quantity"] for item in items),
        "item_count": cart.item_count,
        "items": items,
        "requires_shipping": any(item["requires_shipping"] for item in items),
        "currency": store.theme.currency,
        "items_subtotal_price": cart.items_subtotal,
        "cart_level_discount_applications": _cart_discounts(cart),
        "discount_codes": _codes(cart),
    }


def _codes(cart: Cart) -> list[dict[str, Any]]:
    code = cart.discount_code
    return [{"code": code, "applicable": not cart.discount_refusal}] if code else []


def discount_problem(store: Store, cart: Cart) -> str:
    """What the theme says about a code that takes nothing off."""
    found = cart.discount_refusal
    return str(store.theme.labels[found]).format(code=cart.discount_code) if found else ""


def _cart_discounts(cart: Cart) -> list[dict[str, Any]]:
    if not cart.discount:
        return []
    return [{"type": "discount_code", "title": cart.discount_code, "total_allocated_amount": cart.discount}]


def line_json(store: Store, cart: Cart, line: Line) -> dict[str, Any]:
    """A cart line as Shopify's Ajax API shows it; amounts in hundredths."""
    variant = line.variant
    product = store.catalogue.product_of(variant)
    price = store.price(variant)
    title = product.title if product.single else f"{product.title} - {variant.title}"
    return {
        "id": variant.id,
        "properties": line.properties,
        "quantity": line.quantity,
        "variant_id": variant.id,
        "key": line.key,
        "title": title,
        "price": price,
        "original_price": price,
        "presentment_price": price / 100,
        "discounted_price": price,
        "line_price": cart.line_price(line),
        "original_line_price": cart.line_price(line),
        "final_price": price,
        "final_line_price": cart.line_price(line),
        "total_discount": 0,
        "discounts": [],
        "sku": variant.sku,
        "grams": _grams(product),
        "vendor": product.vendor,
        "taxable": True,
        "product_id": product.id,
        "product_has_only_default_variant": product.single,
        "gift_card": not product.ships,
        "url": f"{product.url}?variant={variant.id}",
        "image": product.image,
        "featured_image": {
            "alt": product.title,
            "url": product.image,
            "width": 1200,
            "height": 1200,
            "aspect_ratio": 1,
        },
        "handle": product.handle,
        "requires_shipping": product.ships,
        "product_type": product.type,
        "product_title": product.title,
        "product_description": product.text,
        "variant_title": None if variant.title == DEFAULT_TITLE else variant.title,
        "variant_options": list(variant.options),
        "options_with_values": [
            {"name": name, "value": value}
            for name, value in zip(product.options, variant.options, strict=True)
        ],
    }


def _grams(product: Product) -> int:
    return {"board": 3200, "jacket": 780, "goggles": 310, "giftcard": 0}.get(product.art, 120)
