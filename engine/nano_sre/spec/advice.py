"""What can be read, but is hardly what the author meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.plain_secrets import plain_secrets
from nano_sre.spec.project import Loaded
from nano_sre.spec.scalars import is_plain

# Written by their numbers, because they are hard to tell from each other.
_OPENING = "\u201c\u201e\u2018\u201a\u00ab"
_CLOSING = "\u201d\u201c\u2019\u2018\u00bb"


def advise(loaded: Loaded) -> Iterator[Diagnostic]:
    """What to tell the author of one document. A stored one has been told when it was applied."""
    document = loaded.document
    if document.positions is not None or () in loaded.broken:
        return
    yield from _secrets(loaded)
    yield from advise_on_words(loaded)


def advise_on_words(loaded: Loaded) -> Iterator[Diagnostic]:
    """The advice that each word of a document gets by itself, whatever else is in the file."""
    document = loaded.document
    yield from _tags(loaded)
    if "exists" in document.source or "empty" in document.source:
        yield from _bare_words(loaded, document.node, ())
    if not document.source.isascii() and any(sign in document.source for sign in _OPENING):
        yield from _quotes(loaded, document.node, ())


def _secrets(loaded: Loaded) -> Iterator[Diagnostic]:
    for path, _, name in plain_secrets(loaded.document):
        what = "password" if path[-1] == "password" else "secret"
        yield Diagnostic(
            code="E314",
            message=f"this {what} stands here for everybody to read",
            span=loaded.document.span(path),
            severity="error" if loaded.document.by_name else "warning",  # these are mostly secrets
            hint=f'write “"${{secret.{name}}}"” in its place, and set {name} in the environment or in .env; '
            "then change it where it is used, because this file remembers it",
        )


def _tags(loaded: Loaded) -> Iterator[Diagnostic]:
    tags = loaded.document.data.get("tags")
    if isinstance(tags, str) and ("tags",) not in loaded.broken and "," in tags:
        words = ", ".join(re.split(r"\s*,\s*", tags.strip().strip(",")))
        yield Diagnostic(
            code="E207",
            message=f"“{tags}” is one tag with a comma in it",
            span=loaded.document.span(("tags",)),
            suggestion=f"[{words}]",
        )


def _bare_words(loaded: Loaded, node: Node, path: Path_) -> Iterator[Diagnostic]:
    """`"$.price": exists` compares with that very word: nobody means it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _bare_words(loaded, value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _bare_words(loaded, item, (*path, index))
    elif node.value in ("exists", "empty") and is_plain(node) and str(path[-1]).startswith("$"):
        yield Diagnostic(
            code="E207",
            message=f"this compares with the text “{node.value}”",
            span=loaded.document.span(path),
            severity="warning",
            suggestion=f"{{{node.value}: true}}",
            hint=f"write “{{{node.value}: true}}”; if the word itself is meant, put quotes round it",
        )


def _quotes(loaded: Loaded, node: Node, path: Path_) -> Iterator[Diagnostic]:
    """Quotes from a word processor mean nothing to YAML: they would be looked for on the page."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _quotes(loaded, value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _quotes(loaded, value, (*path, index))
    elif (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and len(node.value) > 1
        and node.value[0] in _OPENING
        and node.value[-1] in _CLOSING
    ):
        yield Diagnostic(
            code="E207",
            message=f"the quotes of {node.value[:60]} are part of the text",
            span=loaded.document.span(path),
            severity="warning",
            hint=f'if they are not meant, write straight ones: "{node.value[1:-1][:60]}"',
        )
