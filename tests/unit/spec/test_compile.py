from __future__ import annotations

import pytest

from nano_sre.core.program import JourneyParts, Program
from nano_sre.spec.compile import explain, programs
from support.projects import STORE, journey, sound


def compiled(*texts: str) -> list[Program]:
    return programs(sound(STORE, *texts).checks)


def key(*steps: str, more: str = "", named: str = "buy") -> str | None:
    return compiled(journey(*(steps or ("open: /", "see: Cart")), more=more, named=named))[0].visit_key


def test_one_target_for_each_device_and_market() -> None:
    made = compiled(journey(more="devices: [desktop, iphone]\nmarkets: [us, de]\n"))
    assert [p.target for p in made] == [
        "summit/buy@desktop/us",
        "summit/buy@desktop/de",
        "summit/buy@iphone/us",
        "summit/buy@iphone/de",
    ]
    assert made[3].store.market.currency == "EUR"


def test_by_default_the_stores_first_market_and_the_desktop() -> None:
    (made,) = compiled(journey())
    assert made.target == "summit/buy@desktop/us"
    assert isinstance(made.parts, JourneyParts)


def test_a_device_of_the_store_moves_no_other_check() -> None:
    store = STORE.replace("markets:", "devices: {tablet: {viewport: 800x1200}}\nmarkets:", 1)
    found = programs(sound(store, journey(), journey(more="devices: tablet\n", named="wide")).checks)
    assert [p.target for p in found] == ["summit/buy@desktop/us", "summit/wide@tablet/us"]


def test_a_check_without_a_browser_has_no_device() -> None:
    (made,) = compiled("version: 1\nkind: api\nid: cart\nname: Cart\nrequests:\n  - get: /cart.js\n")
    assert (made.target, made.device_id, made.visit_key) == ("summit/cart@us", None, None)


def test_a_paused_check_has_no_targets() -> None:
    assert compiled(journey(more="enabled: false\n")) == []


@pytest.mark.parametrize(
    "same",
    [
        {"named": "other"},
        {"more": "retries: 3\n"},
        {"more": "timeout: 9s\nseverity: P0\ntags: [a]\nrunbook: https://x.example\nowner: me\n"},
        {"steps": ("open: {path: /, timeout: 5s}", "see: {text: Cart, name: look}")},
        {"steps": ("open: {path: /}", "see: [{text: Cart}]")},
    ],
)
def test_visits_that_are_alike_share_a_key(same: dict[str, object]) -> None:
    plain = key("open: /", "see: {text: Cart}")
    steps = same.pop("steps", ("open: /", "see: {text: Cart}"))
    if "see: [{text: Cart}]" in steps:
        plain = key("open: /", "see: [{text: Cart}]")
    assert key(*steps, **same) == plain


@pytest.mark.parametrize(
    "other",
    [
        {"more": "consent: refuse\n"},
        {"more": "devices: [iphone]\n"},
        {"more": "markets: [de]\n"},
        {"steps": ("open: /cart", "see: Cart")},
        {"steps": ("see: Cart", "open: /")},
        {"steps": ("open: /", "see: {any_name: Cart, when: {device: iphone}}")},
        {"steps": ("open: /", "see: {any_name: Cart, within: {region: Main}}")},
        {"steps": ("open: {path: /, optional: false, status: 200}", "see: Cart")},
        {"more": "always: [open_cart]\n"},
    ],
)
def test_visits_that_differ_do_not(other: dict[str, object]) -> None:
    assert key(*other.get("steps", ("open: /", "see: Cart")), more=other.get("more", "")) != key()


def test_explained_in_sentences() -> None:
    (made,) = compiled(
        journey(
            "open: /", "press: {button: OK, optional: true, when: {device: iphone}, timeout: 2s}", "see: Cart"
        )
    )
    assert explain(made) == [
        "Open /",
        "Press button “OK”, only when the device is iphone (may be missing) (in 2s at most)",
        "See “Cart”",
    ]
