"""Hypothesis strategies for every annotation of the language, built from the kinds themselves."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from nano_sre.core import registry
from nano_sre.core.chosen import chosen_from
from nano_sre.core.fields import (
    AsWritten,
    Cron,
    Duration,
    KindOf,
    Percent,
    SavedName,
    Slug,
    Viewport,
    field_names,
    key_of,
)
from nano_sre.core.forms import (
    CURRENCIES,
    ApiVersion,
    Country,
    Currency,
    Day,
    Email,
    Locale,
    Name,
    TimeZone,
    Tracking,
    Url,
    UrlPath,
)
from nano_sre.core.hits import CANONICAL_EVENTS
from nano_sre.core.policy import Moment, TimeOfDay
from nano_sre.core.preset import PostAddress
from nano_sre.core.program import Modifiers, StepCall
from nano_sre.core.source import Source
from nano_sre.core.template import FILTERS, Ref, Template
from nano_sre.core.vendor_forms import CanonicalEvent, HostName, VendorId
from nano_sre.kinds._shared.answers import METHODS
from nano_sre.kinds._shared.keys import Key
from nano_sre.kinds.steps.javascript import Script
from nano_sre.kinds.triggers.shopify import Topic
from nano_sre.spec.schemagen import class_of
from nano_sre.spec.shapes import modifiers_of
from nano_sre.spec.written import checks_something

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TRICKY = st.sampled_from(
    [
        "",
        " ",
        "null",
        "true",
        "No",
        "01234",
        "1.50",
        "1e3",
        "18:00",
        "#1",
        "a #b",
        "- x",
        "a: b",
        "${",
        "$${x}",
        "$",
        "{",
        "!tag",
        "&a",
        "*b",
        "<<",
        "'",
        '"',
        "\\",
        "\t",
        "\n",
        "\u2028",
        "\x85",
        "\x00",
        "\x7f",
        "\ufeff",
        "😀",
        "é",
    ]
)
TEXTS = WORDS | TRICKY
KEYS = TEXTS.filter(lambda key: key not in ("", "<<"))  # neither is a key of ours
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}(\.[a-z0-9_-]{1,4}){0,2}", fullmatch=True)
REFS = st.builds(Ref, NAMES, st.lists(st.sampled_from(FILTERS), max_size=2).map(tuple))

SCALARS: dict[type[Any], st.SearchStrategy[Any]] = {
    Duration: st.integers(0, 10**10).map(Duration),
    Percent: st.decimals(0, 1000, places=2).map(Percent),
    Slug: st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).map(Slug),
    Key: st.sampled_from(["Enter", "Escape", "Control+A", "Shift+Tab", "a", "+", "Space"]).map(Key),
    Script: TEXTS.filter(lambda text: re.search(Script.pattern, text)).map(Script),
    SavedName: st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).map(SavedName),
    Viewport: st.from_regex(r"[0-9]{2,5}x[0-9]{2,5}", fullmatch=True).map(Viewport),
    Cron: st.lists(st.sampled_from(["*", "1", "*/5", "1-5", "1,2"]), min_size=5, max_size=5).map(
        lambda parts: Cron(" ".join(parts))
    ),
    Name: TEXTS.filter(lambda text: re.search(Name.pattern, text)).map(Name),
    Url: st.from_regex(r"https?://[a-z]{1,6}(\.[a-z]{2,3}){0,2}(/[a-z]{0,3}){0,2}", fullmatch=True).map(Url),
    PostAddress: st.sampled_from(["https://desk.example.com/{{ room }}", "{{ url }}"]).map(PostAddress),
    UrlPath: st.from_regex(r"(/[a-z0-9_-]{0,4}){0,2}", fullmatch=True).map(UrlPath),
    Email: st.from_regex(r"[a-z+.]{1,5}@[a-z.]{1,8}", fullmatch=True).map(Email),
    Country: st.from_regex(r"[A-Z]{2}", fullmatch=True).map(Country),
    Locale: st.sampled_from(["en-US", "de-DE", "fr", "zh-Hant-TW", "es-419"]).map(Locale),
    Currency: st.sampled_from(sorted(CURRENCIES)).map(Currency),
    Tracking: st.just(Tracking("swallow")),
    TimeZone: st.sampled_from(["UTC", "America/Toronto", "Europe/Berlin"]).map(TimeZone),
    TimeOfDay: st.sampled_from(["00:00", "09:00", "18:30", "23:59"]).map(TimeOfDay),
    Moment: st.sampled_from(["2026-11-27 06:00", "2026-11-27 08:00", "2027-01-01 00:00"]).map(Moment),
    Topic: st.sampled_from(["themes/publish", "products/update"]).map(Topic),
    VendorId: st.from_regex(r"[a-z0-9]{1,4}([_-][a-z0-9]{1,4}){0,2}", fullmatch=True).map(VendorId),
    HostName: st.from_regex(r"(\*\.)?[a-z0-9]{1,4}(\.[a-z]{2,4}){1,2}", fullmatch=True).map(HostName),
    CanonicalEvent: st.sampled_from(CANONICAL_EVENTS).map(CanonicalEvent),
    Source: st.sampled_from(["query.id", "any.tid", 'any["ep.value"]', "body.a.b", "json(query.ed)"]).map(
        Source
    ),
    Day: st.sampled_from(["2027-03-01", "2026-11-27"]).map(Day),
    ApiVersion: st.sampled_from(["2026-10", "unstable"]).map(ApiVersion),
    bool: st.booleans(),
    int: st.integers(-(10**17), 10**17),
    Decimal: st.decimals(-(10**9), 10**9, places=3),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXTS,
}


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """References with text between them, as the parser would leave them: no two texts side by side."""
    parts: list[str | Ref] = []
    for ref in draw(st.lists(REFS, min_size=1, max_size=3)):
        parts += [part for part in (draw(TEXTS), ref) if part != ""]
    last = draw(TEXTS)
    return Template(tuple([*parts, last] if last else parts))


def plain_data(*, as_written: bool = False) -> st.SearchStrategy[Any]:
    """Anything that YAML can say, texts with references included; `as_written` knows no numbers and flags."""
    leaves = st.none() | TEXTS | templates()
    if not as_written:
        leaves |= st.booleans() | SCALARS[int] | SCALARS[float]
    one_deep = st.lists(leaves, max_size=2) | st.dictionaries(KEYS, leaves, max_size=2)
    return (
        leaves
        | st.lists(leaves | one_deep, max_size=2)
        | st.dictionaries(KEYS, leaves | one_deep, max_size=2)
    )


# What hardly any text is, though the annotation says no more: without these, nearly every check is thrown away.
PATHS = TEXTS.map(lambda text: f"/{text}") | templates().filter(lambda made: str(made).startswith("${"))
JSON_PATHS = st.sampled_from(
    ["$", "$.items", "$.items[0].title", "$['a b']", "$..price", "$.items[?@.n > 1]"]
)
FITTING: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("PageToVisit", "path"): PATHS,
    **{("Request", method): PATHS for method in METHODS},
    ("Keep", "json"): JSON_PATHS,
    ("Wanted", "event"): st.sampled_from(CANONICAL_EVENTS),
}

WORDS_OF = {  # without all words of one of these, and with those of another, a record says nothing, or too much
    "Page": (("during", "watch"), ("visit", "watch")),
    "Pixels": (("during",), ("visit",)),
    "VendorDocument": (("hosts",), ("shape",)),
    "Meaning": (("always",), ("with_", "then")),
    "Limit": (("warn",), ("fail",), ("warn", "fail")),
}


@cache
def of(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation. Raises `TypeError` for one that nobody taught us."""
    simple: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Any: plain_data,
        Template: templates,
        StepCall: lambda: st.deferred(step_calls),
        type(None): st.none,
    }
    if annotation in simple:
        return simple[annotation]()
    if annotation in SCALARS:
        return SCALARS[annotation]
    if isinstance(annotation, type) and is_dataclass(annotation):
        return records(annotation)
    return _composed(annotation)


def _composed(annotation: Any) -> st.SearchStrategy[Any]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        family = next((mark.family for mark in args[1:] if isinstance(mark, KindOf)), None)
        if family is not None:
            return records(chosen_from(family))
        if AsWritten in args[1:]:
            return st.dictionaries(KEYS, plain_data(as_written=True), max_size=2)
        return of(args[0])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        return st.lists(of(args[0]), max_size=2).map(tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(KEYS, of(args[1]), max_size=2)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([of(each) for each in args])
    raise TypeError(f"no strategy for {annotation!r}")


@cache
def records(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Instances of a kind or of a nested record; what its own `__post_init__` refuses is drawn again."""
    return _records(cls).filter(lambda made: made is not None)


@st.composite
def _records(draw: st.DrawFn, cls: type[Any]) -> Any:
    """What a record refuses is left out of it again, unless the next word makes it whole: little is thrown away."""
    either = WORDS_OF.get(cls.__name__) or tuple((field_names(cls)[key_of(n)],) for n in _one_of(cls))
    said = draw(st.sampled_from(either)) if either else ()
    unfit = {name for words in either for name in words} - {*said}
    own = [f for f in fields(cls) if not f.metadata.get("span") and f.name not in unfit]
    needed = [
        f.name for f in own if f.name in said or (f.default is MISSING and f.default_factory is MISSING)
    ]
    values = {name: draw(_of_field(cls, name, said=True)) for name in needed}
    made, waiting = _made(cls, values), dict[str, Any]()
    for name in draw(st.permutations([f.name for f in own if f.name not in needed])):
        if made is not None and draw(st.integers(0, 2)) != 0:
            continue
        waiting[name] = draw(_of_field(cls, name, said=made is None))
        for more in (waiting, {name: waiting[name]}):
            if (fuller := _made(cls, values | more)) is not None:
                made, values = fuller, values | more
                waiting = {key: value for key, value in waiting.items() if key not in more}
                break
    return made


def _made(cls: type[Any], values: Mapping[str, Any]) -> Any:
    try:
        return cls(**values)
    except ValueError:
        return None


def _of_field(cls: type[Any], name: str, *, said: bool) -> st.SearchStrategy[Any]:
    """Values of a field; what is `said` on purpose says something."""
    place = (cls.__name__, name)
    strategy = FITTING[place] if place in FITTING else of(hints_of(cls)[name])
    return strategy.filter(lambda value: value not in (None, ())) if said else strategy


@cache
def hints_of(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls, include_extras=True)


def _one_of(cls: type[Any]) -> tuple[str, ...]:
    said = getattr(cls, "exactly_one", ()) or getattr(cls, "one_of", ())
    return said if isinstance(said, tuple) else ()


@st.composite
def step_calls(draw: st.DrawFn) -> StepCall:
    verb = draw(st.sampled_from(registry.names("step")))
    cls = registry.kind("step", verb).cls
    step = draw(records(cls))
    modifiers = draw(st.just(Modifiers()) | records(Modifiers))
    if checks_something(step) and modifiers.optional:  # refused on purpose: E403
        modifiers = Modifiers(name=modifiers.name)
    modifiers = Modifiers(**{key: getattr(modifiers, key) for key in modifiers_of(cls)})
    return StepCall(verb=verb, step=step, modifiers=modifiers)


def checks(kind: str) -> st.SearchStrategy[Any]:
    """Bound documents of a kind, or of a file that is known by its name."""
    return records(class_of(kind))
