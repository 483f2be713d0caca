from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core.fields import Duration, Element
from nano_sre.core.template import Ref, Template
from support.projects import STORE, codes, journey, linked, one, sound


def steps(*written: str) -> tuple[Any, ...]:
    return tuple(call.step for call in one(journey(*written, "see: Cart")).check.steps[:-1])


def test_short_and_long_forms_are_the_same_step() -> None:
    short, long = steps("press: Buy now", "press: {any_name: Buy now}")
    assert short == long
    assert short.element == Element(any_name="Buy now")
    assert steps("open_cart", "open_cart: {}")[0] == steps("open_cart")[0]
    assert steps("see: Cart", "see: [Cart]")[0] == steps("see: [Cart]")[0]


def test_text_is_its_source() -> None:
    fill, see = steps("fill: {field: Zip, value: 01234}", "see: 1.50")
    assert fill.value == "01234"
    assert see.elements == (Element(any_name="1.50"),)


def test_values_become_their_types() -> None:
    check = one(
        journey("see: {text: Cart, timeout: 2.5s}", "add_to_cart: {quantity: 2}", more="every: 15m\n")
    ).check
    assert check.every == Duration(900_000)
    assert check.steps[0].modifiers.timeout == 2500
    assert check.steps[1].step.quantity == 2


def test_templates_wait() -> None:
    (opened,) = steps('open: "/products/${vars.board}?x=$${y}"')
    assert opened.path == Template(("/products/", Ref("vars.board"), "?x=${y}"))


def test_one_value_may_stand_for_a_list() -> None:
    check = one(journey(more="tags: one\ndevices: desktop\n")).check
    assert (check.tags, check.devices) == (("one",), ("desktop",))


def test_steps_know_their_line() -> None:
    call = one(journey("see: Cart", "open_cart")).check.steps[1]
    assert str(call.span) == "checks/1.yaml:7:5"


@pytest.mark.parametrize("step", ["see", "save", "press", "expect", "use", "open_product"])
def test_a_step_that_needs_something_does_not_stand_alone(step: str) -> None:
    assert "E210" in codes(linked(STORE, journey(step, "see: Cart")).diagnostics)


def test_what_is_said_twice_in_one_step() -> None:
    told = linked(STORE, journey("expect: {money: cart_total, text: Total, equals: 1}")).diagnostics
    assert codes(told) == ["E209"]
    assert "“money” and “text”" in told[0].message


def test_a_number_out_of_range_is_told_at_its_own_place() -> None:
    (told,) = linked(STORE, journey(more="retries: 9\n")).diagnostics
    assert (told.code, str(told.span)) == ("E207", "checks/1.yaml:5:10")


def test_a_broken_part_leaves_the_rest_bound_but_not_sound() -> None:
    linkage = linked(STORE, journey("see: {text: Cart, timeout: soon}"))
    assert codes(linkage.diagnostics) == ["E207"]
    assert linkage.checks == []


def test_markets_keep_their_order_and_amounts_their_digits() -> None:
    (store,) = sound(STORE, journey()).stores
    assert list(store.check.markets) == ["us", "de"]
    (fills,) = steps("expect: {money: cart_total, equals: 10.00}")
    assert Decimal(fills.expectation.equals) == Decimal(10)


def test_a_step_that_was_met_before_means_the_same_and_has_its_own_place() -> None:
    """Steps are known again by their wording: brackets by their source, wherever they stand in it."""
    texts = [
        journey("see: {text: Größe 🏂 é}", "press: {link: '1.50'}", "press: {link: 1.50}", named="one"),
        journey("see: {text: Größe 🏂 é}", "press: {link: '1.50'}", 'press: {link: "1.50"}', named="two"),
        "# 🏂🏂🏂 before it\n" + journey("see: {text: Größe 🏂 é}", "press: {link: 1.5}", named="three"),
    ]
    one, two, three = sound(STORE, *texts).checks
    assert one.check.steps[0].step == two.check.steps[0].step == three.check.steps[0].step
    assert str(one.check.steps[0].step.element.text) == "Größe 🏂 é"
    assert [str(call.step.element.link) for call in one.check.steps[1:]] == ["1.50", "1.50"]
    assert str(three.check.steps[1].step.element.link) == "1.5"
    assert [check.check.steps[0].span.line for check in (one, two, three)] == [6, 6, 7]
    assert {check.check.steps[0].span.file for check in (one, two, three)} == {
        "checks/1.yaml",
        "checks/2.yaml",
        "checks/3.yaml",
    }
