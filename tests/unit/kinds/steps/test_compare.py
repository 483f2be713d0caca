from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from nano_sre.core.fields import Duration, Money, Percent, Size, Unfit
from nano_sre.core.ports import Abort
from nano_sre.kinds._shared.assertions import TAKES_LESS, must_be_amounts, must_be_of
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
    (Percent(75), {"at_most": limit("80%"), "about": "70%", "by": limit("5%")}),
    (Size(300_000), {"at_most": limit("300 KB"), "more_than": limit("0.2MB")}),
    (dollars("0"), {"equals": "Free"}),
    ([1, 2], {"at_least": limit("2"), "at_most": limit("2"), "between": ("1", "3")}),
    ({"a": 1}, {"less_than": limit("2")}),
    (MISSING, {"not_": Assertion(contains="noindex")}),
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
    (Percent(75), {"at_most": limit("0.8")}),
    (Duration(900), {"at_most": limit("5")}),
    (Size(900), {"at_most": limit("5")}),
    ([], {"at_least": limit("1")}),
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
NUMBERS = st.integers(-9, 9).map(str) | st.sampled_from(["1.5", "80%", "2s", "5 KB", "$3", "${x}", ""])
WORDS = st.fixed_dictionaries(
    {},
    optional={
        "equals": st.text(max_size=10) | NUMBERS,
        "contains": st.text(max_size=10),
        "starts_with": st.text(max_size=3),
        "ends_with": st.text(max_size=3),
        "matches": st.text(max_size=10),
        "one_of": st.lists(st.text(max_size=5) | NUMBERS, min_size=1, max_size=3).map(tuple),
        "more_than": st.builds(Limit, fail=NUMBERS),
        "less_than": st.builds(Limit, fail=NUMBERS),
        "at_least": st.builds(Limit, fail=NUMBERS),
        "at_most": st.builds(Limit, fail=NUMBERS),
        "between": st.tuples(NUMBERS, NUMBERS),
        "about": NUMBERS,
        "by": st.builds(Limit, fail=st.sampled_from(["1%", "x%", "0.1", "", "1s", "2 KB"])),
        "less": st.sampled_from(["1%", "0.1", "x"]),
        "exists": st.booleans(),
        "empty": st.booleans(),
        "type_": st.sampled_from(["text", "number", "boolean", "list", "object", "null"]),
    },
)
WORD_NAMES = sorted(
    {"equals", "contains", "starts_with", "ends_with", "matches", "one_of", "more_than", "less_than"}
    | {"at_least", "at_most", "between", "about", "exists", "empty", "type_"}
)
WITH_UNITS = (
    st.decimals(-99, 99, places=2).map(lambda amount: Money(amount, USD))
    | st.integers(0, 9_999).map(Duration)
    | st.integers(0, 9_999).map(Size)
    | st.decimals(0, 100, places=1).map(Percent)
    | st.integers(-9, 9)
    | st.sampled_from(["", " ", "5", "5%", "2s"])
)


def made(cls: type[Any], words: dict[str, Any]) -> Any:
    """The assertion, or a draw that is not wanted: what makes no sense is refused before it can judge."""
    try:
        return cls(**words)
    except ValueError:
        reject()


@given(actual=ANYTHING | WITH_UNITS, words=WORDS)
def test_it_never_raises(actual: Any, words: dict[str, Any]) -> None:
    assert judge(made(Expectation, words), actual).status in {"ok", "warn", "fail"}


@given(actual=ANYTHING | WITH_UNITS, words=WORDS)
def test_not_is_never_true_together_with_what_it_denies(actual: Any, words: dict[str, Any]) -> None:
    plain = judge(made(Expectation, words), actual)
    denied = judge(Expectation(not_=made(Assertion, words)), actual)
    assert not (plain.ok and denied.ok)


@settings(max_examples=400)
@given(actual=ANYTHING | WITH_UNITS, words=WORDS, word=st.sampled_from(WORD_NAMES))
def test_an_assertion_or_its_negation_holds(actual: Any, words: dict[str, Any], word: str) -> None:
    """Exactly one of them; neither, when the two cannot be compared, and then both say why."""
    beside = {"about": ("by", "less")}.get(word, ("less",) if word in TAKES_LESS else ())
    one = {name: given for name, given in words.items() if name == word or name in beside}
    if word not in one:
        reject()
    plain = judge(made(Expectation, one), actual)
    denied = judge(Expectation(not_=made(Assertion, one)), actual)
    if plain.ok == denied.ok:
        assert not plain.ok
        assert plain.difference == denied.difference
        assert plain.difference


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "say what it must be"),
    ({"not_": {}}, "“not” says nothing"),
    ({"one_of": ()}, "lists nothing"),
    ({"between": ("1",)}, "takes two values, and here is 1"),
    ({"between": ("5", "1")}, "nothing lies between 5 and 1"),
    ({"between": ("2s", "800ms")}, "nothing lies between"),
    ({"by": limit("1")}, "there is no “about”"),
    ({"less": "10%"}, "there is none"),
    ({"contains": "x", "less": "10%"}, "there is none"),
    ({"about": "0"}, "needs “by”"),
    ({"about": "a lot"}, "is no number"),
    ({"at_most": limit("many")}, "is no number"),
    ({"at_most": Limit(warn="5", fail="4")}, "fail before it warns"),
    ({"at_least": Limit(warn="4", fail="5")}, "fail before it warns"),
    ({"about": "5", "by": Limit(warn="2", fail="1")}, "fail before it warns"),
    ({"at_least": limit("5"), "at_most": limit("4")}, "at once"),
    ({"more_than": limit("5"), "at_most": limit("5")}, "at once"),
    ({"exists": False, "equals": "x"}, "exclude each other"),
    ({"not_": {"at_most": Limit(warn="5")}}, "a warning under “not”"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_nonsense_is_refused_before_anything_runs(words: dict[str, Any], said: str) -> None:
    if "not_" in words:
        words = {"not_": Assertion(**words["not_"])}
    with pytest.raises(ValueError, match=said):
        Expectation(**words)


def test_a_limit_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        Limit()


@pytest.mark.parametrize(
    ("cls", "given", "hint"),
    [
        (Duration, "5", "write the unit: 5ms or 5s"),
        (Percent, "0.8", "write the unit: 0.8%"),
        (Size, "300", "write the unit: 300 KB or 300 MB"),
        (None, "80%", None),
        (Duration, "5 KB", None),
    ],
)
def test_another_unit_than_is_meant_is_refused(cls: Any, given: str, hint: str | None) -> None:
    with pytest.raises(Unfit, match="is not a") as caught:
        must_be_of(cls, Expectation(not_=Assertion(at_most=limit(given))))
    assert caught.value.path == ("not", "at_most", "fail")
    assert caught.value.hint == hint


@pytest.mark.parametrize("given", ["cheap", "10%", "2s", "5 KB"])
def test_what_is_no_amount_is_refused_where_one_is_meant(given: str) -> None:
    with pytest.raises(Unfit, match="is not an amount of money"):
        must_be_amounts(Expectation(equals=given))


@pytest.mark.parametrize("given", ["12.50", "$12.50", "1.299,00 €", "Free", "kostenlos"])
def test_amounts_are_fine_in_any_locale(given: str) -> None:
    must_be_amounts(Expectation(equals=given))


def test_items_are_counted_and_shown_as_a_number() -> None:
    verdict = judge(Expectation(at_least=limit("3")), [1])
    assert (verdict.expected, verdict.actual, verdict.difference) == ("at least 3", "1 item", "2 less")


def test_the_path_of_a_difference_can_be_followed() -> None:
    verdict = judge(Expectation(equals='{"a b": {"c": [1, 2]}}'), {"a b": {"c": [1, 3]}})
    assert verdict.difference == '$["a b"].c[1] is 3, expected 2'
