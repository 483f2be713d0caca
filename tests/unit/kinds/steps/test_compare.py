from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.fields import Duration, Money
from nano_sre.core.ports import Abort
from nano_sre.kinds._shared.compare import MISSING, Assertion, Expectation, Limit, conclude, judge

USD = "USD"


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), USD)


def limit(value: str) -> Limit:
    return Limit(fail=value)


HOLDS: list[tuple[Any, dict[str, Any]]] = [
    ("Complete  Snowboard", {"equals": "Complete Snowboard"}),
    ("1\u00a0299 kr", {"equals": "1 299 kr"}),
    ("Complete Snowboard", {"contains": "SNOW"}),
    ("Complete Snowboard", {"starts_with": "complete"}),
    ("Complete Snowboard", {"ends_with": "board"}),
    ("#1001", {"matches": r"^#\d+$"}),
    ("a.c", {"not_": Assertion(contains="abc")}),  # plain strings are never patterns
    ("paid", {"one_of": ("paid", "authorized")}),
    (3, {"equals": "3"}),
    (Decimal("3.0"), {"equals": "3"}),
    (3, {"more_than": limit("2"), "less_than": limit("4"), "at_least": limit("3"), "at_most": limit("3")}),
    ("12", {"at_least": limit("3")}),
    (5, {"between": ("5", "7")}),
    (Decimal("21.97"), {"about": "22.00", "by": limit("0.05")}),
    (Decimal(99), {"about": "100"}),
    (dollars("1299.00"), {"equals": "1299"}),
    (dollars("1299.00"), {"equals": "$1,299.00"}),
    (dollars("1299.00"), {"equals": dollars("1299")}),
    (dollars("674.96"), {"equals": dollars("749.95"), "less": "10%"}),
    (dollars("739.95"), {"equals": dollars("749.95"), "less": "10"}),
    (dollars("674.95"), {"about": dollars("749.95"), "less": "10%", "by": limit("0.01")}),
    (dollars("5"), {"less_than": limit("5.01")}),
    (Duration(800), {"at_most": limit("2s")}),
    (Duration(2_000), {"equals": "2s"}),
    (MISSING, {"exists": False}),
    ("", {"empty": True}),
    ([], {"empty": True}),
    ([1], {"empty": False}),
    (None, {"equals": "null"}),
    (True, {"equals": "true"}),
    ([1, 2], {"equals": "[1, 2]"}),
    ([1, 2], {"contains": "2"}),
    ({"a": 1}, {"contains": "a"}),
    ("x", {"type_": "text"}),
    (1.5, {"type_": "number"}),
    ({}, {"type_": "object"}),
    ("Cart", {"not_": Assertion(equals="Checkout")}),
]
FAILS: list[tuple[Any, dict[str, Any]]] = [
    ("complete snowboard", {"equals": "Complete Snowboard"}),
    ("abc", {"equals": "a.c"}),
    ("paid", {"one_of": ("pending",)}),
    (3, {"equals": "4"}),
    (3, {"between": ("5", "7")}),
    (dollars("742.50"), {"equals": "749.95"}),
    (dollars("10"), {"equals": Money(Decimal(10), "EUR")}),
    (dollars("10"), {"not_": Assertion(equals=Money(Decimal(10), "EUR"))}),  # type: ignore[arg-type]
    (dollars("10"), {"at_least": limit("€5")}),
    (MISSING, {"equals": "x"}),
    (MISSING, {"contains": "x"}),
    ("x", {"exists": False}),
    ("abc", {"at_least": limit("3")}),
    (True, {"at_least": limit("0")}),
    ("x", {"matches": "("}),
    ("Cart", {"not_": Assertion(equals="Cart")}),
    ("x", {"type_": "number"}),
    ("x", {}),
]


@pytest.mark.parametrize(("actual", "words"), HOLDS)
def test_it_holds(actual: Any, words: dict[str, Any]) -> None:
    verdict = judge(Expectation(**words), actual)
    assert verdict.ok, verdict


@pytest.mark.parametrize(("actual", "words"), FAILS)
def test_it_fails_and_says_what_was_expected(actual: Any, words: dict[str, Any]) -> None:
    verdict = judge(Expectation(**words), actual)
    assert verdict.status == "fail"
    assert verdict.expected
    assert verdict.actual


def test_two_currencies_are_an_error_and_never_a_comparison() -> None:
    verdict = judge(Expectation(equals=Money(Decimal(10), "EUR")), dollars("10"))  # type: ignore[arg-type]
    assert verdict.difference == "two currencies cannot be compared: 10 EUR and USD"


@pytest.mark.parametrize(("actual", "status"), [(3, "ok"), (7, "warn"), (12, "fail")])
def test_a_limit_warns_before_it_fails(actual: int, status: str) -> None:
    assert judge(Expectation(at_most=Limit(warn="5", fail="10")), actual).status == status


def test_the_worst_of_several_words_counts() -> None:
    verdict = judge(Expectation(at_least=limit("1"), at_most=limit("5")), 7)
    assert (verdict.status, verdict.expected, verdict.actual, verdict.difference) == (
        "fail",
        "at most 5",
        "7",
        "2 more",
    )


def test_money_differences_are_told_as_money() -> None:
    verdict = judge(Expectation(equals="749.95"), dollars("824.95"))
    assert (verdict.expected, verdict.actual, verdict.difference) == ("$749.95", "$824.95", "$75.00 more")


def test_text_differences_point_at_the_first_place() -> None:
    verdict = judge(Expectation(equals="Complete Snowboard"), "Complete Surfboard")
    assert verdict.difference == "alike up to “Complete S”, then “urfboard” instead of “nowboard”"
    assert judge(Expectation(equals="Cart"), "cart").difference == "only capitals differ"


def test_json_differences_are_told_by_path() -> None:
    verdict = judge(Expectation(equals='{"items": [{"id": 1}]}'), {"items": [{"id": 2}]})
    assert verdict.difference == "$.items[0].id is 2, expected 1"
    assert judge(Expectation(equals='{"a": 1}'), {}).difference == "$.a is missing"


def test_templates_are_resolved_when_the_value_is_judged() -> None:
    saved = {"price": dollars("10")}
    assert judge(Expectation(equals="price"), dollars("10"), value=lambda given: saved.get(given, given)).ok


def test_money_is_read_by_the_locale() -> None:
    actual = Money(Decimal("1299.00"), "EUR")
    assert judge(Expectation(equals="1.299,00 €"), actual, locale="de-DE").ok


def test_conclude_raises_a_failure_and_returns_a_warning() -> None:
    assert conclude(judge(Expectation(equals="1"), 1), code="R505", what="The count") is None
    warned = conclude(judge(Expectation(at_most=Limit(warn="1")), 2), code="R522", what="The time")
    assert warned is not None
    assert warned.warning is not None
    assert warned.warning.summary == "The time is 2, expected at most 1."
    with pytest.raises(Abort) as caught:
        conclude(judge(Expectation(equals="1"), 2), code="R505", what="The count")
    assert caught.value.finding is not None
    assert caught.value.finding.summary == "The count is 2, expected 1."


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20) | st.just(MISSING),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.fixed_dictionaries(
    {},
    optional={
        "equals": st.text(max_size=10),
        "contains": st.text(max_size=10),
        "matches": st.text(max_size=10),
        "one_of": st.lists(st.text(max_size=5), max_size=3).map(tuple),
        "at_least": st.builds(Limit, fail=st.text(max_size=5)),
        "about": st.text(max_size=5),
        "by": st.builds(Limit, fail=st.sampled_from(["1%", "x%", "0.1", ""])),
        "less": st.sampled_from(["1%", "0.1"]),
        "empty": st.booleans(),
    },
)


@given(actual=ANYTHING, words=WORDS)
def test_it_never_raises(actual: Any, words: dict[str, Any]) -> None:
    assert judge(Expectation(**words), actual).status in {"ok", "warn", "fail"}


@given(actual=ANYTHING, words=WORDS)
def test_not_is_never_true_together_with_what_it_denies(actual: Any, words: dict[str, Any]) -> None:
    plain = judge(Expectation(**words), actual)
    denied = judge(Expectation(not_=Assertion(**words)), actual)
    assert not (plain.ok and denied.ok)
