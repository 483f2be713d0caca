"""The words of the one assertion grammar, as people write them; what could never be meant is refused at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, Literal, cast

from nano_sre.core.fields import Doc, Example, Text, Unfit, key_of, record
from nano_sre.kinds._shared import literals
from nano_sre.kinds._shared.languages import FREE

TypeName = Literal["text", "number", "boolean", "list", "object", "null"]
BOUNDS = ("more_than", "less_than", "at_least", "at_most")
MEASURED = (*BOUNDS, "between", "about")
_MEASURED = frozenset(MEASURED)
TAKES_LESS = ("equals", "one_of", *MEASURED)
WARNS_BELOW = ("less_than", "at_most", "by")  # a warning comes before a failure: it is the smaller of the two


@record(short="fail")
class Limit:
    """A limit: one value, or one from which it is a warning and one from which it is a failure."""

    warn: Annotated[Text | None, Doc("Beyond this it is a warning.")] = None
    fail: Annotated[Text | None, Doc("Beyond this it is a failure.")] = None

    def __post_init__(self) -> None:
        if self.warn is None and self.fail is None:
            raise ValueError("a limit says nothing: write one value, or {warn: …, fail: …}")

    @property
    def worst(self) -> Text:
        """The value that fails, or the one that warns when nothing fails."""
        said = self.warn if self.fail is None else self.fail
        assert said is not None
        return said


@cache
def _judging(cls: Any) -> tuple[tuple[str, str], ...]:
    """Words that judge something, each with its field."""
    return tuple((key_of(f.name), f.name) for f in fields(cls) if f.name not in ("by", "less"))


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
    more_than: Annotated[Limit | None, Doc("It is more than this; a list counts its items.")] = None
    less_than: Annotated[Limit | None, Doc("It is less than this; a list counts its items.")] = None
    at_least: Annotated[
        Limit | None, Doc("It is this or more; a list counts its items."), Example("{warn: 5, fail: 1}")
    ] = None
    at_most: Annotated[
        Limit | None, Doc("It is this or less; a list counts its items."), Example("{warn: 800ms, fail: 2s}")
    ] = None
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
        self._must_say_something()
        self._must_go_together()
        if not _MEASURED.isdisjoint(self.words):
            self._must_be_measurable()
            self._must_leave_room()

    @property
    def words(self) -> tuple[str, ...]:
        """The words said that judge something: without `by` and `less`, which only go with others."""
        held, kind = self.__dict__, cast("Any", type(self))
        return tuple([word for word, field in _judging(kind) if held[field] is not None])

    def limits(self) -> Iterator[tuple[str, Limit]]:
        """The bounds that are said, by their word."""
        for word in BOUNDS:
            limit = getattr(self, word)
            if limit is not None:
                yield word, limit

    def values(self) -> Iterator[tuple[tuple[str | int, ...], Text]]:
        """Every value that what is judged is measured by, with the way to it in the YAML."""
        for word, limit in self.limits():
            for name in ("warn", "fail"):
                if (given := getattr(limit, name)) is not None:
                    yield (word, name), given
        for index, given in enumerate(self.between or ()):
            yield ("between", index), given
        if self.about is not None:
            yield ("about",), self.about

    def _must_say_something(self) -> None:
        if self.one_of is not None and not self.one_of:
            raise Unfit("“one_of” lists nothing, so nothing could ever be one of them", "one_of")
        if self.between is not None and len(self.between) != 2:
            raise Unfit(
                f"“between” takes two values, and here {'is' if len(self.between) == 1 else 'are'} {len(self.between)}",
                "between",
                hint="write the lowest and the highest: “between: [1, 5]”",
            )

    def _must_go_together(self) -> None:
        if self.by is not None and self.about is None:
            raise Unfit(
                "“by” says how far “about” may be off, and there is no “about”",
                "by",
                key=True,
                hint="write “about: …” beside it; a percentage or an amount off the expected value is “less”",
            )
        if self.less is not None and not any(word in TAKES_LESS for word in self.words):
            raise Unfit(
                "“less” is taken off an expected value, and there is none",
                "less",
                key=True,
                hint="write it beside “equals”, “about” or a limit: “about: "
                '"${price}", less: 10%”; for “fewer than” write “less_than”',
            )
        others = [word for word in self.words if word != "exists"] if self.exists is False else []
        if others:
            raise Unfit(
                f"what is not there cannot be judged: “exists: false” and “{others[0]}” exclude each other",
                others[0],
                key=True,
                hint="keep one of the two",
            )

    def _must_be_measurable(self) -> None:
        for path, given in self.values():
            if literals.is_wordy(given):
                raise Unfit(
                    f"“{path[0]}” measures, and “{given}” is no number, amount or duration",
                    *path,
                    hint="to compare a text, write “equals”, “contains” or “one_of”",
                )
        if self.about is not None and self.by is None and literals.is_zero(self.about):
            raise Unfit(
                "“about: 0” needs “by”: the usual 1 % of nothing is nothing",
                "about",
                hint="say how near it must be: “about: 0, by: 0.05”",
            )

    def _must_leave_room(self) -> None:
        said = [*self.limits(), *([("by", self.by)] if self.by is not None else [])]
        for word, limit in said:
            small, large = ("warn", "fail") if word in WARNS_BELOW else ("fail", "warn")
            if literals.is_more(getattr(limit, small), getattr(limit, large), equal=True):
                raise Unfit(
                    f"it would fail before it warns: “{word}” warns at {limit.warn} and fails at {limit.fail}",
                    word,
                    "warn",
                    hint="change the two, or keep one of them",
                )
        if self.between is not None and literals.is_more(self.between[0], self.between[1]):
            low, high = self.between
            raise Unfit(
                f"nothing lies between {low} and {high}",
                "between",
                hint="the lower one comes first",
                suggestion=f"[{high}, {low}]",
            )
        for low, lowest in self.limits():
            for high, highest in self.limits():
                apart = low in ("more_than", "at_least") and high in ("less_than", "at_most")
                strict = low == "more_than" or high == "less_than"
                if apart and literals.is_more(lowest.worst, highest.worst, equal=strict):
                    raise Unfit(
                        f"nothing is “{low}: {lowest.worst}” and “{high}: {highest.worst}” at once",
                        high,
                        hint="change one of the two limits",
                    )


@record(short="equals")
class Expectation(Assertion):
    """Words that say what a value must be, or must not be. Several words must all hold."""

    not_: Annotated[Assertion | None, Doc("None of these holds."), Example("{contains: error}")] = None

    def __post_init__(self) -> None:
        Assertion.__post_init__(self)
        if not self.words:
            raise ValueError("say what it must be: equals, contains, at_least, about …")
        if self.not_ is None:
            return
        if not self.not_.words:
            raise Unfit(
                "“not” says nothing",
                "not",
                key=True,
                hint="write what it must not be: “not: {contains: error}”",
            )
        for word, limit in [*self.not_.limits(), *([("by", self.not_.by)] if self.not_.by else [])]:
            if limit.warn is not None:
                raise Unfit(
                    "a warning under “not” says nothing: the value is beyond the limit or it is not",
                    "not",
                    word,
                    "warn",
                    key=True,
                    hint=f"write one value: “not: {{{word}: {limit.worst}}}”",
                )


def must_be_amounts(wanted: Assertion, *path: str | int) -> None:
    """Refuse literals that are no amount of money, where one is looked at. Raises `Unfit`."""
    for where, given in _compared(wanted):
        said = literals.measured(given)
        if literals.is_wordy(given) and str(given).strip().casefold() not in FREE:
            raise Unfit(
                f"“{given}” is not an amount of money", *path, *where, hint="write it as 12.50 or $12.50"
            )
        if said is not None and said[0] != "":
            raise Unfit(
                f"“{given}” is not an amount of money",
                *path,
                *where,
                hint=f"to take {given} off, write “less: {given}” beside the expected value"
                if said[0] == "Percent"
                else "write it as 12.50 or $12.50",
            )


def must_be_of(cls: type[Any] | None, wanted: Assertion, *path: str | int) -> None:
    """Refuse literals that are not of a unit, such as `Duration`; None is a bare number. Raises `Unfit`."""
    for where, given in _compared(wanted):
        literals.must_be_of(cls, given, *path, *where)


def limit_must_be_of(cls: type[Any], limit: Limit, *path: str | int) -> None:
    """The same for a limit that stands alone, such as `took: {warn: 800ms}`."""
    for name in ("warn", "fail"):
        literals.must_be_of(cls, getattr(limit, name), *path, name)


def _compared(wanted: Assertion) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Every value that must be of the kind of what is looked at."""
    yield from wanted.values()
    if wanted.equals is not None:
        yield ("equals",), wanted.equals
    for index, given in enumerate(wanted.one_of or ()):
        yield ("one_of", index), given
    denied = getattr(wanted, "not_", None)
    if denied is not None:
        yield from ((("not", *where), given) for where, given in _compared(denied))
