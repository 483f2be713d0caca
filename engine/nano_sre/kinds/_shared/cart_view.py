"""The cart as the page shows it: a drawer, a notification or a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nano_sre.core.ports import Browser
from nano_sre.core.values import frozen
from nano_sre.kinds._shared.theme import WORDS, CartLine, ask


@frozen
class ShownLine:
    """A line of the cart as far as it can be seen; `field`, `more`, `fewer` are paths of its quantity controls."""

    title: str
    shown: bool
    field: str | None = None
    value: float | None = None
    select: bool = False
    more: str | None = None
    fewer: str | None = None


@frozen
class CartView:
    """What is visible of the cart. Controls are paths."""

    shown: bool
    page: bool
    lines: tuple[ShownLine, ...]
    checkout: tuple[dict[str, Any], ...]
    links: tuple[str, ...]
    buttons: tuple[str, ...]
    link_texts: tuple[str, ...]
    update: str | None
    alerts: tuple[str, ...]
    moving: bool
    dialog: bool

    @property
    def complete(self) -> bool:
        """Whether the cart can be seen, with every line asked for in it."""
        return self.shown and all(line.shown for line in self.lines)

    def counts(self, number: int) -> bool:
        """Whether a link to the cart shows this number."""
        texts = " ".join(self.link_texts)
        return str(number) in "".join(c if c.isdigit() else " " for c in texts).split()


async def look_at_cart(io: Browser, wanted: Sequence[CartLine] = ()) -> CartView:
    """The cart on the page as it is now, with the lines looked for in it."""
    asked = [{"title": line.title, "detail": line.variant_title, "id": line.variant} for line in wanted]
    seen = await ask(io, "cart", {"words": WORDS, "wanted": asked})
    lines = tuple(ShownLine(**line) for line in seen["lines"])
    more = {name: tuple(seen[name]) for name in ("checkout", "links", "buttons", "link_texts", "alerts")}
    return CartView(
        shown=seen["shown"],
        page=seen["page"],
        lines=lines,
        update=seen["update"],
        moving=seen["moving"],
        dialog=seen["dialog"],
        **more,
    )
