"""Words inside the language: records such as Element or `when`, and keys such as `money`, told for `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nano_sre.core import registry
from nano_sre.core.chosen import Chosen
from nano_sre.core.program import Modifiers
from nano_sre.spec.reference import direct_records, key_line, spoken
from nano_sre.spec.schemagen import FILES, class_of, description, record_shape
from nano_sre.spec.shapes import Key, RecordShape
from nano_sre.spec.suggest import listing

EVERY_STEP = "every step"


def record_lines(word: str) -> list[str] | None:
    """A record by its name (`Element`, `shopper data`): what it is, its keys, and where it is used."""
    asked = word.lower().replace("_", " ").replace("-", " ")
    records = _records()
    found = next((shape for cls, shape in records.items() if asked in _names(cls)), None)
    if found is None:
        return None
    lines = [f"{spoken(found.cls)}: {description(found.cls)}", "", "Keys:"]
    lines += [key_line(key) for key in found.keys.values() if key.name != "any_name"]
    short = f"A plain value stands for “{found.short}”." if found.short else None
    if found.short == "any_name":
        short = "A plain text is its name as a person reads it."
    users = list(dict.fromkeys(_users(found.cls)))
    return [*lines, *(["", short] if short else []), "", f"Used by: {listing(users, most=20)}"]


def key_lines(word: str) -> list[str] | None:
    """Every key of this name: what takes it and what it means there."""
    places: dict[str, list[str]] = {}
    record = None
    for owner, key in _keys():
        if key.name == word:
            places.setdefault(key.doc, []).append(owner)
            record = record or next(direct_records(key.shape), None)
    if not places:
        return None
    lines = [
        f"{word}: a key of {listing(dict.fromkeys(o for owners in places.values() for o in owners), most=20)}",
        "",
    ]
    lines += [f"  in {listing(dict.fromkeys(owners), most=12)}: {doc}" for doc, owners in places.items()]
    if record is not None:
        lines += ["", f"Its keys are those of {spoken(record.cls)}:", *map(key_line, record.keys.values())]
    return lines


def words() -> list[str]:
    """Every name that `explain` knows besides kinds, steps and codes."""
    return list(dict.fromkeys([*(key.name for _, key in _keys()), *(cls.__name__ for cls in _records())]))


def _names(cls: type[Any]) -> tuple[str, str]:
    return cls.__name__.lower(), spoken(cls).lower()


def _kinds() -> Iterator[tuple[str, RecordShape]]:
    for family, noun in (("step", "step"), ("check", "kind"), ("watcher", "watcher")):
        for name in registry.names(family):
            yield f"{noun} {name}", record_shape(registry.kind(family, name).cls)
    for name in FILES:
        yield f"{name}.yaml", record_shape(class_of(name))
    yield EVERY_STEP, record_shape(Modifiers)


def _inside(shape: RecordShape, seen: set[type[Any]]) -> Iterator[RecordShape]:
    for record in (
        *shape.inline.values(),
        *(r for key in shape.keys.values() for r in direct_records(key.shape)),
    ):
        if record.cls not in seen:
            seen.add(record.cls)
            yield record
            yield from _inside(record, seen)


def _records() -> dict[type[Any], RecordShape]:
    seen: set[type[Any]] = set()
    return {record.cls: record for _, kind in _kinds() for record in _inside(kind, seen)}


def _users(cls: type[Any]) -> Iterator[str]:
    for owner, kind in _kinds():
        if any(record.cls is cls for record in _inside(kind, set())):
            yield owner


def _keys() -> Iterator[tuple[str, Key]]:
    """Every key with what it belongs to."""
    owners = list(_kinds())
    own = {registry.kind(family, name).cls for family in registry.FOLDERS for name in registry.names(family)}
    for cls, shape in _records().items():
        if cls in own or issubclass(cls, Chosen):
            continue  # told by its own name
        mine = next(_users(cls)) if getattr(cls, "spelt_out", False) else spoken(cls)
        owners.append((mine, shape))
    for owner, shape in owners:
        for key in shape.keys.values():
            yield owner, key
