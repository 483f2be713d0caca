"""Everything the demo store remembers, in memory."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nano_sre.demo.cart import Cart
from nano_sre.demo.catalogue import Catalogue, Product, Variant
from nano_sre.demo.faults import Faults
from nano_sre.demo.theme import Theme

REMEMBERED = 10_000
FIRST_ORDER = 1001


@dataclass(kw_only=True)
class Checkout:
    """One checkout on its way; `order` is set once it is paid."""

    token: str
    cart: Cart
    fields: dict[str, str] = field(default_factory=dict)
    rate: str = ""
    order: Order | None = None
    purchase: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """A paid order; amounts in hundredths of `currency`."""

    number: int
    token: str
    email: str
    lines: list[dict[str, Any]]
    address: dict[str, str]
    subtotal: int
    discount: int
    shipping: int
    total: int
    currency: str
    rate: str
    created_at: datetime
    gateway: str = "bogus"
    test: bool = True

    @property
    def name(self) -> str:
        return f"#{self.number}"


class Store:
    """The state of one demo store."""

    def __init__(self, theme: Theme, catalogue: Catalogue, *, faults: Faults) -> None:
        self.theme = theme
        self.catalogue = catalogue
        self.faults = faults
        self.password: str | None = None
        self.carts: dict[str, Cart] = {}
        self.checkouts: dict[str, Checkout] = {}
        self.orders: list[Order] = []
        self.sessions: dict[str, str] = {}  # who is logged in: a cookie and an e-mail address
        self.requests: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def price(self, variant: Variant) -> int:
        """What the cart charges for one, in hundredths."""
        return self.faults.charged(variant.price)

    def product(self, handle: str) -> Product | None:
        """The product as shoppers see it."""
        known = self.catalogue.product(handle)
        return None if known is None else self.faults.sold(known)

    def art(self, variant: Variant) -> str:
        """What sort of thing a variant is: some codes hold for one sort only."""
        return self.catalogue.product_of(variant).art

    def cart(self, token: str | None) -> Cart:
        """The visitor's cart, or a new one that is kept once something is put in."""
        known = self.carts.get(token or "")
        if known is not None:
            return known
        return Cart(
            secrets.token_hex(16),
            self.price,
            art=self.art,
            reduce=self.faults.taken_off,
            refuse=self.faults.refusal,
        )

    def keep(self, cart: Cart) -> None:
        self.carts[cart.token] = cart
        _forget_oldest(self.carts)

    def start_checkout(self, cart: Cart) -> Checkout:
        """The open checkout of this cart, or a new one."""
        for checkout in self.checkouts.values():
            if checkout.cart is cart and checkout.order is None:
                return checkout
        made = Checkout(token=f"Z2NwLXVz{secrets.token_urlsafe(12)}", cart=cart)
        self.checkouts[made.token] = made
        _forget_oldest(self.checkouts)
        return made

    def place(self, checkout: Checkout, *, lines: list[dict[str, Any]], shipping: int) -> Order:
        """Turn a paid checkout into an order and empty the cart."""
        cart = checkout.cart
        order = Order(
            number=FIRST_ORDER + len(self.orders),
            token=checkout.token,
            email=checkout.fields.get("email", ""),
            lines=lines,
            address=dict(checkout.fields),
            subtotal=cart.items_subtotal,
            discount=cart.discount,
            shipping=shipping,
            total=cart.total + shipping,
            currency=self.theme.currency,
            rate=checkout.rate,
            created_at=datetime.now(UTC),
        )
        self.orders.append(order)
        checkout.order = order
        cart.clear()
        cart.discount_code = ""
        return order


def _forget_oldest(kept: dict[str, Any]) -> None:
    while len(kept) > REMEMBERED:
        del kept[next(iter(kept))]
