"""What is another address for every shopper is one page."""

from __future__ import annotations

import pytest

from nano_sre.kinds._shared.watching import page_of

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (SHOP, "/"),
        (f"{SHOP}/products/a-board?variant=1", "/products/a-board"),
        (
            f"{SHOP}/products/the-2026-edition-of-the-board-154cm",
            "/products/the-2026-edition-of-the-board-154cm",
        ),
        (f"{SHOP}/checkouts/cn/Z2NwLXVzkbo-JU8SBPcz0fGV/information", "/checkouts/cn/…/information"),
        (f"{SHOP}/de/checkouts/cn/Z2NwLXVz_leb-SoXWmc5WTC", "/de/checkouts/cn/…"),
        (f"{SHOP}/checkouts/c/0123456789abcdef0123456789abcdef/payment", "/checkouts/c/…/payment"),
        (f"{SHOP}/12345/checkouts/0123456789abcdef0123456789abcdef", "/12345/checkouts/…"),
        (f"{SHOP}/12345/orders/0123456789abcdef0123456789abcdef", "/12345/orders/…"),
        (f"{SHOP}/checkouts/cn", "/checkouts/cn"),
    ],
)
def test_tokens_are_left_out(url: str, page: str) -> None:
    assert page_of(url) == page
