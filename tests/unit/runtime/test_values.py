from __future__ import annotations

from decimal import Decimal

import pytest

from nano_sre.core.fields import Money
from nano_sre.core.ports import Abort
from nano_sre.core.program import ShopperData
from nano_sre.core.redact import MASK
from nano_sre.core.template import parse
from nano_sre.runtime.values import Environment
from support.drive import store_at


def environment(**more: object) -> Environment:
    store = store_at("https://s.example/", vars={"coupon": "SUMMER10", "of": parse("${store.id}")}, **more)
    return Environment(store=store, outside={"TOKEN": "from-the-file", "ADDRESS": "qa@example.com"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("${store.url}/cart", "https://s.example/cart"),
        ("${store.id} ${store.name} ${store.currency} ${store.market.locale}", "demo Demo USD en-US"),
        ("${vars.coupon}", "SUMMER10"),
        ("${vars.of}", "demo"),
        ("${shopper.email}", "qa@example.com"),
        ("${env.ADDRESS}", "qa@example.com"),
        ("Bearer ${secret.TOKEN}", "Bearer from-the-file"),
        ("${price}", Money(Decimal("1299.50"), "USD")),
        ("${price | round}", Money(Decimal(1300), "USD")),
        ("${price | money}", "1299.50"),
        ("${visit.price | money}", "1299.50"),
        ("${name | trim | slug}", "cafe-creme"),
        ("${name | trim | upper}", "CAFÉ CRÈME"),
        ("$${price}", "${price}"),
    ],
)
def test_values(text: str, wanted: object) -> None:
    known = environment()
    known.keep("price", Money(Decimal("1299.50"), "USD"))
    known.keep("name", "  Café Crème ")
    assert known.value(parse(text)) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${secret.NOT_SET_HERE}", "The environment variable NOT_SET_HERE is not set"),
        ("${env.NOT_SET_HERE}", "The environment variable NOT_SET_HERE is not set"),
        ("${secret.TOKEN | lower}", "A secret is used whole"),
        ("${nothing}", "has no value at this point. Saved so far: nothing"),
        ("${vars.typo}", "has no value"),
        ("${store.id | round}", "is not a number"),
    ],
)
def test_what_has_no_value_is_our_trouble(text: str, words: str) -> None:
    with pytest.raises(Abort, match=words.replace(".", r"\.")) as caught:
        environment().value(parse(text))
    assert caught.value.finding is None


def test_secrets_are_known_to_the_redactor_once_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "from-the-process")
    known = environment()
    assert not known.redactor.knows_any
    assert known.value(parse("${secret.TOKEN}")) == "from-the-process"
    assert known.redactor.text("it is from-the-process") == f"it is {MASK}"
    known.value(parse("${env.ADDRESS}"))
    assert known.redactor.text("qa@example.com") == "qa@example.com"


def test_shoppers() -> None:
    known = environment(shoppers={"vip": ShopperData(email=parse("${env.ADDRESS}"), first_name="Vi")})
    assert known.shopper("vip").email == "qa@example.com"
    with pytest.raises(Abort, match="has no shopper “default”; it has: vip"):
        known.shopper()


def test_a_shoppers_password_stays_a_reference_and_is_no_value() -> None:
    vip = ShopperData(email="vip@example.com", password=parse("${secret.VIP_PASSWORD}"))  # type: ignore[arg-type]
    known = environment(shoppers={"default": vip})
    assert str(known.shopper().password) == "${secret.VIP_PASSWORD}"
    assert known.value(parse("${shopper.email}")) == "vip@example.com"
    with pytest.raises(Abort, match="has no value"):
        known.value(parse("${shopper.password}"))
