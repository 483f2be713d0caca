"""Values that wait for run time: text with `${…}` in it, parsed once and resolved when used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from nano_sre.core.values import frozen_row

FILTERS = ("lower", "upper", "trim", "round", "slug", "money")
ROOTS = ("store", "vars", "visit", "shopper", "secret", "env", "inputs")

_OPENING = re.compile(r"\$+\{")
_DOLLARS = re.compile(r"\$+(?=\{)")
_DOLLARS_BEFORE_REF = re.compile(r"\$+(?=\{|$)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)*")


class TemplateError(ValueError):
    """A `${…}` that cannot be read. `offset` counts characters from the start of the text; `word` is a wrong filter."""

    def __init__(self, message: str, offset: int, *, word: str | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.word = word


@frozen_row
class Ref:
    """One `${name.part | filter}`: a dotted name and the filters applied to it, in order."""

    name: str
    filters: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        return self.name.split(".", 1)[0]

    @property
    def rest(self) -> str:
        return self.name.partition(".")[2]

    @property
    def is_secret(self) -> bool:
        return self.root == "secret"

    def __str__(self) -> str:
        return "${" + " | ".join((self.name, *self.filters)) + "}"


@frozen_row
class Template:
    """Text and references in order. Printing it gives its source, so it is safe in a plan: secrets stay names."""

    parts: tuple[str | Ref, ...]

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(part for part in self.parts if isinstance(part, Ref))

    @property
    def is_secret(self) -> bool:
        return any(ref.is_secret for ref in self.refs)

    def __str__(self) -> str:
        shown = ""
        for part, after in zip(self.parts, (*self.parts[1:], ""), strict=True):
            if isinstance(part, Ref):
                shown += str(part)
            else:
                dollars = _DOLLARS_BEFORE_REF if isinstance(after, Ref) else _DOLLARS
                shown += dollars.sub(lambda m: m[0] * 2, part)
        return shown

    def resolve(self, lookup: Callable[[Ref], Any]) -> Any:
        """The value; a template that is nothing but one reference keeps the type of what it refers to."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Ref):
            return lookup(self.parts[0])
        return "".join(p if isinstance(p, str) else str(lookup(p)) for p in self.parts)


def parse(text: str) -> str | Template:
    """Text with `${…}` → `Template`, other text as it is. Raises `TemplateError`.

    `$${` is a literal `${`, and `$$${price}` a dollar before a price: before a brace, two dollars stand for one.
    """
    return _parse(text) if "${" in text else text


@lru_cache(maxsize=4096)  # the same few references stand everywhere
def _parse(text: str) -> str | Template:
    parts: list[str | Ref] = []
    literal, at = "", 0
    while (found := _OPENING.search(text, at)) is not None:
        dollars = len(found[0]) - 1
        literal += text[at : found.start()] + "$" * (dollars // 2)
        if dollars % 2 == 0:
            literal, at = literal + "{", found.end()
            continue
        start = found.end() - 2
        closing = text.find("}", found.end())
        if closing < 0:
            raise TemplateError("a “${” has no closing “}”", start)
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(_parse_ref(text[found.end() : closing], start))
        at = closing + 1
    literal += text[at:]
    if literal:
        parts.append(literal)
    return (
        Template(tuple(parts)) if any(isinstance(p, Ref) for p in parts) else "".join(str(p) for p in parts)
    )


def _parse_ref(inside: str, offset: int) -> Ref:
    name, *filters = (part.strip() for part in inside.split("|"))
    if not _NAME.fullmatch(name):
        raise TemplateError(
            f"“${{{inside}}}” is not a name: write a dotted name such as ${{price}} or ${{vars.coupon}}; "
            "there is no arithmetic and there are no calls",
            offset,
        )
    for each in filters:
        if each not in FILTERS:
            message = f"there is no filter “{each}”; the filters are {', '.join(FILTERS)}"
            raise TemplateError(message, offset, word=each)
    return Ref(name, tuple(filters))


def escape(text: str) -> str:
    """Plain text as it must be written in YAML so that it stays plain text."""
    return _DOLLARS.sub(lambda m: m[0] * 2, text)


def refs_in(value: Any) -> Iterator[Ref]:
    """Every `${…}` in a value, however deep in mappings, lists and dataclasses."""
    if isinstance(value, Template):
        yield from value.refs
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from refs_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from refs_in(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from refs_in(getattr(value, each.name))


def lookup_in(values: Mapping[str, Any], dotted: str) -> Any:
    """The value under a dotted name; raises `KeyError` with the missing part."""
    current: Any = values
    for part in dotted.split("."):
        if isinstance(current, Mapping) and part in current:
            current = current[part]
        else:
            raise KeyError(part)
    return current
