"""What a visitor sees of a store without being told anything: enough to write its first checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVariant:
    """A variant in the public catalogue."""

    title: str
    price: str  # as the catalogue writes it, such as 629.95
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProduct:
    """A product in the public catalogue."""

    handle: str
    title: str
    variants: tuple[SeenVariant, ...]

    @property
    def available(self) -> bool:
        return any(variant.available for variant in self.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMarket:
    """A market as its pages say: the path they live under, language, currency, country."""

    path: str
    locale: str
    currency: str
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """One look at a store. `missed` are sentences about what was looked for and not found."""

    url: str
    name: str
    markets: tuple[SeenMarket, ...]
    locked: bool = False
    theme: str | None = None
    products: int = 0
    collections: int = 0
    product: SeenProduct | None = None
    variant: SeenVariant | None = None  # of `product`: one that can be chosen, where there is a choice
    sold_out: SeenProduct | None = None
    cart: Literal["drawer", "page", "notice"] | None = None
    banner: bool = False
    search: bool = False
    vendors: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
