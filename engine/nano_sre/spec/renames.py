"""Words that were spelt otherwise once: accepted with a warning, and mended by `fmt --upgrade`.

A kind says so itself. `formerly` are older words for the kind or step, `renamed` maps older keys to today's::

    formerly: ClassVar[tuple[str, ...]] = ("tap",)
    renamed: ClassVar[Mapping[str, str]] = {"target": "element"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic, Span
from nano_sre.spec.load import Document, Node, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OldWord:
    """An older spelling in a file: where it stands, how long it is there, and today's word."""

    node: yaml.ScalarNode
    old: str
    new: str
    span: Span

    @property
    def warning(self) -> Diagnostic:
        return Diagnostic(
            code="E211",
            severity="warning",
            message=f"“{self.old}” is called “{self.new}” now",
            span=self.span,
            suggestion=self.new,
            hint="nano-sre fmt --upgrade writes today's words",
        )


@cache
def _formerly(family: str) -> Mapping[str, str]:
    """Older word → today's, of every kind of a family. Loads them all: asked only about words nobody knows."""
    return {
        old: name
        for name in registry.names(family)
        for old in getattr(registry.kind(family, name).cls, "formerly", ())
    }


def old_words(document: Document) -> list[OldWord]:
    """The older spellings in a document, top to bottom."""
    return sorted(_found(document), key=lambda word: word.span)


def with_todays_words(document: Document) -> list[OldWord]:
    """Put today's words into the document's tree and data; what they replaced. Positions stay as written."""
    found = old_words(document)
    for word in found:
        word.node.value = word.new
    if found:
        document.data = _again(document.data, document.node, {id(word.node): word.old for word in found})
    return found


def _again(data: Any, node: Node, old: Mapping[int, str]) -> Any:
    """The data with the renamed keys, bare words and kinds of the tree."""
    if isinstance(node, yaml.MappingNode):
        return {k.value: _again(data[old.get(id(k), k.value)], v, old) for k, v in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_again(part, item, old) for part, item in zip(data, node.value, strict=True)]
    return node.value if id(node) in old else data


def _found(document: Document) -> Iterator[OldWord]:
    kinds = registry.names("check")
    kind = str(document.kind)
    for key, value in document.node.value:
        if key.value == "kind" and isinstance(value, yaml.ScalarNode) and kind not in kinds:
            new = _formerly("check").get(kind)
            if new:
                yield _word(document, value, new)
                kind = new
    if kind in kinds:
        yield from _keys(document, document.node, registry.kind("check", kind).cls)
    yield from _steps(document, document.node)


def _keys(document: Document, node: yaml.MappingNode, cls: type[Any]) -> Iterator[OldWord]:
    renamed = getattr(cls, "renamed", {})
    there = {key.value for key, _ in node.value}
    for key, _ in node.value:
        if key.value in renamed and renamed[key.value] not in there:
            yield _word(document, key, renamed[key.value])


def _steps(document: Document, node: Node) -> Iterator[OldWord]:
    """Older words in every list of steps below a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in ("steps", "always") and isinstance(value, yaml.SequenceNode):
                for item in value.value:
                    yield from _step(document, item)


def _step(document: Document, item: Node) -> Iterator[OldWord]:
    word = item if isinstance(item, yaml.ScalarNode) else None
    body: Node | None = None
    if isinstance(item, yaml.MappingNode) and len(item.value) == 1:
        word, body = item.value[0]
    if word is None:
        return
    verb = str(word.value)
    if verb not in registry.names("step"):
        new = _formerly("step").get(verb)
        if not new:
            return
        yield _word(document, word, new)
        verb = new
    if isinstance(body, yaml.MappingNode):
        yield from _keys(document, body, registry.kind("step", verb).cls)
        yield from _steps(document, body)


def _word(document: Document, node: yaml.ScalarNode, new: str) -> OldWord:
    return OldWord(node=node, old=str(node.value), new=new, span=span_of(document.file, node))
