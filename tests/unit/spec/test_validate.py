from __future__ import annotations

import pytest

from nano_sre.spec.load import load
from nano_sre.spec.suggest import did_you_mean, distance, listing, nearest
from nano_sre.spec.validate import schema_at, validate
from support.projects import codes, journey, linked, store


def broken(text: str) -> set[tuple[str | int, ...]]:
    return validate(load(text, "f.yaml")[0][0])[0]


def test_broken_paths_are_the_keys_that_are_wrong() -> None:
    assert broken(journey("see: {text: Cart, wihtin: x}", "clik: Buy", more="sevrity: P0\n")) == {
        ("sevrity",),
        ("steps", 0, "see", "wihtin"),
        ("steps", 1, "clik"),
    }
    assert broken("kind: nothing\n") == {()}
    assert broken(journey()) == set()


def test_a_missing_key_breaks_itself_and_not_the_document() -> None:
    assert broken("version: 1\nkind: journey\nid: a\nsteps:\n  - save: {money: product_price}\n") == {
        ("name",),
        ("steps", 0, "save", "as"),
    }


def test_a_misspelt_key_that_is_needed_is_told_once() -> None:
    told = linked(store("a"), journey().replace("name:", "nmae:")).diagnostics
    assert [(d.code, d.suggestion) for d in told] == [("E201", "name")]


def test_a_misspelt_key_here_hides_no_missing_key_elsewhere() -> None:
    told = linked(
        store("a"), journey("save: {money: product_price, aas: x}", "save: {money: cart_total}", "see: A")
    )
    assert codes(told.diagnostics) == ["E201", "E204"]


def test_the_schema_of_a_path() -> None:
    assert "text" in schema_at("journey", ("steps", 0, "see"))["properties"]
    assert schema_at("journey", ("x-own", "deep")) == {}
    assert schema_at("store", ("vars", "anything")) == {}


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [("", "", 0), ("as", "s", 1), ("sa", "as", 1), ("kitten", "sitting", 3), ("ab", "", 2)],
)
def test_distance(a: str, b: str, apart: int) -> None:
    assert distance(a, b) == distance(b, a) == apart


def test_nearest() -> None:
    assert nearest("clcik", ["click", "clock"])[0] == "click"
    assert nearest("add to cart", ["add_to_cart", "open_cart"])[0] == "add_to_cart"
    assert nearest("goto", ["open", "hover"]) == ["open"]
    assert nearest("zzz", ["open", "press"]) == []
    assert did_you_mean("zzz", ["open"]) == (None, None)


def test_listing() -> None:
    assert listing("abc") == "a, b, c"
    assert listing(map(str, range(14))).endswith("11 and 2 more")
