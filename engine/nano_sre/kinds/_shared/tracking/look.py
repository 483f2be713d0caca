"""Source expressions made into functions: each looks at one hit, or one piece of it."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from nano_sre.core.source import ROOTS, At, Call, Root, Source, Source_, Words, read, roots
from nano_sre.kinds._shared.tracking.texts import (
    LARGEST,
    decoded,
    fit_to_keep,
    form,
    plain,
    read_body,
    read_json,
    read_lines,
)

MOST_NUMBERED = 500
MOST_MATCHED = 4_000  # characters that a regular expression is tried on


class Look:
    """One hit while it is read. `any` is `each`, the body and the query together; `item` the product at hand."""

    __slots__ = ("any", "body", "each", "host", "item", "lines", "path", "query", "read", "trouble")

    def __init__(self, query: dict[str, Any], path: str, host: str) -> None:
        self.query, self.path, self.host = query, path, host
        self.any: dict[Any, Any] = query
        self.body: Any = {}
        self.each: Any = None
        self.item: Any = None
        self.lines: list[dict[str, Any]] = []
        self.read: dict[object, Any] = {}  # texts that were read already, of one event
        self.trouble: list[str] = []

    def take_body(self, body: bytes, content_type: str, *, lines: bool) -> None:
        """Read what was posted; `lines` when each line of it is read by itself."""
        if lines:
            self.lines = read_lines(decoded(body, self.trouble), self.trouble)
        else:
            self.body = read_body(body, content_type, self.trouble)


_EMPTY: tuple[Any, ...] = ("", [], {})
Finder = Callable[[Look], Any]
Reader = Callable[[Look], "str | None"]


def as_text(value: Any) -> str | None:
    """A value as a text; None when there is none, or it is no single value."""
    if isinstance(value, str):
        return value or None
    if value is True:
        return "true"
    return "false" if value is False else None


def finder(source: Source) -> Finder:
    """The function of an expression: the raw value, or None."""
    return _made(read(source))


def first_of(sources: Sequence[Source]) -> Finder | None:
    """The first of several that is there; None when there are no sources."""
    if not sources:
        return None
    return _first([finder(each) for each in sources])


def reader(sources: Sequence[Source]) -> Reader | None:
    """The same as a text."""
    if not sources:
        return None
    finders = [finder(each) for each in sources]
    if len(finders) == 1:
        return _text_of(sources[0], finders[0])

    def first_text(look: Look) -> str | None:
        for each in finders:
            value = each(look)
            if value is not None and (said := value if type(value) is str else as_text(value)):
                return said
        return None

    return first_text


def _text_of(source: Source, found: Finder) -> Reader:
    tree = read(source)
    if isinstance(tree, At) and tree.of == Root("any"):  # most of all that is read: worth a function less
        key = tree.key

        def parameter(look: Look) -> str | None:
            value = look.any.get(key)
            return (value or None) if type(value) is str else as_text(value)

        return parameter

    def text(look: Look) -> str | None:
        value = found(look)
        return (value or None) if type(value) is str else as_text(value)

    return text


def _made(tree: Source_) -> Finder:
    if isinstance(tree, Words):
        text = tree.text
        return lambda _: text
    if isinstance(tree, Root):
        return _ROOTS[tree.name]
    if isinstance(tree, At):
        return _at(tree)
    if tree.function == "numbered":
        return _numbered(tree)
    if tree.function == "match":
        return _match(tree)
    made = _CALLS[tree.function]([_made(each) for each in tree.given])
    return _once(tree, made) if tree.function in _READING and "item" not in roots(tree) else made


_ROOTS: dict[str, Finder] = {name: attrgetter(name) for name in ROOTS}


def _at(tree: At) -> Finder:
    keys: list[str | int] = []
    start: Source_ = tree
    while isinstance(start, At):
        keys.insert(0, start.key)
        start = start.of
    of = _made(start)
    if len(keys) == 1 and start == Root("any"):
        (name,) = keys
        return lambda look: look.any.get(name)
    if len(keys) == 1 and start == Root("item"):
        return lambda look: look.item.get(keys[0]) if type(look.item) is dict else None

    def under(look: Look) -> Any:
        found = of(look)
        for key in keys:
            if type(found) is dict:
                found = found.get(key)
            elif type(found) is not list:
                return None
            elif type(key) is int:
                found = found[key] if key < len(found) else None
            else:
                found = [each[key] for each in found if type(each) is dict and key in each] or None
        return found

    return under


def _first(given: list[Finder]) -> Finder:
    if len(given) == 1:
        return given[0]

    def first(look: Look) -> Any:
        for each in given:
            found = each(look)
            if found is not None and found not in _EMPTY:
                return found
        return None

    return first


def _of_text(how: Callable[[str, list[str]], Any]) -> Callable[[list[Finder]], Finder]:
    """A function of a text; of a list, it is done to each of its texts. What is read already stays."""

    def make(given: list[Finder]) -> Finder:
        (of,) = given

        def done(look: Look) -> Any:
            found = of(look)
            if isinstance(found, str):
                return how(found, look.trouble) if found else None
            if type(found) is list:
                return [how(each, look.trouble) if isinstance(each, str) else each for each in found]
            return found

        return done

    return make


def _json(text: str, trouble: list[str]) -> Any:
    return read_json(text, f"“{text[:40]}”", trouble)


def _base64(text: str, trouble: list[str]) -> str | None:
    if text.lstrip()[:1] in ("{", "["):  # some send JSON here packed, and some as it is
        return text
    text = text.strip().replace(" ", "+")  # a plus that a form took for a space
    padded = text + "=" * (-len(text) % 4)
    try:
        found = urlsafe_b64decode(padded) if "-" in text or "_" in text else b64decode(padded, validate=True)
    except (ValueError, Error):
        trouble.append(f"“{text[:40]}” is no base64")
        return None
    return fit_to_keep(found[:LARGEST].decode("utf-8", "replace"))


def _pairs(text: str, _: list[str]) -> dict[str, str]:
    return {k.strip(): v for k, _, v in (pair.partition("=") for pair in text.split(";", 500)) if k.strip()}


def _tilde(text: str, _: list[str]) -> dict[str, str]:
    """`idSKU~nmName~pr9.99~k0colour~v0red`: two letters, and what they mean; own names stand in pairs."""
    found: dict[str, str] = {}
    names: dict[str, str] = {}
    for part in text.split("~", 500):
        key, value = part[:2], part[2:]
        if key[:1] == "k" and key[1:].isdigit():
            names[key[1:]] = value
        elif key[:1] == "v" and key[1:].isdigit() and key[1:] in names:
            found[names[key[1:]]] = value
        elif key:
            found[key] = value
    return found


def _form(text: str, trouble: list[str]) -> Any:
    return form(text, trouble) if "=" in text else text


def _as_list(given: list[Finder]) -> Finder:
    (of,) = given

    def as_list(look: Look) -> Any:
        found = of(look)
        return _list(found) if isinstance(found, str) and found else found

    return as_list


def _list(text: str) -> Any:
    if text[:1] == "[":
        found = read_json(text, "", [])  # if it is none, it is parted by commas
        if found is not None:
            return found
    bare = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    sign = ";" if ";" in bare else ","
    return [part.strip() for part in bare.split(sign, 500) if part.strip()]


_READING = ("json", "base64", "form", "pairs")
_ONCE: dict[Source_, Finder] = {}


def _once(tree: Source_, made: Finder) -> Finder:
    """A text of which several things are wanted is read a single time for each event."""
    known = _ONCE.get(tree)
    if known is not None:
        return known

    def once(look: Look) -> Any:
        if once in look.read:
            return look.read[once]
        found = look.read[once] = made(look)
        return found

    return _ONCE.setdefault(tree, once)


def _numbered(tree: Call) -> Finder:
    at = tree.given[0]
    assert isinstance(at, At)
    of, begins = _made(at.of), str(at.key)
    keys = [f"{begins}{number}" for number in range(MOST_NUMBERED)]

    def numbered(look: Look) -> Any:
        found = of(look)
        if type(found) is not dict:
            return None
        several = []
        for number in range(0 if keys[0] in found else 1, MOST_NUMBERED):
            value = found.get(keys[number])
            if value is None:
                break
            several.append(value)
        return several or None

    return numbered


def _match(tree: Call) -> Finder:
    of, pattern = _made(tree.given[0]), tree.given[1]
    assert isinstance(pattern, Words)
    search = re.compile(pattern.text).search

    def match(look: Look) -> Any:
        found = of(look)
        if not isinstance(found, str):
            return None
        matched = search(found[:MOST_MATCHED])
        return None if matched is None else matched[1]

    return match


def _join(given: list[Finder]) -> Finder:
    def join(look: Look) -> Any:
        found = [as_text(each(look)) for each in given]
        return None if None in found else "".join([each or "" for each in found])

    return join


_CALLS: dict[str, Callable[[list[Finder]], Finder]] = {
    "first": _first,
    "json": _of_text(_json),
    "form": _of_text(_form),
    "base64": _of_text(_base64),
    "pairs": _of_text(_pairs),
    "tilde": _of_text(_tilde),
    "list": _as_list,
    "unquote": _of_text(lambda text, _: plain(text)),
    "join": _join,
}
