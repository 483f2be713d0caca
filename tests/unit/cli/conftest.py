from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import CART, STORE, Desk
from support.pages import Site, site


@pytest.fixture
def shop() -> Iterator[Site]:
    """A shop that answers `/cart.js` and little else."""
    with site(index="<title>Shop</title><h1>Welcome</h1>") as made:
        made.put("/cart.js", '{"items": []}', headers={"content-type": "application/json"})
        yield made


@pytest.fixture
def desk(tmp_path: Path, shop: Site) -> Desk:
    """A folder with a store and one check of it; nothing is applied yet."""
    made = Desk(tmp_path, {"SHOP_URL": shop.url})
    made.write("store.yaml", STORE)
    made.write("cart.yaml", CART)
    return made


@pytest.fixture
def applied(desk: Desk) -> Desk:
    """The same, with everything applied."""
    done = desk.nano("apply")
    assert done.code == 0, done.said
    return desk
