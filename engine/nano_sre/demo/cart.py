"""The cart: lines, quantities and totals, as Shopify's Ajax API shows them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from nano_sre.demo.catalogue import Variant
from nano_sre.demo.discounts import Goods, refusal, taken_off

Properties = dict[str, str]


class CartError(Exception):
    """A refusal in the shape Shopify answers with."""

    def __init__(self, status: int, message: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.message = message
        self.description = description


@dataclass
class Line:
    variant: Variant
    quantity: int
    properties: Properties = field(default_factory=dict)

    @property
    def key(self) -> str:
        text = json.dumps([self.variant.id, self.properties], sort_keys=True)
        return f"{self.variant.id}:{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}"


@dataclass
class Cart:
    """One visitor's cart. `price` says what a variant costs here, in hundredths; `art` what sort of thing it is;
    `reduce` what the store makes of a discount, `refuse` of the reason against a code.
    """

    token: str
    price: Callable[[Variant], int]
    art: Callable[[Variant], str] = lambda _variant: ""
    lines: list[Line] = field(default_factory=list)
    note: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    discount_code: str = ""
    reduce: Callable[[int], int] = int
    refuse: Callable[[str, str], str] = lambda _code, reason: reason

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def items_subtotal(self) -> int:
        return sum(self.line_price(line) for line in self.lines)

    @property
    def discount(self) -> int:
        """Hundredths taken off by the code."""
        if self.discount_refusal:
            return 0
        return self.reduce(taken_off(self.discount_code, self._goods))

    @property
    def discount_refusal(self) -> str:
        """The name of the reason why the code takes nothing off; nothing without a code, or with a good one."""
        if not self.discount_code or not self.lines:
            return ""
        return self.refuse(self.discount_code, refusal(self.discount_code, self._goods))

    @property
    def _goods(self) -> list[Goods]:
        return [Goods(self.art(line.variant), self.line_price(line)) for line in self.lines]

    @property
    def total(self) -> int:
        return self.items_subtotal - self.discount

    def line_price(self, line: Line) -> int:
        return self.price(line.variant) * line.quantity

    def add(self, variant: Variant, quantity: int, *, properties: Properties | None = None) -> Line:
        """Put in as many as there are; none left is a refusal."""
        room = variant.stock - self._count(variant)
        if variant.stock <= 0:
            raise CartError(422, "Cart Error", "sold_out")
        if room <= 0:
            raise CartError(422, "Cart Error", "all_in_cart")
        added = Line(variant, min(quantity, room), properties or {})
        known = self.line(added.key)
        if known is not None:
            known.quantity += added.quantity
            return known
        self.lines.insert(0, added)
        return added

    def change(self, line: Line, quantity: int) -> None:
        """Set a line's quantity, limited by stock; zero removes the line."""
        others = self._count(line.variant) - line.quantity
        line.quantity = max(0, min(quantity, line.variant.stock - others))
        if line.quantity == 0:
            self.lines.remove(line)

    def line(self, id_or_key: str) -> Line | None:
        """The line with this key, or the first of this variant."""
        for line in self.lines:
            if id_or_key in (line.key, str(line.variant.id)):
                return line
        return None

    def clear(self) -> None:
        self.lines.clear()

    def _count(self, variant: Variant) -> int:
        return sum(line.quantity for line in self.lines if line.variant.id == variant.id)
