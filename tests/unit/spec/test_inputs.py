"""Fragments with inputs: what is given stands in its place, keeps its type, and is held to what was declared."""

from __future__ import annotations

import pytest

from nano_sre.core.fields import Element
from nano_sre.core.inputs import misfit
from nano_sre.core.template import parse
from nano_sre.spec.project import load_text
from support.projects import STORE, codes, fragment, journey, linked, one

LOOK = "inputs: {size: {one_of: [S, M], default: M}, wait: {type: duration, default: 1s}, where: {type: element, default: Buy}}\n"


def steps(*texts: str) -> list[object]:
    return [call.step for call in one(*texts).check.steps]


def test_an_element_is_given_as_steps_take_one() -> None:
    look = fragment('press: "${inputs.where}"', "see: Cart", inputs=LOOK)
    (by_name, _) = steps(journey("use: look"), look)
    (by_css, _) = steps(journey('use: {fragment: look, with: {where: {css: "#buy"}}}'), look)
    assert by_name.element == Element(any_name="Buy")  # type: ignore[attr-defined]
    assert by_css.element == Element(css="#buy")  # type: ignore[attr-defined]


def test_a_duration_may_stand_where_only_one_can() -> None:
    look = fragment('see: {text: Cart, timeout: "${inputs.wait}"}', inputs=LOOK)
    (call,) = one(journey("use: {fragment: look, with: {wait: 800ms}}"), look).check.steps
    assert str(call.modifiers.timeout) == "800ms"


def test_what_is_given_is_plain_text_unless_it_is_a_reference() -> None:
    look = fragment('see: "a ${inputs.size} b"', inputs="inputs: {size: {}}\n")
    (plain,) = steps(journey("use: {fragment: look, with: {size: 1.50}}"), look)
    assert plain.all_[0].any_name == "a 1.50 b"  # type: ignore[attr-defined]
    (escaped,) = steps(journey('use: {fragment: look, with: {size: "$${x}"}}'), look)
    assert escaped.all_[0].any_name == "a ${x} b"  # type: ignore[attr-defined]
    (named,) = steps(journey('use: {fragment: look, with: {size: "${vars.board}"}}'), look)
    assert named.all_[0].any_name == parse("a ${vars.board} b")  # type: ignore[attr-defined]


def test_filters_apply_to_what_is_given() -> None:
    look = fragment('see: "${inputs.size | upper}"', inputs="inputs: {size: {}}\n")
    (now,) = steps(journey("use: {fragment: look, with: {size: small}}"), look)
    assert now.all_[0].any_name == "SMALL"  # type: ignore[attr-defined]
    (later,) = steps(journey('use: {fragment: look, with: {size: "${vars.board | trim}"}}'), look)
    assert later.all_[0].any_name == parse("${vars.board | trim | upper}")  # type: ignore[attr-defined]


def test_findings_point_to_the_fragment_and_to_its_use() -> None:
    look = fragment('press: "${inputs.where}"', "see: Cart", inputs=LOOK)
    press, _ = one(
        journey("open: /", 'use: {fragment: look, with: {where: {css: "#buy"}}}'), look
    ).check.steps[1:]
    assert str(press.span) == "checks/2.yaml:7:5"
    assert str(press.used_at) == "checks/1.yaml:7:5"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("size: L", "E309"),
        ("wait: 5", "E309"),
        ("wait: {css: a}", "E309"),
        ("where: [a]", "E205"),
        ("where: {csss: a}", "E201"),
        ('wait: "${vars.board}"', "E207"),  # known before a run, and no duration
    ],
)
def test_what_does_not_fit_is_told_where_it_is_given(given: str, code: str) -> None:
    look = fragment('see: {text: Cart, timeout: "${inputs.wait}"}', inputs=LOOK)
    told = linked(STORE, journey(f"use: {{fragment: look, with: {{{given}}}}}"), look).diagnostics
    assert code in codes(told), told


@pytest.mark.parametrize(
    ("type_", "fits", "does_not"),
    [
        ("number", ["1", "1.50", "-2", "${x}"], ["two", "1,5", "5%", "", "inf"]),
        ("money", ["10", "$10.50", "1.299,00 €", "CHF 1'299.00", "${price}"], ["cheap", "10%", ""]),
        ("duration", ["5s", "1.5m"], ["5", "5 s", "soon"]),
        ("text", ["", "anything"], []),
    ],
)
def test_types(type_: str, fits: list[str], does_not: list[str]) -> None:
    assert [text for text in fits if misfit(type_, text)] == []
    assert [text for text in does_not if not misfit(type_, text)] == []


@pytest.mark.parametrize("quote", ["", '"'])
def test_an_input_with_text_beside_it_is_a_text_with_quotes_or_without(quote: str) -> None:
    given = [f"{name}: {quote}{text}{quote}" for name, text in (("a", "1${inputs.n}"), ("b", "${inputs.n}"))]
    request = "\n        ".join(["request:\n      post: /cart\n      json:", *given])
    (alone,) = load_text(fragment(request, inputs="inputs: {n: {type: number}}\n"), "look.yaml").loaded
    (call,) = alone.check.steps
    assert call.step.json == {"a": "11", "b": 1}


def test_a_saved_value_that_is_called_like_an_input_is_none() -> None:
    look = fragment('add_to_cart: {quantity: "${size}"}', inputs="inputs: {size: {type: duration}}\n")
    assert load_text(look, "look.yaml").diagnostics == []
