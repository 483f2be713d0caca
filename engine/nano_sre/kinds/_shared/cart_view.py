"""The cart as the page shows it: a drawer, a notification or a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nano_sre.core.ports import Browser
from nano_sre.core.values import frozen
from nano_sre.kinds._shared.theme import WORDS, CartLine, ask, ask_until


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
    """What is visible of the cart. Controls are paths; `loaded_at` tells one page from the next."""

    loaded_at: float
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
    return _view(await ask(io, "cart", _asked(wanted)))


async def look_at_cart_until(io: Browser, wanted: Sequence[CartLine], *, count: int, most: float) -> CartView:
    """The cart once it shows every line, or its link this number; as it is after `most` seconds."""
    done = (
        "(seen.shown && seen.lines.every((line) => line.shown))"
        " || (seen.link_texts.join(' ').match(/\\d+/g) || []).includes(want)"
    )
    return _view(await ask_until(io, "cart", _asked(wanted), done=done, want=str(count), most=most))


def _asked(wanted: Sequence[CartLine]) -> dict[str, Any]:
    lines = [{"title": line.title, "detail": line.variant_title, "id": line.variant} for line in wanted]
    return {"words": WORDS, "wanted": lines}


def _view(seen: dict[str, Any]) -> CartView:
    lines = tuple(ShownLine(**line) for line in seen["lines"])
    more = {name: tuple(seen[name]) for name in ("checkout", "links", "buttons", "link_texts", "alerts")}
    return CartView(
        loaded_at=seen["loaded_at"],
        shown=seen["shown"],
        page=seen["page"],
        lines=lines,
        update=seen["update"],
        moving=seen["moving"],
        dialog=seen["dialog"],
        **more,
    )
