"""The names that a document's `${…}` can mean, at the place where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded

STORE_NAMES = ("id", "name", "url", "timezone", "market", "currency", "locale")


class Scope:
    """The names that exist where we are."""

    def __init__(
        self,
        loaded: Loaded,
        stores: tuple[Loaded, ...],
        fragments: Mapping[str, Loaded],
        environ: Mapping[str, str] | None,
    ) -> None:
        self.loaded, self.stores, self.fragments, self.environ = loaded, stores, fragments, environ
        self.kind = loaded.kind
        self.saved: list[str] = []
        self.loops: list[str] = []
        self.verb: str | None = None
        data = loaded.document.data
        self.inputs = list(data["inputs"]) if isinstance(data.get("inputs"), dict) else []

    def say(self, code: str, message: str, path: Path_, *, key: bool = False, **more: Any) -> Diagnostic:
        span = self.loaded.document.span(path, key=key)
        return Diagnostic(code=code, message=message, span=span, **more)

    def names(self, key: str) -> list[str]:
        """What the stores have under `vars`, `devices` …, in any of them."""
        return list(dict.fromkeys(name for store in self.stores for name in names_in(store, key)))

    def lacking(self, key: str, name: str) -> list[Loaded]:
        """The stores that do not have this name under a key."""
        return [store for store in self.stores if name not in names_in(store, key)]


def names_in(store: Loaded, key: str) -> list[str]:
    """The names an author chose under a key of a store document, and those that are always there."""
    table = store.document.data.get(key)
    written = [str(name) for name in table] if isinstance(table, dict) else []
    always = {"devices": ("desktop", "iphone"), "shoppers": ("default",)}.get(key, ())
    return list(dict.fromkeys([*written, *always]))
