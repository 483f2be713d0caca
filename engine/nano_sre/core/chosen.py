"""One of several registered kinds, as an entry of a list says it: `{name: team, slack: {…}}`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from nano_sre.core import registry
from nano_sre.core.fields import Doc, record


class Chosen:
    """The kind that an entry names. There is a key for each kind of the family, and exactly one of them is said."""

    held_names: tuple[str, ...]

    @property
    def word(self) -> str:
        """The key that was written: `slack`."""
        return next(name for name in self.held_names if getattr(self, name) is not None)

    @property
    def kind(self) -> Any:
        """What stands behind it: an object of the registered class."""
        return getattr(self, self.word)


OwnWords = tuple[tuple[str, type[Any] | None], ...]
"""Words that a project adds, each with its class: None for one whose description cannot be read."""


@cache
def chosen_from(family: str, own: OwnWords = ()) -> type[Any]:
    """The record whose keys are the kinds of a family: a new file in their folder is a new key, and so is a word of
    the project's `own`.
    """
    words: dict[str, Any] = {}
    for word in registry.names(family):
        cls = registry.kind(family, word).cls
        about = " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())
        words[word] = Annotated[cls | None, Doc(about)]
    for word, described in own:  # last: a word that we take later stays theirs until it is changed
        about = f"{family.capitalize()} of this project."
        words[word] = Annotated[Any if described is None else described | None, Doc(about)]
    body = {"__doc__": f"The kinds of {family}s.", "__annotations__": words, **dict.fromkeys(words)}
    made: type[Any] = record(one_of=tuple(words))(type(family.capitalize(), (Chosen,), body))
    return made
