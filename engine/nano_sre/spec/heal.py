"""Proposed changes of YAML files, made where they are meant and nowhere else; comments stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from nano_sre.core.result import Patch
from nano_sre.spec.layout import comments_of
from nano_sre.spec.load import Document, Node, child, load, plain_value
from nano_sre.spec.malformed import Loader
from nano_sre.spec.project import load_text

INDICATORS = set("{}[],&*#?|-<>=!%@`\"':\\\n")


@dataclass(slots=True)
class Healed:
    """A file's text with the proposals in it that could be made, and why the others could not."""

    text: str
    made: list[Patch] = field(default_factory=list)
    refused: list[tuple[Patch, str]] = field(default_factory=list)


def healed(source: str, file: str, patches: Iterable[Patch]) -> Healed:
    """Make every proposal that still fits. What was changed since, or contradicts another, is refused with a reason.

    A proposal that the file holds already is left out in silence.
    """
    work = Healed(source)
    for patch, rivals in _each_once(patches):
        if rivals:
            work.refused.append((patch, "another result proposes something else for the same place"))
            continue
        _one(work, file, patch)
    return work


def _each_once(patches: Iterable[Patch]) -> list[tuple[Patch, bool]]:
    """The proposals without repetitions, and whether others want something else in the same place."""
    places: dict[str, dict[str, Patch]] = {}
    for patch in patches:
        place = json.dumps([patch.document, patch.path], default=str)
        wanted = json.dumps(patch.new, sort_keys=True, default=str)
        places.setdefault(place, {}).setdefault(wanted, patch)
    return [(patch, len(wishes) > 1) for wishes in places.values() for patch in wishes.values()]


def _one(work: Healed, file: str, patch: Patch) -> None:
    documents, told = load(work.text, file)
    if any(d.severity == "error" for d in told):
        work.refused.append((patch, f"the file has a mistake now: {told[0].message}"))
        return
    found = [
        (document, node)
        for document in documents
        if patch.document in ("", document.data.get("id"))
        for node in [_at(document, patch.path)]
        if node is not None and _says(node, patch.old)
    ]
    if len(found) != 1:
        if not _made_already(documents, patch):
            work.refused.append((patch, "the file was changed in this place since the run"))
        return
    text = _replaced(work.text, found[0][1], patch)
    why = _why_not(work.text, text, file)
    if why:
        work.refused.append((patch, why))
        return
    work.text = text
    work.made.append(patch)


def _made_already(documents: Sequence[Document], patch: Patch) -> bool:
    nodes = (_at(d, patch.path) for d in documents if patch.document in ("", d.data.get("id")))
    return any(node is not None and _says(node, patch.new) for node in nodes)


def _at(document: Document, path: Sequence[str | int]) -> Node | None:
    node: Node | None = document.node
    for part in path:
        node = child(node, part)[1] if node is not None else None
    return node


def _says(node: Node, value: Any) -> bool:
    """Whether a node stands for this plain data; a scalar does by its source text, too."""
    if isinstance(node, yaml.MappingNode):
        return (
            isinstance(value, dict)
            and {k.value for k, _ in node.value} == set(value)
            and all(_says(v, value[k.value]) for k, v in node.value)
        )
    if isinstance(node, yaml.SequenceNode):
        same_length = isinstance(value, (list, tuple)) and len(value) == len(node.value)
        return same_length and all(_says(n, v) for n, v in zip(node.value, value, strict=True))
    if isinstance(value, str):
        return str(node.value) == value
    plain = node.value if getattr(node, "style", None) else plain_value(node.value)
    return type(plain) is type(value) and plain == value


def _replaced(text: str, node: Node, patch: Patch) -> str:
    """The text with the new value; a list in another order keeps each item as it was written."""
    items = _same_items(node, patch.new)
    if items is None:
        start, end = node.start_mark.index, _end(text, node)
        return text[:start] + _flow(patch.new) + text[end:]
    raws = [text[item.start_mark.index : _end(text, item)] for item in items]
    for place, raw in reversed(list(zip(node.value, raws, strict=True))):
        text = text[: place.start_mark.index] + raw + text[_end(text, place) :]
    return text


def _same_items(node: Node, new: Any) -> list[Node] | None:
    """The node's own items in the order of the new list; None when it is another list."""
    if not isinstance(node, yaml.SequenceNode) or not isinstance(new, (list, tuple)):
        return None
    left, ordered = list(node.value), []
    for value in new:
        item = next((each for each in left if _says(each, value)), None)
        if item is None:
            return None
        left.remove(item)
        ordered.append(item)
    return None if left else ordered


def _end(text: str, node: Node) -> int:
    """Where the node's last character stands: a block's own mark lies behind the blank lines and comments below it."""
    while not isinstance(node, yaml.ScalarNode) and not getattr(node, "flow_style", False) and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark.index
    return node.start_mark.index + len(text[node.start_mark.index : end].rstrip("\n"))


def _flow(value: Any) -> str:
    """Plain data as YAML of one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    bare = value.strip() == value and value and not INDICATORS & set(value) and plain_value(value) == value
    return value if bare and value.isprintable() else json.dumps(value, ensure_ascii=False)


def _why_not(before: str, after: str, file: str) -> str | None:
    """Why a text cannot take the place of another; None when it can."""
    try:
        list(yaml.compose_all(after, Loader=Loader))
    except yaml.YAMLError:
        return "the change does not fit into the file as it is written: make it by hand"
    if comments_of(after) != comments_of(before):
        return "there are comments inside what would be replaced: make the change by hand"
    errors = [d for d in load_text(after, file).diagnostics if d.severity == "error"]
    return f"the file would be wrong afterwards: {errors[0].message}" if errors else None
