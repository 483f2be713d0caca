"""docs/alerters.md and docs/triggers.md, written from the kinds as the rest of the reference is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nano_sre.core import registry
from nano_sre.core.chosen import Chosen
from nano_sre.spec.reference import GENERATED, cell, default_words, direct_records, key_line, spoken, takes
from nano_sre.spec.schemagen import SCHEMAS, class_of, description, record_shape
from nano_sre.spec.shapes import Key, RecordShape

KINDS = {
    "alerters": "Each entry under `alerters` has a `name` and one of these keys.",
    "triggers": "Each entry under `triggers` has a `name`, a `run` and one of these keys.",
}


def file_lines(name: str) -> list[str]:
    """The file for a terminal: what it is, its keys, an example."""
    cls = class_of(name)
    lines = [f"{name}.yaml: {description(cls)}", "", "Keys:", *map(key_line, record_shape(cls).keys.values())]
    return [*lines, "", "Example:", *(f"  {line}" for line in str(cls.example).rstrip().splitlines())]


def file_page(name: str) -> str:
    """The page of one file that is known by its name."""
    cls = class_of(name)
    shape = record_shape(cls)
    lines = [f"# {name}.yaml", "", GENERATED, "", description(cls), ""]
    lines += ["```yaml", str(cls.example).rstrip(), "```", "", *_table(shape), ""]
    for record in _nested(shape):
        lines += [f"## {spoken(record.cls)}", "", description(record.cls), "", *_table(record), ""]
    lines += [f"## Kinds of {name}", "", KINDS[name], ""]
    (family,) = SCHEMAS[name]
    for word in registry.names(family):
        lines += _kind(record_shape(registry.kind(family, word).cls), word)
    return "\n".join(lines).rstrip() + "\n"


def _kind(shape: RecordShape, word: str) -> list[str]:
    lines = [f"### `{word}`", "", description(shape.cls), ""]
    example = str(getattr(shape.cls, "example", "")).rstrip()
    if example:
        lines += ["```yaml", f"- {example}" if example.startswith("{") else example, "```", ""]
    if shape.short is not None:
        lines += [f"A plain value stands for `{shape.short.rstrip('_')}`.", ""]
    if shape.keys:
        lines += [*_table(shape), ""]
    for record in _nested(shape):
        lines += [f"**{spoken(record.cls)}**: {description(record.cls)}", "", *_table(record), ""]
    return lines


def _nested(shape: RecordShape) -> Iterator[RecordShape]:
    """The records that the keys of a record take, each once; the kinds have sections of their own."""
    seen: set[type[Any]] = set()
    queue = [shape]
    while queue:
        for key in queue.pop(0).keys.values():
            for record in direct_records(key.shape):
                if record.cls not in seen and not issubclass(record.cls, Chosen):
                    seen.add(record.cls)
                    queue.append(record)
                    yield record


def _table(shape: RecordShape) -> list[str]:
    return ["| key | takes | meaning |", "|---|---|---|", *map(_row, shape.keys.values())]


def _row(key: Key) -> str:
    below = next(direct_records(key.shape), None)
    taken = cell(takes(key.shape.schema()))
    link = f" ([{spoken(below.cls)}](#{spoken(below.cls).lower().replace(' ', '-')}))" if below else ""
    needed = " **(needed)**" if key.required else ""
    example = f" Example: `{cell(key.examples[0])}`." if key.examples else ""
    return f"| `{key.name}` | {taken}{link} | {cell(key.doc)}{needed}{default_words(key)}{example} |"
