"""A document in pieces: its keys, and the items of its long lists, so that each need be read only once.

A text is cut only where no scalar and no bracket can be open: before a key at the left margin, or an item in the
column of the first one. Each piece must be exactly one key or one item by itself; then the pieces mean together what
the whole means. Where that cannot be seen, nothing is cut, and `load` reads the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml
from yaml import Mark

from nano_sre.core.diagnostics import Span
from nano_sre.spec.load import Builder, Document, Node, Path_, load, plain_value
from nano_sre.spec.malformed import Loader, suspicious
from nano_sre.spec.validate import CUT_LISTS

_BEFORE = re.compile("(?:#[ -~\u00a1-\u1fff]*\n|\n)*")
_KEY = r"[a-z][a-z_-]*:(?=[ \n]|\Z)"
_FIRST = re.compile(_KEY)
_BETWEEN = re.compile(rf"\n(?={_KEY})")
_ITEMS = re.compile(rf"({'|'.join(CUT_LISTS)}):(\n +- )")
_PLAIN = re.compile(r"([a-z_-]+): ([A-Za-z/](?:[\w ,./()'-]|:(?=/))*(?<! ))", re.ASCII)
"""A key with a text on one line that begins no number and holds nothing that YAML would see more in."""
_BEYOND = ("---", "...", "%", "\t", "\r", "\x85", "\u2028", "\u2029")
"""Further documents, directives, tabs and other line ends: rare, and not worth a proof."""
_MOST_BRACKETS, _DEEP = 10, " " * 16  # what has fewer, and is indented less, is not nested too deeply
_WORDS = re.compile(r"([a-z_-]+): \[([A-Za-z][\w-]*(?:, [A-Za-z][\w-]*)*)\]", re.ASCII)
_NOWHERE = Mark("", 0, 0, 0, "", 0)


class Written:
    """One key with its value, or one item of a list, as somebody wrote it. `parts` are the keys of an item."""

    __slots__ = ("data", "key", "name", "node", "parts", "text")

    def __init__(self, text: str, name: str, *, key: Node | None, node: Node, data: Any) -> None:
        self.text, self.name, self.key, self.node, self.data = text, name, key, node, data
        self.parts: Mapping[str, Written] | None = None


class Pieces(Document):
    """A document made of pieces. Its node tree is put together when somebody asks for it, and has no true places."""

    __slots__ = ("_parts",)

    def __init__(
        self, file: str, source: str, data: dict[str, Any], parts: Mapping[str, Written | Sequence[Written]]
    ) -> None:
        self.file, self.source, self.data, self._parts = file, source, data, parts
        self.positions, self.any_of, self.flawed, self.by_name = None, {}, False, None

    def __getattr__(self, name: str) -> Any:
        if name != "node":
            raise AttributeError(name)
        pairs = []
        for key, part in self._parts.items():
            if isinstance(part, Written):
                pairs.append((part.key, part.node))
            else:
                items = yaml.SequenceNode("", [item.node for item in part], flow_style=False)
                pairs.append((yaml.ScalarNode("", key), items))
        self.node = yaml.MappingNode("", pairs, flow_style=False)
        return self.node

    def span(self, path: Path_ = (), *, key: bool = False) -> Span:
        """The place of a value or its key, with the line it has in the file."""
        name = str(path[0]) if path else next(iter(self.data))
        part = self._parts.get(name)
        if not isinstance(part, Written):
            return load(self.source, self.file)[0][0].span(path, key=key)
        start = 0 if self.source.startswith(part.text) else self.source.index(f"\n{part.text}\n") + 1
        line = self.source.count("\n", 0, start) + 1
        if not path:
            return Span(self.file, line, 1)
        if not key and _PLAIN.fullmatch(part.text):
            return Span(self.file, line, len(name) + 3, line, len(part.text) + 1)
        whole: Any = yaml.compose(f"{part.text}\n", Loader=Loader)
        found = Document(self.file, "", whole, {}).span(path, key=key)
        end = None if found.end_line is None else found.end_line + line - 1
        return replace(found, line=found.line + line - 1, end_line=end)


def cut(text: str) -> list[str] | None:
    """The text of each key, without the line end behind it; None when nothing may be cut."""
    if not text.endswith("\n") or any(map(text.__contains__, _BEYOND)):
        return None
    before = _BEFORE.match(text)
    parts: list[str] = _BETWEEN.split(text[before.end() if before else 0 : -1])
    return parts if _FIRST.match(parts[0]) else None


def items_of(part: str) -> tuple[str, str, list[str]] | None:
    """The key of a list of items, what stands before each of them, and their texts."""
    found = _ITEMS.match(part)
    return (found[1], found[2], part[found.end() :].split(found[2])) if found else None


def keys_of(joint: str, item: str) -> list[str] | None:
    """The text of each key of an item; None when it does not begin with one."""
    margin = " " * (len(joint) - 1)
    return re.split(rf"\n{margin}(?={_KEY})", item) if _FIRST.match(item) else None


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("", text, _NOWHERE, _NOWHERE, style="")


def read(part: str, *, margin: int = 0) -> Written | None:
    """A key, `margin` columns from the left, and its value.

    None when the text is more than that, or when its form is to be spoken of.
    """
    plainly = _PLAIN.fullmatch(part)
    if plainly is not None:
        name, text = plainly.groups()
        return Written(part, name, key=yaml.ScalarNode("", name), node=_scalar(text), data=plain_value(text))
    words = _WORDS.fullmatch(part)
    if words is not None:
        name, several = words[1], words[2].split(", ")
        node = yaml.SequenceNode("", [_scalar(each) for each in several], _NOWHERE, _NOWHERE, flow_style=True)
        data = [plain_value(each) for each in several]
        return Written(part, name, key=yaml.ScalarNode("", name), node=node, data=data)
    found = _read(f"{' ' * margin}{part}\n")
    if found is None or not isinstance(found[0], yaml.MappingNode):
        return None
    key, value = found[0].value[0]
    return Written(part, key.value, key=key, node=value, data=found[1][key.value])


def read_item(joint: str, item: str) -> Written | None:
    """An item with what stands before it; None as for `read`."""
    found = _read(f"{joint}{item}\n")
    if found is None or not isinstance(found[0], yaml.SequenceNode):
        return None
    return Written(item, "", key=None, node=found[0].value[0], data=found[1][0])


def joined(item: str, parts: Mapping[str, Written]) -> Written:
    """An item, of its keys."""
    pairs = [(each.key, each.node) for each in parts.values()]
    node = yaml.MappingNode("", pairs, _NOWHERE, _NOWHERE, flow_style=False)
    made = Written(item, "", key=None, node=node, data={name: each.data for name, each in parts.items()})
    made.parts = parts
    return made


def _read(text: str) -> tuple[Node, Any] | None:
    if text.count("[") + text.count("{") > _MOST_BRACKETS or _DEEP in text or suspicious(text, ""):
        return None
    try:
        whole = yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, ValueError):
        return None
    if not isinstance(whole, yaml.CollectionNode) or len(whole.value) != 1:
        return None
    builder = Builder("", text)
    data = builder.build(whole)
    return None if builder.trouble else (whole, data)
