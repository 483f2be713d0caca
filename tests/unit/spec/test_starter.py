from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nano_sre.core.first_look import FirstLook, SeenMarket, SeenProduct, SeenVariant
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts
from nano_sre.spec.starter import paused, slug, starter_folder

BOARD = SeenProduct(
    handle="board",
    title="The Board",
    variants=(
        SeenVariant(title="154cm", price="699.95", available=True),
        SeenVariant(title="158cm", price="729.95", available=True),
    ),
)
GONE = SeenProduct(
    handle="gone", title="Gone", variants=(SeenVariant(title="Default Title", price="1.00", available=False),)
)
SEEN = FirstLook(
    url="https://shop.example",
    name="Ridge Supply",
    markets=(SeenMarket(path="", locale="en-US", currency="USD", country="US"),),
    theme="Dawn",
    products=12,
    collections=3,
    product=BOARD,
    variant=BOARD.variants[1],
    sold_out=GONE,
    cart="drawer",
    banner=True,
    search=True,
    vendors=("www.facebook.com",),
)
TODAY = date(2026, 11, 23)


def told_of(files: dict[str, str]) -> list[str]:
    return [f"{d.code} {d.message}" for d in link(load_texts(files), environ={}).diagnostics]


def test_the_folder_is_valid_and_has_a_file_for_each_purpose() -> None:
    files = starter_folder(SEEN, today=TODAY)
    assert sorted(files) == [
        "buy.yaml",
        "cart-api.yaml",
        "page-quality.yaml",
        "search.yaml",
        "sold-out.yaml",
        "store.yaml",
    ]
    assert told_of(files) == []
    assert "- choose_variant: 158cm" in files["buy.yaml"]
    assert "the theme “Dawn”" in files["store.yaml"]


def test_what_was_not_seen_is_not_written() -> None:
    bare = replace(SEEN, product=None, variant=None, sold_out=None, missed=("There is no sitemap.",))
    files = starter_folder(bare, today=TODAY)
    assert sorted(files) == ["cart-api.yaml", "store.yaml"]
    assert "# - what did not work: There is no sitemap." in files["store.yaml"]
    assert told_of(files) == []


@pytest.mark.parametrize(
    "name", ["Café & Söhne: “Ski”", "yes", "1.50", "- dash", "#1 shop", 'a "b" \\ c', "雪板", " x "]
)
def test_names_of_all_sorts_stay_what_they_are(name: str) -> None:
    product = replace(BOARD, title=name, handle="a-b")
    files = starter_folder(replace(SEEN, name=name, product=product), today=TODAY)
    assert told_of(files) == []
    project = load_texts(files)
    names = {each.document.data["name"] for each in project.loaded}
    assert name in names


def test_two_markets_of_one_country_have_names_of_their_own() -> None:
    markets = tuple(
        SeenMarket(path=path, locale=locale, currency="CAD", country="CA")
        for path, locale in (("", "en-CA"), ("/fr", "fr-CA"))
    )
    files = starter_folder(replace(SEEN, markets=markets), today=TODAY)
    assert told_of(files) == []
    assert "  ca: {" in files["store.yaml"]
    assert "  ca-fr: {" in files["store.yaml"]


def test_a_paused_check_says_why_and_is_valid() -> None:
    files = starter_folder(SEEN, today=TODAY)
    files["buy.yaml"] = paused(files["buy.yaml"], why="the button\nis gone")
    assert "# When this was written: the button is gone\nenabled: false" in files["buy.yaml"]
    assert told_of(files) == []


def test_ids_are_made_of_names() -> None:
    assert slug("Ridge & Co", fallback="shop") == "ridge-co"
    assert slug("雪板", fallback="shop") == "shop"
    assert slug("3D Print", fallback="shop") == "shop"
