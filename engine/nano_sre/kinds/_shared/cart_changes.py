"""Changing a line of the cart: which line is meant, and when the cart has answered."""

from __future__ import annotations

from typing import Any

from nano_sre.core.ports import Browser, failed
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.theme import Cart, CartLine, ask


def the_line(cart: Cart, name: str | None, *, purpose: str) -> CartLine:
    """The line with this product or variant title, or the only one. Raises `Abort` (R513)."""
    wanted = [
        line
        for line in cart.lines
        if name is None or fold(name) in fold(f"{line.title} {line.variant_title}")
    ]
    exact = [line for line in wanted if name and fold(name) in {fold(line.title), fold(line.variant_title)}]
    if len(exact or wanted) == 1:
        return (exact or wanted)[0]
    listed = ", ".join(line.name for line in cart.lines) or "nothing"
    if not wanted:
        what = "The cart is empty" if not cart.lines else f"“{name}” is not in the cart"
        raise failed("R513", f"{what}, so {purpose}.", actual=listed)
    if name is None:
        raise failed("R513", "Several products are in the cart: say which one is meant.", actual=listed)
    raise failed(
        "R513",
        f"“{name}” fits several products in the cart: say the whole title of one, or its variant.",
        actual=", ".join(line.name for line in wanted),
    )


async def has_answered(io: Browser, start: dict[str, Any]) -> bool:
    """Whether the cart has been changed since `start` (what the script `traffic` told then): here or by a new page."""
    now = await ask(io, "traffic", {"since": start["now"], "text": False})
    if now["page"] != start["page"]:
        return bool(now["ready"])
    return bool(now["seen"])
