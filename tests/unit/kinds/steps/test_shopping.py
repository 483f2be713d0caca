"""The later shop steps without a browser: what they refuse, what they are called, and how they tell things apart."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core import registry, template
from nano_sre.core.fields import Money, Unfit
from nano_sre.core.ports import Abort
from nano_sre.kinds._shared.cart_changes import the_line
from nano_sre.kinds._shared.discounts import Reduced, read_reduced
from nano_sre.kinds._shared.parts import quoted
from nano_sre.kinds._shared.payment import _part
from nano_sre.kinds._shared.theme import Cart, CartLine
from nano_sre.kinds.steps.choose_shipping import _chosen, _read
from nano_sre.kinds.steps.search import _missing
from support.fake_browser import FakeBrowser


def step(kind: str, **keys: Any) -> Any:
    return registry.kind("step", kind).cls(**keys)


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (("search", {"for_": "board"}), "Search for “board”"),
        (("remove_from_cart", {}), "Remove the product from the cart"),
        (("apply_discount", {"code": "SAVE"}), "Apply the discount code SAVE"),
        (("log_in", {}), "Log in"),
        (("log_in", {"shopper": "wholesale"}), "Log in as the shopper wholesale"),
        (("choose_shipping", {"method": "cheapest"}), "Choose the cheapest shipping method"),
        (("choose_shipping", {"method": "Express"}), "Choose the shipping method “Express”"),
        (("pay", {"card": "bogus"}), "Fill in the Bogus Gateway's card"),
        (("pay", {"card": template.parse("${secret.CARD}")}), "Fill in the test card"),
        (("place_order", {}), "Place the order"),
    ],
)
def test_titles(made: tuple[str, dict[str, Any]], title: str) -> None:
    assert step(made[0], **made[1]).title() == title


@pytest.mark.parametrize(("card", "code"), [("4242424242424242", "E314"), ("visa", "E206"), ("4", "E314")])
def test_only_bogus_cards_stand_in_a_file(card: str, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        step("pay", card=card)
    assert caught.value.code == code
    for known in ("bogus", "Bogus", "1", "2", "3"):
        assert step("pay", card=known).card == known


@pytest.mark.parametrize(("kind", "keys"), [("search", {"for_": "  "}), ("apply_discount", {"code": " "})])
def test_nothing_is_refused(kind: str, keys: dict[str, str]) -> None:
    with pytest.raises(Unfit):
        step(kind, **keys)


def line(title: str, variant: str = "") -> CartLine:
    return CartLine(variant="1", title=title, variant_title=variant, quantity=1, key=f"{title}{variant}")


CART = Cart(3, 100, (line("Board", "M"), line("Board", "L"), line("Board Wax")))


def test_a_line_is_meant_by_its_whole_name_before_a_part() -> None:
    assert the_line(CART, "board wax", purpose="…").title == "Board Wax"
    assert the_line(CART, "m", purpose="…").variant_title == "M"
    with pytest.raises(Abort, match="fits several products"):
        the_line(CART, "Board", purpose="…")
    with pytest.raises(Abort, match="The cart is empty, so it stays"):
        the_line(Cart(0, 0, ()), None, purpose="it stays")


def cart_with(**more: Any) -> Reduced:
    io = FakeBrowser()
    io.answers["/cart.js"] = (200, json.dumps({"item_count": 1, "total_price": 900, "items": [], **more}))
    return asyncio.run(read_reduced(io))  # type: ignore[arg-type]


def test_codes_are_known_by_the_cart_however_it_keeps_them() -> None:
    listed = cart_with(discount_codes=[{"code": "SAVE", "applicable": False}])
    assert (listed.holds("save"), listed.holds("OTHER")) == (False, None)
    whole = cart_with(cart_level_discount_applications=[{"title": "SAVE"}], total_discount=100)
    assert (whole.holds("save"), whole.off) == (True, 100)
    of_line = cart_with(items=[{"discounts": [{"title": "Save"}]}])
    assert of_line.holds("SAVE") is True


def test_something_else_than_a_cart_is_a_finding() -> None:
    io = FakeBrowser()
    io.answers["/cart.js"] = (200, "<html>")
    with pytest.raises(Abort, match="cart does not work"):
        asyncio.run(read_reduced(io))  # type: ignore[arg-type]


def field(name: str, autocomplete: str = "") -> dict[str, str]:
    return {"name": name, "autocomplete": autocomplete}


@pytest.mark.parametrize(
    ("given", "frame", "whole", "part"),
    [
        (field("x", "cc-number"), "", True, "number"),
        (field("number"), "card-fields-number-abc", False, "number"),
        (field("verification_value", "off"), "card-fields-verification_value-1", False, "security_code"),
        (field("expiry"), "", False, "expires"),
        (field("name"), "", True, None),
        (field("number"), "chat", False, None),
        (field("name", "email"), "card-fields-name", False, None),
    ],
)
def test_card_fields_by_purpose_then_by_name(
    given: dict[str, str], frame: str, whole: bool, part: str | None
) -> None:
    assert _part(given, frame=frame, whole=whole) == part


def test_a_method_of_shipping_has_a_name_and_a_price() -> None:
    io: Any = FakeBrowser(currency="EUR", locale="fr-FR")
    paid = _read(io, ["Colissimo", "2 à 3 jours", "12,90 €"], path="p", checked=False)
    free = _read(io, ["Retrait", "Gratuit"], path="q", checked=True)
    silent = _read(io, ["Coursier"], path="r", checked=False)
    assert (paid.name, paid.price) == ("Colissimo", Money(Decimal("12.90"), "EUR"))
    assert free.price == Money(Decimal(0), "EUR")
    rates = [paid, free, silent]
    assert _chosen(rates, "cheapest", locale="fr-FR") is free
    assert _chosen(rates, "first", locale="fr-FR") is paid
    assert _chosen(rates, "coursier", locale="fr-FR") is silent
    assert _chosen(rates, "colis", locale="fr-FR") is paid
    with pytest.raises(Abort, match="several shipping methods that fit “o”"):
        _chosen(rates, "o", locale="fr-FR")
    with pytest.raises(Abort, match="No shipping method shows its price"):
        _chosen([silent], "cheapest", locale="fr-FR")


def test_products_are_found_by_name_part_or_handle() -> None:
    found = [{"handle": "all-temp-wax", "names": ["All-Temp Wax"]}, {"handle": "board", "names": []}]
    assert _missing(["wax", "ALL-TEMP WAX", "all-temp-wax", "board"], found) == []
    assert _missing(["all-temp", "boar"], found) == ["boar"]


def test_what_is_quoted_does_not_end_our_sentence() -> None:
    assert quoted(["", "Card  declined.", "More"]) == "“Card declined”"
    assert quoted([]) == ""
