"""The one assertion grammar: the words that judge a value, wherever a check says what it expects.

A kind takes an `Expectation` as a field (``Inline`` puts its words beside the kind's own keys) and calls
`judge`; ``conclude`` turns the verdict into the step's outcome or its finding::

    verdict = judge(self.expectation, actual, value=io.value, locale=io.store.market.locale)
    return conclude(verdict, code="R505", what="The status")

The type of the *actual* value decides how the expected text is read: money by the market's locale, numbers
exactly, durations with their unit, JSON as JSON. Text is compared as people read it: white space is folded;
`equals` and `one_of` mind capitals, `contains`, `starts_with` and `ends_with` do not. Only `matches` is a
pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any, Literal

from nano_sre.core.fields import Doc, Example, Text, Unfit, key_of, record
from nano_sre.core.ports import Abort, Outcome
from nano_sre.core.result import Finding
from nano_sre.core.values import frozen
from nano_sre.kinds._shared import readings
from nano_sre.kinds._shared.readings import MISSING, Unreadable, fold, shown

Status = Literal["ok", "warn", "fail"]
TypeName = Literal["text", "number", "boolean", "list", "object", "null"]
RANK: dict[Status, int] = {"ok": 0, "warn": 1, "fail": 2}

__all__ = ["MISSING", "Assertion", "Expectation", "Limit", "Verdict", "conclude", "judge"]


@record(short="fail")
class Limit:
    """A limit: one value, or one from which it is a warning and one from which it is a failure."""

    warn: Annotated[Text | None, Doc("Beyond this it is a warning.")] = None
    fail: Annotated[Text | None, Doc("Beyond this it is a failure.")] = None


@record(short="equals")
class Assertion:
    """Words that say what a value must be. Several words must all hold."""

    equals: Annotated[Text | None, Doc("It is exactly this; white space is folded.")] = None
    contains: Annotated[
        Text | None, Doc("The text holds this, the list has this item, the object this key.")
    ] = None
    starts_with: Annotated[Text | None, Doc("The text starts with this.")] = None
    ends_with: Annotated[Text | None, Doc("The text ends with this.")] = None
    matches: Annotated[
        Text | None, Doc("A regular expression found in the text."), Example("'^#[0-9]+$'")
    ] = None
    one_of: Annotated[tuple[Text, ...] | None, Doc("It is one of these."), Example("[paid, authorized]")] = (
        None
    )
    more_than: Annotated[Limit | None, Doc("It is more than this.")] = None
    less_than: Annotated[Limit | None, Doc("It is less than this.")] = None
    at_least: Annotated[Limit | None, Doc("It is this or more."), Example("{warn: 5, fail: 1}")] = None
    at_most: Annotated[Limit | None, Doc("It is this or less."), Example("{warn: 800ms, fail: 2s}")] = None
    between: Annotated[tuple[Text, ...] | None, Doc("It lies between these two, or is one of them.")] = None
    about: Annotated[Text | None, Doc("It is about this: `by` says how near; 1 % if it does not.")] = None
    by: Annotated[Limit | None, Doc("How far `about` may be off: an amount or a percentage.")] = None
    exists: Annotated[bool | None, Doc("It is there (`true`) or not (`false`).")] = None
    empty: Annotated[bool | None, Doc("It is empty: no text, no items.")] = None
    type_: Annotated[TypeName | None, Doc("Its type.")] = None
    less: Annotated[
        Text | None,
        Doc("Takes this off the expected value first: a percentage or an amount."),
        Example("10%"),
    ] = None

    def __post_init__(self) -> None:
        if self.between is not None and len(self.between) != 2:
            raise Unfit(
                f"“between” takes two values, and here {'is' if len(self.between) == 1 else 'are'} {len(self.between)}",
                "between",
                hint="write the lowest and the highest: “between: [1, 5]”",
            )

    @property
    def words(self) -> tuple[str, ...]:
        """The words said that judge something: without `by` and `less`, which only go with others."""
        said = (key_of(f.name) for f in fields(self) if getattr(self, f.name) is not None)
        return tuple(word for word in said if word not in {"by", "less"})


@record(short="equals")
class Expectation(Assertion):
    """Words that say what a value must be, or must not be. Several words must all hold."""

    not_: Annotated[Assertion | None, Doc("None of these holds."), Example("{contains: error}")] = None


@frozen
class Verdict:
    """How a value was judged, in texts for people. `difference` is None when the two texts say it all."""

    status: Status
    expected: str
    actual: str
    difference: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == "ok"


def judge(
    expectation: Assertion,
    actual: Any,
    *,
    value: Callable[[Any], Any] = lambda given: given,
    locale: str = "en-US",
) -> Verdict:
    """Judge a value by every word of an expectation; the worst verdict, the first among equals.

    `actual` is text, a number (int, float, Decimal), `Money`, `Duration`, a JSON value, or `MISSING`; `value`
    resolves templates (``io.value``); `locale` reads and writes money. Never raises: an expectation that
    cannot be read, or money in two currencies, is a "fail" whose `difference` says so.
    """
    scale = _Scale(actual=actual, value=value, locale=locale, less=value(expectation.less))
    verdicts = [_judge_word(word, expectation, scale) for word in expectation.words if word != "not"]
    negated = getattr(expectation, "not_", None)
    if negated is not None:
        verdicts += _judge_negated(negated, scale)
    if not verdicts:
        return Verdict(status="fail", expected="a word such as equals", actual=shown(actual, locale))
    worst = max(verdicts, key=lambda verdict: RANK[verdict.status])
    if not worst.ok:
        return worst
    return Verdict(status="ok", expected=" and ".join(v.expected for v in verdicts), actual=worst.actual)


def conclude(verdict: Verdict, *, code: str, what: str, hint: str | None = None) -> Outcome | None:
    """Raise what a "fail" found, return what a "warn" found. `what` begins the sentence: “The subtotal”."""
    if verdict.ok:
        return None
    summary = f"{what} is {verdict.actual}, expected {verdict.expected}."
    finding = Finding(
        code=code,
        summary=summary,
        expected=verdict.expected,
        actual=verdict.actual,
        difference=verdict.difference,
        hint=hint,
        warn=verdict.status == "warn",
    )
    if finding.warn:
        return Outcome(warning=finding)
    raise Abort(finding=finding)


@frozen
class _Scale:
    """What values are measured with."""

    actual: Any
    value: Callable[[Any], Any]
    locale: str
    less: Any = None

    def read(self, given: Any) -> Any:
        """The expected value as something the actual one can be compared with, discount taken off."""
        wanted = readings.like(self.actual, self.value(given), self.locale)
        return wanted if self.less is None else readings.take_off(wanted, self.less, self.locale)

    def read_number(self, given: Any) -> Any:
        wanted = readings.like(self.number, self.value(given), self.locale)
        return wanted if self.less is None else readings.take_off(wanted, self.less, self.locale)

    @property
    def number(self) -> Any:
        return readings.measurable(self.actual)

    def show(self, value: Any) -> str:
        return shown(value, self.locale)

    def verdict(self, status: Status | bool, expected: str, *, difference: str | None = None) -> Verdict:
        if isinstance(status, bool):
            status = "ok" if status else "fail"
        off = None if status == "ok" else difference
        return Verdict(status=status, expected=expected, actual=self.show(self.actual), difference=off)


def _judge_word(word: str, said: Assertion, scale: _Scale) -> Verdict:
    wanted = getattr(said, word, None) if word != "type" else said.type_
    if scale.actual is MISSING and word != "exists":
        return scale.verdict(word == "empty" and wanted is True, _words(word, wanted, scale))
    try:
        return _JUDGES[word](wanted, said, scale)
    except Unreadable as problem:
        return scale.verdict("fail", _words(word, wanted, scale), difference=str(problem))


def _judge_negated(said: Assertion, scale: _Scale) -> list[Verdict]:
    found = []
    for word in said.words:
        verdict = _judge_word(word, said, scale)
        unreadable = not verdict.ok and _is_unreadable(word, said, scale)
        status: Status = "fail" if verdict.ok or unreadable else "ok"
        found.append(
            Verdict(
                status=status,
                expected=f"not {verdict.expected}",
                actual=verdict.actual,
                difference=verdict.difference if unreadable else None,
            )
        )
    return found


def _is_unreadable(word: str, said: Assertion, scale: _Scale) -> bool:
    if scale.actual is MISSING:
        return False
    try:
        _JUDGES[word](getattr(said, word if word != "type" else "type_"), said, scale)
    except Unreadable:
        return True
    return False


def _words(word: str, wanted: Any, scale: _Scale) -> str:
    if isinstance(wanted, Limit):
        wanted = wanted.fail if wanted.fail is not None else wanted.warn
    if isinstance(wanted, tuple):
        return f"{word.replace('_', ' ')} {', '.join(scale.show(scale.value(each)) for each in wanted)}"
    text = scale.show(scale.value(wanted))
    return text if word == "equals" else f"{word.replace('_', ' ')} {text}"


def _equals(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    expected = scale.read(wanted)
    return scale.verdict(
        readings.same(expected, scale.actual),
        scale.show(expected),
        difference=readings.difference(expected, scale.actual, scale.locale),
    )


def _one_of(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    choices = [scale.read(each) for each in wanted]
    return scale.verdict(
        any(readings.same(each, scale.actual) for each in choices),
        "one of " + ", ".join(scale.show(each) for each in choices),
    )


def _contains(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    text = scale.value(wanted)
    actual = scale.actual
    if isinstance(actual, Mapping):
        holds = str(text) in actual
    elif isinstance(actual, Sequence) and not isinstance(actual, str):
        holds = any(_item_is(item, text, scale.locale) for item in actual)
    else:
        holds = _loose(text, scale) in fold(readings.text_of(actual, scale.locale)).casefold()
    return scale.verdict(holds, f"something that contains {scale.show(text)}")


def _item_is(item: Any, wanted: Any, locale: str) -> bool:
    try:
        return readings.same(readings.like(item, wanted, locale), item)
    except Unreadable:
        return False


def _starts_with(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    text = scale.value(wanted)
    actual = fold(readings.text_of(scale.actual, scale.locale)).casefold()
    return scale.verdict(
        actual.startswith(_loose(text, scale)), f"something that starts with {scale.show(text)}"
    )


def _ends_with(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    text = scale.value(wanted)
    actual = fold(readings.text_of(scale.actual, scale.locale)).casefold()
    return scale.verdict(actual.endswith(_loose(text, scale)), f"something that ends with {scale.show(text)}")


def _loose(text: Any, scale: _Scale) -> str:
    return fold(readings.text_of(text, scale.locale)).casefold()


def _matches(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    pattern = str(scale.value(wanted))
    try:
        found = re.search(pattern, fold(readings.text_of(scale.actual, scale.locale)))
    except re.error as problem:
        raise Unreadable(f"{pattern} is not a regular expression: {problem}") from None
    return scale.verdict(found is not None, f"something that matches {pattern}")


_BOUNDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "more_than": ("more than", lambda actual, limit: actual > limit),
    "less_than": ("less than", lambda actual, limit: actual < limit),
    "at_least": ("at least", lambda actual, limit: actual >= limit),
    "at_most": ("at most", lambda actual, limit: actual <= limit),
}


def _bound(word: str) -> Callable[[Any, Assertion, _Scale], Verdict]:
    words, holds = _BOUNDS[word]

    def judged(wanted: Limit, _said: Assertion, scale: _Scale) -> Verdict:
        named: tuple[tuple[Status, Text | None], ...] = (("fail", wanted.fail), ("warn", wanted.warn))
        expected = ""
        for status, given in named:
            if given is None:
                continue
            limit = scale.read_number(given)
            expected = f"{words} {scale.show(limit)}"
            if not holds(readings.size(scale.number), readings.size(limit)):
                off = readings.difference(limit, scale.number, scale.locale)
                return scale.verdict(status, expected, difference=off)
        return scale.verdict("ok", expected)

    return judged


def _between(wanted: Any, _said: Assertion, scale: _Scale) -> Verdict:
    if len(wanted) != 2:
        raise Unreadable("“between” takes two values")
    low, high = (scale.read_number(each) for each in wanted)
    actual = readings.size(scale.number)
    return scale.verdict(
        readings.size(low) <= actual <= readings.size(high),
        f"between {scale.show(low)} and {scale.show(high)}",
    )


def _about(wanted: Any, said: Assertion, scale: _Scale) -> Verdict:
    middle = scale.read_number(wanted)
    off = abs(readings.size(scale.number) - readings.size(middle))
    by = said.by or Limit(fail="1%")
    expected = f"about {scale.show(middle)}"
    named: tuple[tuple[Status, Text | None], ...] = (("fail", by.fail), ("warn", by.warn))
    for status, given in named:
        if given is None:
            continue
        tolerance = scale.value(given)
        expected = f"about {scale.show(middle)} (give or take {tolerance})"
        if off > _allowed(tolerance, middle, scale.locale):
            difference = readings.difference(middle, scale.number, scale.locale)
            return scale.verdict(status, expected, difference=difference)
    return scale.verdict("ok", expected)


def _allowed(tolerance: Any, middle: Any, locale: str) -> Decimal:
    share = readings.percent(tolerance)
    if share is not None:
        return abs(readings.size(middle)) * share / 100
    return readings.size(readings.like(middle, tolerance, locale))


def _exists(wanted: bool, _said: Assertion, scale: _Scale) -> Verdict:
    there = scale.actual is not MISSING
    return scale.verdict(there == wanted, "that it is there" if wanted else "that it is not there")


def _empty(wanted: bool, _said: Assertion, scale: _Scale) -> Verdict:
    actual = fold(scale.actual) if isinstance(scale.actual, str) else scale.actual
    nothing = actual is None or (isinstance(actual, (str, Mapping, Sequence)) and len(actual) == 0)
    return scale.verdict(nothing == wanted, "empty" if wanted else "not empty")


def _type(wanted: TypeName, _said: Assertion, scale: _Scale) -> Verdict:
    actual = readings.type_name(scale.actual)
    return scale.verdict(actual == wanted, f"of type {wanted}", difference=f"it is of type {actual}")


_JUDGES: dict[str, Callable[[Any, Assertion, _Scale], Verdict]] = {
    "equals": _equals,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "matches": _matches,
    "one_of": _one_of,
    **{word: _bound(word) for word in _BOUNDS},
    "between": _between,
    "about": _about,
    "exists": _exists,
    "empty": _empty,
    "type": _type,
}
