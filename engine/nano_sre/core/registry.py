"""One registry for everything pluggable: a kind is a file, named as the file, found by folder or entry point."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, dataclass_transform

from nano_sre.core.values import frozen, frozen_row

FOLDERS = {
    "step": "steps",
    "check": "checks",
    "watcher": "watchers",
    "alerter": "alerters",
    "trigger": "triggers",
    "vendor": "vendors",
}
ENTRY_POINTS = "nano_sre.kinds"
READERS = {"alerter": "nano_sre.spec.presets", "vendor": "nano_sre.spec.vendors"}
"""Families of which a kind may be data, in a YAML file: the module whose `register_file(name, path)` reads it."""

T = TypeVar("T")


@frozen_row
class Kind:
    """A registered kind: its family ("step", "check" …), its YAML word, its class and its short form's field."""

    family: str
    name: str
    cls: type[Any]
    short: str | None


class UnknownKind(LookupError):
    """No file and no plug-in registers this word."""


_registered: dict[tuple[str, str], Kind] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def register(family: str, name: str, *, short: str | None = None) -> Callable[[type[T]], type[T]]:
    """Makes the class a frozen, slotted, keyword-only dataclass and files it as `name`.

    `short` is the field that a plain value stands for (``press: Buy now``).
    """
    if family not in FOLDERS:
        raise ValueError(f"there is no family of kinds called {family!r}; there are {', '.join(FOLDERS)}")

    def make(cls: type[T]) -> type[T]:
        made = frozen(cls)
        made.kind_name = name  # type: ignore[attr-defined]
        made.short_field = short  # type: ignore[attr-defined]
        _registered[family, name] = Kind(family, name, made, short)
        return made

    return make


def kind(family: str, name: str) -> Kind:
    """The kind of that word, importing its file and nothing else. Raises `UnknownKind`."""
    found = _registered.get((family, name))
    if found is None:
        module = _modules(family).get(name)
        if module is None:
            raise UnknownKind(name)
        if isinstance(module, Path):
            importlib.import_module(READERS[family]).register_file(name, module)
        else:
            importlib.import_module(module)
        found = _registered[family, name]
    return found


@cache
def names(family: str) -> tuple[str, ...]:
    """Every word of a family, sorted, without importing any of them."""
    return tuple(sorted(_modules(family)))


def known(family: str, name: str) -> bool:
    return name in _modules(family)


@cache
def _modules(family: str) -> dict[str, str | Path]:
    """Where each word is declared: a module, or a file of data."""
    folder = Path(__file__).parent.parent / "kinds" / FOLDERS[family]
    prefix = f"nano_sre.kinds.{FOLDERS[family]}"
    found: dict[str, str | Path] = {
        p.stem: f"{prefix}.{p.stem}" for p in folder.glob("*.py") if not p.stem.startswith("_")
    }
    if family in READERS:
        found |= {p.stem: p for p in folder.glob("*.yaml")}
    for point, module in plugins().items():
        plugin_family, _, word = point.partition(".")
        if plugin_family == family:
            found[word] = module
    return found


@cache
def plugins() -> dict[str, str]:
    """Entry points of other packages: ``step.wiggle`` → module. Read without importlib.metadata, which is slow."""
    found: dict[str, str] = {}
    for folder in sys.path:
        for file in Path(folder or ".").glob("*.dist-info/entry_points.txt"):
            text = file.read_text(encoding="utf-8", errors="replace")
            if f"[{ENTRY_POINTS}]" in text:
                import configparser  # noqa: PLC0415 - only a plug-in needs it

                parser = configparser.ConfigParser(delimiters=("=",))
                parser.read_string(text)
                found |= dict(parser.items(ENTRY_POINTS))
    return found
