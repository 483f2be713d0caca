"""How each word of an assertion judges a value; `compare` is the door to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from nano_sre.core.fields import Percent, Text
from nano_sre.kinds._shared import readings
from nano_sre.kinds._shared.assertions import Assertion, Limit, TypeName
from nano_sre.kinds._shared.readings import MISSING, Unreadable, fold, shown

Status = Literal["ok", "warn", "fail"]
RANK: dict[Status, int] = {"ok": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a value was judged, in texts for people. `difference` is None when the two texts say it all."""

    status: Status
    expected: str
    actual: str
    difference: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
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

    def verdict(
        self, status: Status | bool, expected: str, *, difference: str | None = None, counted: bool = False
    ) -> Verdict:
        if isinstance(status, bool):
            status = "ok" if status else "fail"
        off = None if status == "ok" else difference
        items = counted and isinstance(self.actual, (list, dict))
        actual = readings.items(len(self.actual)) if items else self.show(self.actual)
        return Verdict(status=status, expected=expected, actual=actual, difference=off)


def judge_word(word: str, said: Assertion, scale: Scale) -> Verdict:
    """One word against the actual value. Never raises."""
    try:
        return _judged(word, said, scale)
    except Unreadable as problem:
        return scale.verdict("fail", _words(word, _given(word, said), scale), difference=str(problem))


def _given(word: str, said: Assertion) -> Any:
    return said.type_ if word == "type" else getattr(said, word)


def _judged(word: str, said: Assertion, scale: Scale) -> Verdict:
    wanted = _given(word, said)
    if scale.actual is MISSING and word != "exists":
        return scale.verdict(word == "empty" and wanted is True, _words(word, wanted, scale))
    return _JUDGES[word](wanted, said, scale)


def judge_negated(said: Assertion, scale: Scale) -> list[Verdict]:
    """Every word must fail. What cannot be read is neither so nor not so: it fails here, too."""
    return [_denied(word, said, scale) for word in said.words]


def _denied(word: str, said: Assertion, scale: Scale) -> Verdict:
    try:
        verdict = _judged(word, said, scale)
    except Unreadable as problem:
        expected = f"not {_words(word, _given(word, said), scale)}"
        return scale.verdict("fail", expected, difference=str(problem))
    return scale.verdict(verdict.status == "fail", f"not {verdict.expected}")


def _words(word: str, wanted: Any, scale: Scale) -> str:
    if isinstance(wanted, Limit):
        wanted = wanted.worst
    if isinstance(wanted, tuple):
        return f"{word.replace('_', ' ')} {', '.join(scale.show(scale.value(each)) for each in wanted)}"
    text = scale.show(scale.value(wanted))
    return text if word == "equals" else f"{word.replace('_', ' ')} {text}"


def _equals(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
    expected = scale.read(wanted)
    return scale.verdict(
        readings.same(expected, scale.actual),
        scale.show(expected),
        difference=readings.difference(expected, scale.actual, scale.locale),
    )


def _one_of(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
    choices = [scale.read(each) for each in wanted]
    return scale.verdict(
        any(readings.same(each, scale.actual) for each in choices),
        "one of " + ", ".join(scale.show(each) for each in choices),
    )


def _contains(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
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


def _starts_with(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
    text = scale.value(wanted)
    actual = fold(readings.text_of(scale.actual, scale.locale)).casefold()
    return scale.verdict(
        actual.startswith(_loose(text, scale)), f"something that starts with {scale.show(text)}"
    )


def _ends_with(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
    text = scale.value(wanted)
    actual = fold(readings.text_of(scale.actual, scale.locale)).casefold()
    return scale.verdict(actual.endswith(_loose(text, scale)), f"something that ends with {scale.show(text)}")


def _loose(text: Any, scale: Scale) -> str:
    return fold(readings.text_of(text, scale.locale)).casefold()


def _matches(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
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


def _bound(word: str) -> Callable[[Any, Assertion, Scale], Verdict]:
    words, holds = _BOUNDS[word]

    def judged(wanted: Limit, _said: Assertion, scale: Scale) -> Verdict:
        named: tuple[tuple[Status, Text | None], ...] = (("fail", wanted.fail), ("warn", wanted.warn))
        expected = ""
        for status, given in named:
            if given is None:
                continue
            limit = scale.read_number(given)
            expected = f"{words} {scale.show(limit)}"
            if not holds(readings.size(scale.number), readings.size(limit)):
                off = readings.difference(limit, scale.number, scale.locale)
                return scale.verdict(status, expected, difference=off, counted=True)
        return scale.verdict("ok", expected, counted=True)

    return judged


def _between(wanted: Any, _said: Assertion, scale: Scale) -> Verdict:
    if len(wanted) != 2:
        raise Unreadable("“between” takes two values")
    low, high = (scale.read_number(each) for each in wanted)
    actual = readings.size(scale.number)
    return scale.verdict(
        readings.size(low) <= actual <= readings.size(high),
        f"between {scale.show(low)} and {scale.show(high)}",
        difference=_outside(low, high, scale),
        counted=True,
    )


def _outside(low: Any, high: Any, scale: Scale) -> str | None:
    nearest = low if readings.size(scale.number) < readings.size(low) else high
    return readings.difference(nearest, scale.number, scale.locale)


def _about(wanted: Any, said: Assertion, scale: Scale) -> Verdict:
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
            return scale.verdict(status, expected, difference=difference, counted=True)
    return scale.verdict("ok", expected, counted=True)


def _allowed(tolerance: Any, middle: Any, locale: str) -> Decimal:
    share = None if isinstance(middle, Percent) else readings.percent(tolerance)
    if share is not None:
        return abs(readings.size(middle)) * share / 100
    return readings.size(readings.like(middle, tolerance, locale))


def _exists(wanted: bool, _said: Assertion, scale: Scale) -> Verdict:
    there = scale.actual is not MISSING
    return scale.verdict(there == wanted, "that it is there" if wanted else "that it is not there")


def _empty(wanted: bool, _said: Assertion, scale: Scale) -> Verdict:
    actual = fold(scale.actual) if isinstance(scale.actual, str) else scale.actual
    nothing = actual is None or (isinstance(actual, (str, Mapping, Sequence)) and len(actual) == 0)
    return scale.verdict(nothing == wanted, "empty" if wanted else "not empty")


def _type(wanted: TypeName, _said: Assertion, scale: Scale) -> Verdict:
    actual = readings.type_name(scale.actual)
    return scale.verdict(actual == wanted, f"of type {wanted}", difference=f"it is of type {actual}")


_JUDGES: dict[str, Callable[[Any, Assertion, Scale], Verdict]] = {
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
