"""Why a product did not get into the cart: told apart by what the button sent and what the store answered."""

from __future__ import annotations

import json
from typing import Any

from nano_sre.core.ports import Abort, Browser, failed
from nano_sre.kinds._shared.parts import sentence
from nano_sre.kinds._shared.theme import Cart, Product, ask, catalogue


async def not_added(
    io: Browser, facts: dict[str, Any], *, seen: dict[str, Any], start: dict[str, Any], cart: Cart
) -> Abort:
    """The `Abort` of a press on add-to-cart after which the cart holds no more than before."""
    name = f"“{facts['title']}”" if facts["title"] else "the product"
    button = f"“{facts['submit']['name']}”" if facts["submit"] else "the button"
    now = await ask(io, "traffic", {"since": start["now"], "text": True})
    said = [text for text in now["alerts"] if text not in start["alerts"]]
    state = "still empty" if cart.count == 0 else "as before"
    moved = seen["page"] != start["page"]
    adds = [request for request in seen["seen"] if "/add" in request["path"]]
    status = (seen["status"] if moved else adds[-1]["status"] if adds else None) or 200
    if not adds and not moved:
        return _nothing_happened(name, button, state=state, said=said)
    if status >= 500:
        return failed(
            "R511",
            f"Shoppers cannot buy {name}: the store answers add-to-cart with an error ({status}).",
            expected="status 200",
            actual=f"status {status}, cart {state}",
            evidence=tuple(said),
        )
    if status >= 400:
        return await _refused(io, facts, status=status, said=said)
    return failed(
        "R511",
        f"Pressing {button} on {name} seems to work, but the cart is {state}.",
        expected=f"{name} in the cart",
        actual=f"the store said yes (status {status}), yet the cart is {state}",
        hint="An app that changes the cart, or a cookie that is not kept, may undo it.",
        evidence=tuple(said),
    )


def _nothing_happened(name: str, button: str, *, state: str, said: list[str]) -> Abort:
    if said:
        return failed(
            "R511",
            f"Pressing {button} on {name} put nothing into the cart; the page says {sentence(said)}.",
            expected="a request to /cart/add",
            actual=f"no request, cart {state}",
        )
    return failed(
        "R511",
        f"Pressing {button} on {name} did nothing: no request to the cart was sent, and the cart is {state}.",
        expected="a request to /cart/add, and the product in the cart",
        actual=f"no request, cart {state}",
        hint="A script that takes over the product form (the theme's or an app's) probably fails.",
    )


async def _refused(io: Browser, facts: dict[str, Any], *, status: int, said: list[str]) -> Abort:
    name = f"“{facts['title']}”" if facts["title"] else "the product"
    answer = await _ask_again(io, facts)
    words = sentence(said) or sentence([answer])
    product = await catalogue(io, facts["handle"]) if facts["handle"] else None
    variant = product.variant(facts["variant"]) if product else None
    if variant is not None and not variant.available:
        return failed(
            "R518",
            f"The page offers {variant_name(io, facts)} for sale, but it is sold out: the store refuses to add it.",
            expected="a page that says it is sold out",
            actual=f"an add-to-cart button that can be pressed, and a refusal ({status})",
            hint="The page is behind the stock: look for a cache, or an inventory app that writes late.",
            evidence=tuple(filter(None, [words])),
        )
    because = f": {words}" if words else ""
    return failed(
        "R511",
        f"Shoppers cannot buy {name}: the store refuses to add it{because}.",
        expected="status 200",
        actual=f"status {status}",
        evidence=tuple(said),
    )


async def _ask_again(io: Browser, facts: dict[str, Any]) -> str:
    """The store's own words: the page did not pass them on. Asked only after the store has just refused the same."""
    if not facts["variant"]:
        return ""
    answer = await io.fetch(
        "/cart/add.js", method="POST", json={"items": [{"id": int(facts["variant"]), "quantity": 1}]}
    )
    if answer.status < 400:
        return ""
    try:
        data = json.loads(answer.body)
    except ValueError:
        return ""
    return str(data.get("description") or data.get("message") or "") if isinstance(data, dict) else ""


def variant_name(io: Browser, facts: dict[str, Any]) -> str:
    """The variant that the page holds, as people call it, from what this visit has learnt of the catalogue."""
    product: Product | None = io.memory.get("catalogue", {}).get(facts["handle"])
    variant = product.variant(facts["variant"]) if product else None
    title = facts["title"] or "the product"
    if variant is None or variant.title == "Default Title":
        return f"“{title}”"
    return f"“{title}” in {variant.title}"
