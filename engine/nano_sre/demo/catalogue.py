"""What the demo store sells: one list of products, worded by each theme."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parent / "themes" / "_shared"
DEFAULT_TITLE = "Default Title"
CREATED_AT = "2026-10-01T09:00:00-04:00"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One thing a shopper can buy; prices in hundredths."""

    id: int
    handle: str
    title: str
    options: tuple[str, ...]
    price: int
    compare_at: int | None
    stock: int
    sku: str
    position: int

    @property
    def available(self) -> bool:
        return self.stock > 0


@dataclass(frozen=True, kw_only=True)
class Product:
    id: int
    handle: str
    title: str
    type: str
    text: str
    points: tuple[str, ...]
    vendor: str
    tags: tuple[str, ...]
    collections: tuple[str, ...]
    options: tuple[str, ...]
    variants: tuple[Variant, ...]
    art: str
    look: str
    ships: bool

    @property
    def url(self) -> str:
        return f"/products/{self.handle}"

    @property
    def image(self) -> str:
        return f"/cdn/shop/files/{self.handle}.svg"

    @property
    def available(self) -> bool:
        return any(variant.available for variant in self.variants)

    @property
    def single(self) -> bool:
        return self.variants[0].title == DEFAULT_TITLE

    def values(self, option: int) -> list[str]:
        """The values of one option, in the order of the variants."""
        return list(dict.fromkeys(variant.options[option] for variant in self.variants))

    def variant(self, id_: int | None) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == id_), None)

    def first_available(self) -> Variant:
        return next((variant for variant in self.variants if variant.available), self.variants[0])


@dataclass(frozen=True, kw_only=True)
class Collection:
    id: int
    handle: str
    title: str
    text: str
    products: tuple[Product, ...]

    @property
    def url(self) -> str:
        return f"/collections/{self.handle}"


class Catalogue:
    def __init__(self, products: list[Product], collections: list[Collection]) -> None:
        self.products = products
        self.collections = {collection.handle: collection for collection in collections}
        self._by_handle = {product.handle: product for product in products}
        self._by_variant = {variant.id: variant for product in products for variant in product.variants}

    def product(self, handle: str) -> Product | None:
        return self._by_handle.get(handle)

    def variant(self, id_: int) -> Variant | None:
        return self._by_variant.get(id_)

    def product_of(self, variant: Variant) -> Product:
        return self._by_handle[variant.handle]

    def search(self, words: str) -> list[Product]:
        """Products whose text holds every word."""
        wanted = words.casefold().split()
        if not wanted:
            return []
        return [product for product in self.products if _mentions(product, wanted)]


def _mentions(product: Product, words: list[str]) -> bool:
    text = " ".join((product.title, product.type, product.text, product.handle, *product.tags)).casefold()
    return all(word in text for word in words)


def read_catalogue(folder: Path, titles: Mapping[str, tuple[str, str]]) -> Catalogue:
    """The shared list in a theme's words; `titles` names the collections (title, text) by handle."""
    words = json.loads((folder / "products.json").read_text("utf-8"))
    rows = json.loads((SHARED / "catalogue.json").read_text("utf-8"))
    products = [_product(row, words[row["handle"]]) for row in rows]
    collections = [
        _collection(number, handle, titles[handle], products=products)
        for number, handle in enumerate(titles, start=1)
    ]
    return Catalogue(products, collections)


def _collection(number: int, handle: str, words: tuple[str, str], *, products: list[Product]) -> Collection:
    members = [product for product in products if handle == "all" or handle in product.collections]
    return Collection(
        id=480000000000 + number, handle=handle, title=words[0], text=words[1], products=tuple(members)
    )


def _product(row: dict[str, Any], words: dict[str, Any]) -> Product:
    options = words.get("options", {})
    return Product(
        id=row["id"],
        handle=row["handle"],
        title=words["title"],
        type=words["type"],
        text=words["text"],
        points=tuple(words["points"]),
        vendor=row["vendor"],
        tags=tuple(row["tags"]),
        collections=tuple(row["collections"]),
        options=tuple(options.get(name, name) for name in row["options"]),
        variants=tuple(_variants(row, words.get("values", {}))),
        art=row["art"],
        look=row["look"],
        ships=row.get("ships", True),
    )


def _variants(row: dict[str, Any], words: Mapping[str, str]) -> list[Variant]:
    made = []
    for position, (values, price, compare_at, stock) in enumerate(row["variants"], start=1):
        options = tuple(words.get(value, value) for value in values)
        made.append(
            Variant(
                id=43_000_000_000_000 + (row["id"] % 1000) * 100 + position,
                handle=row["handle"],
                title=" / ".join(options),
                options=options,
                price=price,
                compare_at=compare_at,
                stock=stock,
                sku=f"RS-{row['id'] % 1000:03d}-{position}",
                position=position,
            )
        )
    return made
