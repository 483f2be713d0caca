"""Rules of diagnosis that a merchant writes: causes of their own, and what they add to ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.fields import Doc, Example, OneOrMany, Slug, Unfit, record
from nano_sre.core.forms import Name
from nano_sre.core.rules import PATTERNS, Clue, Rule

NEEDED = ("title", "shoppers", "remedy", "for")
"""What a cause of one's own has to say."""
_WORDS = ("title", "shoppers", "remedy", "links", "rarity")
_ALWAYS_THERE = ("says", "page")
_ANYTHING = (
    "Something went wrong",
    "404 https://shop.example/a",
    "zxq 17",
    "—",
)  # what have these in common?


@record()
class OwnRule:
    """A cause: one of the shop's own, or one that is built in, of which only what differs is said."""

    cause: Annotated[Slug, Doc("The cause's lasting name."), Example("erp-down")]
    title: Annotated[Name | None, Doc("The cause in a few words, without a full stop.")] = None
    shoppers: Annotated[Name | None, Doc("What shoppers cannot do or see, as a sentence.")] = None
    remedy: Annotated[Name | None, Doc("What to try first, as a sentence.")] = None
    links: Annotated[tuple[str, ...] | None, OneOrMany, Doc("Where to read more.")] = None
    rarity: Annotated[
        float | None,
        Doc("How much must be found before the cause is likelier than not: 3 is usual, more is rarer."),
    ] = None
    for_: Annotated[
        tuple[Clue, ...], Doc("What speaks for it; to a built-in cause these clues are added.")
    ] = ()
    against: Annotated[tuple[Clue, ...], Doc("What speaks against it; added in the same way.")] = ()

    def __post_init__(self) -> None:
        if not any(getattr(self, each.name) for each in fields(self) if each.name != "cause"):
            raise Unfit(
                f"nothing is said of “{self.cause}”",
                "cause",
                code="E446",
                hint="say what speaks for it (“for”), or what should be read in place of our words",
            )

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that it would need, were it a cause that nobody else describes."""
        return tuple(key for key in NEEDED if not getattr(self, {"for": "for_"}.get(key, key)))

    def beside(self, known: Rule | None) -> Rule:
        """The rule that comes of it: what is said here counts, clues are added to those of `known`.

        Raises `Unfit` when it could never be concluded, and `ValueError` while something is `missing`.
        """
        ours = {each.name: getattr(known, each.name) for each in fields(known)} if known else {}
        mine = {name: value for name in _WORDS if (value := getattr(self, name)) is not None}
        clues = {name: (*ours.get(name, ()), *getattr(self, name)) for name in ("for_", "against")}
        try:
            return Rule(**{"cause": self.cause, **ours, **mine, **clues})
        except TypeError:
            raise ValueError(f"“{self.cause}” does not say {', '.join(self.missing)}") from None

    def clues(self) -> Iterator[tuple[tuple[str | int, ...], Clue]]:
        """Every clue with its place below this rule."""
        for key, found in (("for", self.for_), ("against", self.against)):
            yield from (((key, number), clue) for number, clue in enumerate(found))


@record()
class OwnRules:
    """What a document of rules says, whoever wrote it."""

    name: ClassVar[str] = ""  # its causes have names, and its id is its own

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[Slug, Doc("The document's lasting name."), Example("our-causes")]
    rules: Annotated[tuple[OwnRule, ...], Doc("Causes, one each.")]

    def __post_init__(self) -> None:
        if not self.rules:
            raise Unfit("there is no rule", "rules", code="E446", hint="write one, or delete the document")


def joined(built_in: Iterable[Rule], own: Iterable[OwnRule]) -> tuple[Rule, ...]:
    """The built-in rules with a merchant's beside them. One that cannot stand by itself is left out."""
    known = {rule.cause: rule for rule in built_in}
    for each in own:
        before = known.get(each.cause)
        if before is not None or not each.missing:
            known[each.cause] = each.beside(before)
    return tuple(known.values())


def fits_everything(clue: Clue) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The patterns of a clue that say nothing, with their places.

    That there is any line at all is worth saying of the console, of requests and of neighbours, and is written `.`; a
    finding always says something.
    """
    for name in PATTERNS:
        for place, pattern in enumerate(getattr(clue, name)):
            found = re.compile(pattern, re.IGNORECASE).search
            empty = found("") is not None
            if empty or (name in _ALWAYS_THERE and all(found(text) for text in _ANYTHING)):
                yield (name, place), pattern


def path_in(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path as it was written: a list of one may stand without its brackets."""
    for depth, part in enumerate(path):
        if isinstance(part, int) and not isinstance(data, list):
            return path[:depth]
        data = data[part]
    return path
