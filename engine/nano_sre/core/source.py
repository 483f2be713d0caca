"""Source expressions of vendor files: where in a hit a value stands, such as `first(query.en, body.items[0].id)`.

This reads them into a tree and says what is wrong with one; nothing here looks at a hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import ClassVar, NamedTuple, Self

from nano_sre.core.forms import Form

ROOTS: dict[str, str] = {
    "query": "the parameters of the address",
    "body": "what was posted: a form, JSON, parts, or the text as it stands",
    "any": "a parameter wherever it stands: of the event itself, of the body, of the address",
    "each": "the piece of the hit that is one event, where `split` divides it",
    "item": "one product, in the keys of `items`",
    "path": "the path of the address",
    "host": "the host of the address",
    "lines": "the lines of the body, each read by itself",
}
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "first": (1, 20, "the first of several that is there"),
    "json": (1, 1, "a text read as JSON"),
    "form": (1, 1, "a text read as `a=1&b=2`"),
    "base64": (1, 1, "a text out of base64"),
    "pairs": (1, 1, "a text read as `a=1;b=2`"),
    "tilde": (1, 1, "a product as Google Analytics writes it: `idSKU~nmName~pr9.99`"),
    "numbered": (1, 1, "`numbered(any.pr)` is pr0 or pr1 and those after it, as a list"),
    "list": (1, 1, "a text as a list: JSON, or parted by commas or semicolons"),
    "unquote": (1, 1, "a text once more out of %-encoding"),
    "match": (2, 2, "the first group of a regular expression: `match(path, '/id/([0-9]+)')`"),
    "join": (2, 20, "several put together, if all of them are there: `join('AW-', any.id)`"),
}
LONGEST = 500


class Root(NamedTuple):
    """Where a look begins: `query`, `body` …"""

    name: str


class Words(NamedTuple):
    """A text in quotes: itself."""

    text: str


class At(NamedTuple):
    """What stands under a key of something, or at a place of a list."""

    of: Source_
    key: str | int


class Call(NamedTuple):
    """A function of other sources."""

    function: str
    given: tuple[Source_, ...]


Source_ = Root | Words | At | Call

_TOKEN = re.compile(r"""\s*(?:([A-Za-z_$][\w$-]*|[0-9]+)|'([^']*)'|"([^"]*)"|([().,\[\]]))""")


class SourceError(ValueError):
    """An expression that means nothing, said in a sentence."""


@cache
def read(text: str) -> Source_:
    """The tree of an expression. Raises `SourceError`."""
    if len(text) > LONGEST:
        raise SourceError(f"this is longer than {LONGEST} characters")
    reading = _Reading(_tokens(text))
    found = reading.source()
    if reading.left:
        raise SourceError(
            f"“{reading.left[0][1]}” is one too many after “{text[: reading.left[0][2]].strip()}”"
        )
    return found


def roots(source: Source_) -> set[str]:
    """The names that an expression begins its looks with."""
    if isinstance(source, Root):
        return {source.name}
    if isinstance(source, At):
        return roots(source.of)
    return set().union(*map(roots, source.given)) if isinstance(source, Call) else set()


_Token = tuple[str, str, int]  # what it is ("name", "text" or the sign itself), its text, where it begins


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise SourceError(
                f"“{text[place:].strip()[:20]}” cannot be read: names, quotes, dots and brackets can"
            )
        name, single, double, sign = token.groups()
        begins = token.start(token.lastindex or 0)
        if sign:
            found.append((sign, sign, begins))
        elif name is not None:
            found.append(("name", name, begins))
        else:
            found.append(("text", single if single is not None else double, begins - 1))
        place = token.end()
    return found


class _Reading:
    def __init__(self, left: list[_Token]) -> None:
        self.left = left

    def take(self, *kinds: str, for_: str) -> str:
        if not self.left or self.left[0][0] not in kinds:
            there = f"“{self.left[0][1]}” stands there" if self.left else "it ends there"
            raise SourceError(f"{for_} is missing: {there}")
        return self.left.pop(0)[1]

    def begins(self, sign: str) -> bool:
        if self.left and self.left[0][0] == sign:
            self.left.pop(0)
            return True
        return False

    def source(self) -> Source_:
        if self.left and self.left[0][0] == "text":
            return Words(self.left.pop(0)[1])
        name = self.take("name", for_="the name of a place, such as query or body,")
        made: Source_
        if self.begins("("):
            made = self.call(name)
        elif name in ROOTS:
            made = Root(name)
        else:
            raise SourceError(f"nothing is called “{name}” here: {_nearest(name, [*ROOTS, *FUNCTIONS])}")
        while self.left and self.left[0][0] in (".", "["):
            made = At(made, self.key())
        return made

    def key(self) -> str | int:
        if self.begins("."):
            return self.take("name", for_="a name after the dot")
        self.begins("[")
        written = bool(self.left) and self.left[0][0] == "text"
        key = self.take("name", "text", for_="a number or a name in quotes")
        self.take("]", for_="the closing bracket")
        if written:
            return key
        if not key.isdecimal():
            raise SourceError(f'between brackets stands a number, or a name in quotes: ["{key}"]')
        return int(key)

    def call(self, function: str) -> Source_:
        if function not in FUNCTIONS:
            raise SourceError(f"there is no “{function}(…)”: {_nearest(function, list(FUNCTIONS))}")
        given = [self.source()]
        while self.begins(","):
            given.append(self.source())
        self.take(")", for_="the closing parenthesis")
        least, most, _ = FUNCTIONS[function]
        if not least <= len(given) <= most:
            raise SourceError(
                f"“{function}” takes {least if least == most else f'{least} or more'}, not {len(given)}"
            )
        _judge(function, given)
        return Call(function, tuple(given))


def _judge(function: str, given: Sequence[Source_]) -> None:
    if function == "numbered" and not (isinstance(given[0], At) and isinstance(given[0].key, str)):
        raise SourceError("“numbered” takes a name without its number, such as numbered(any.pr)")
    if function != "match":
        return
    pattern = given[1]
    if not isinstance(pattern, Words):
        raise SourceError("the second of “match” is a regular expression in quotes")
    try:
        groups = re.compile(pattern.text).groups
    except re.error as error:
        raise SourceError(f"the regular expression “{pattern.text}” is broken: {error}") from None
    if groups == 0:
        raise SourceError(f"“{pattern.text}” has no group: put parentheses round what is wanted")


def _nearest(word: str, known: list[str]) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”?" if near else f"there are {', '.join(known)}"


class Source(Form):
    """Where in a hit a value stands."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^\s*['\"A-Za-z]"
    form: ClassVar[str] = "a place in a hit, such as query.tid or body.events[0].id"

    @classmethod
    def parse(cls, text: str) -> Self:
        made = super().parse(text)
        read(text)
        return made
