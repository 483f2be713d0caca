from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from nano_sre.core import registry
from nano_sre.core.check import Locate, WatchingCheck
from nano_sre.core.fields import Doc, Inline, Unfit, record
from nano_sre.core.program import WatchCall
from nano_sre.core.registry import register


def _keys() -> dict[str, Any]:
    """A key for each watcher there is: a new file in the folder is a new key."""
    found = ((word, registry.kind("watcher", word).cls) for word in registry.names("watcher"))
    return {word: Annotated[cls | None, Doc(_first_sentence(cls))] for word, cls in found}


def _first_sentence(cls: type[Any]) -> str:
    return " ".join((cls.__doc__ or "").split("\n\n")[0].split())


if TYPE_CHECKING:
    Watchers = Any
else:
    words = _keys()
    body = {"__doc__": "What is looked at while the visit goes on.", "__annotations__": words}
    Watchers = record()(type("Watchers", (), body | dict.fromkeys(words)))
    Watchers.spelt_out = True  # in the reference, each key is a row of its own


@register("check", "page")
class Page(WatchingCheck):
    """The quality of pages: how fast they are and what goes wrong in them, while a visit goes on.

    It watches a journey (`during`) or visits pages by itself (`visit`). Watching costs no visit: a journey and
    everything that watches it share one.
    """

    example: ClassVar[str] = """\
version: 1
kind: page
id: page-quality
name: Pages are fast and whole
visit: [/, /collections/all]
vitals: {LCP: {warn: 2.5s, fail: 4s}, CLS: {warn: 0.1, fail: 0.25}}
console: {errors: {at_most: 0}}
requests: {failed: {at_most: 0}}
"""

    watch: Annotated[Watchers, Inline] = None

    def __post_init__(self) -> None:
        WatchingCheck.__post_init__(self)
        if not self._said():
            words = ", ".join(registry.names("watcher"))
            raise Unfit(
                f"“{self.id}” checks nothing: it would pass whatever the store does",
                code="E401",
                hint=f"say what to look at: {words}",
            )

    def _said(self) -> list[tuple[str, Any]]:
        if self.watch is None:
            return []
        held = ((field.name, getattr(self.watch, field.name)) for field in fields(self.watch))
        return [(word, w) for word, w in held if w is not None and not getattr(w, "idle", False)]

    def watchers(self, at: Locate) -> tuple[WatchCall, ...]:
        return tuple(
            WatchCall(word=word, watcher=watcher, span=at(word, key=True)) for word, watcher in self._said()
        )
