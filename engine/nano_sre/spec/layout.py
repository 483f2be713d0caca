"""YAML text → the same text as everybody writes it: two spaces, one order of keys, quotes only where they are needed.

Nothing is dumped from data. The node tree says where each key and value stands; they are written anew from their own
source text, and comments and blank lines stay with what they stand beside.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from nano_sre.spec.load import Node, plain_value
from nano_sre.spec.malformed import LINE_END, Loader

INDENT = 2
LONGEST_KEY = 500  # what is longer needs a `?` before it
Order = Callable[[yaml.MappingNode], Sequence[str]]
"""The keys of a document's mapping in the order in which they are to stand."""

_COMMENT = re.compile(r"#[^\n\r\x85\u2028\u2029]*")
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_UNUSUAL = re.compile(r"^(?:%|\.\.\.(?:\s|$))", re.MULTILINE)
# Beginning with a letter or a slash, it can be neither number nor date nor an indicator of YAML.
_SAFE = re.compile(r"[^\W\d_](?:[\w ./'()+=&;!?%*-]*[\w./')!?%])?|/[\w./-]*")
# By YAML 1.1, in other tools.
_READ_OTHERWISE = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


class MeaningChanged(Exception):
    """Laying out a text would have changed what it means: a bug of ours, noticed before anything is written."""


@dataclass(slots=True)
class Comment:
    index: int
    column: int
    text: str
    own_line: bool


def laid_out(text: str, order: Order) -> str:
    """The text in its one form. Raises `MeaningChanged` rather than return one that says something else.

    `text` is sound YAML with plain line feeds, without tags, anchors and aliases.
    """
    nodes = list(yaml.compose_all(text, Loader=Loader))
    page = _Page(text, nodes)
    if page.unusual or not nodes:
        return text
    made = page.written(nodes, order)
    try:
        same = _meaning(made) == _meaning(text)
    except yaml.YAMLError:
        same = False
    if not same:
        raise MeaningChanged
    return made


def scalar_text(node: yaml.ScalarNode, source: str) -> str:
    """How a scalar of one line is written: its own text, with quotes where they are needed."""
    raw = source[node.start_mark.index : node.end_mark.index]
    value = str(node.value)
    quotable = not re.search(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]', value)
    if not node.style:
        return f'"{value}"' if "${" in value and quotable else raw
    if _may_stand_bare(value):
        return value
    return f'"{value}"' if node.style == "'" and quotable else raw


def _may_stand_bare(value: str) -> bool:
    return bool(_SAFE.fullmatch(value)) and value.lower() not in _READ_OTHERWISE and "  " not in value


def comments_of(text: str) -> Counter[str]:
    """Every comment of a text and how often it stands there."""
    page = _Page(text, list(yaml.compose_all(text, Loader=Loader)))
    return Counter(each.text.rstrip() for each in page.comments)


def _meaning(text: str) -> Any:
    nodes = list(yaml.compose_all(text, Loader=Loader))
    return [_tree(node) for node in nodes], Counter(c.text.rstrip() for c in _Page(text, nodes).comments)


def _tree(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {_tree(key): _tree(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item) for item in node.value]
    return node.value, type(node.value if node.style else plain_value(node.value))


def _scalars(node: Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for each in node.value:
            for part in each if isinstance(each, tuple) else (each,):
                yield from _scalars(part)


def _keys(node: Node) -> Iterator[Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield from _keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys(item)


def _is_block(node: Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


@dataclass(slots=True)
class _Page:
    """One text that is written anew from top to bottom; `comments` are those that are still to be written."""

    source: str
    nodes: list[Node]
    comments: list[Comment] = field(default_factory=list)
    separators: list[int] = field(default_factory=list)
    unusual: bool = False
    next: int = 0
    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)  # lines whose emptiness belongs to a text

    def __post_init__(self) -> None:
        self.lines = self.source.split("\n")
        self.starts = [0, *(m.end() for m in re.finditer("\n", self.source))]
        end = 0
        self.unusual = any(len(self._raw(key)) > LONGEST_KEY for node in self.nodes for key in _keys(node))
        for scalar in (s for node in self.nodes for s in _scalars(node)):
            start, stop = scalar.start_mark, scalar.end_mark
            if stop.index > start.index:
                self._between(end, start.index)
                end = stop.index
            if _is_block(scalar):
                end = start.index + len(self._block_text(scalar))
                self.kept |= set(range(self._line_of(start.index), self._line_of(end) + 1))
        self._between(end, len(self.source))

    def _between(self, start: int, stop: int) -> None:
        """Comments and separators between two scalars, where `#` can be nothing else."""
        gap = self.source[start:stop]
        for found in _COMMENT.finditer(gap):
            index = start + found.start()
            begin = self.source.rfind("\n", 0, index) + 1
            own = not self.source[begin:index].strip()
            self.comments.append(Comment(index, index - begin, found[0].rstrip(), own))
        bare = _COMMENT.sub(lambda m: " " * len(m[0]), gap)
        at_line_start = start == 0 or self.source[start - 1] == "\n"
        for found in _SEPARATOR.finditer(bare):
            if found.start() or at_line_start:
                self.separators.append(start + found.start())
        self.unusual = self.unusual or any(m.start() or at_line_start for m in _UNUSUAL.finditer(bare))

    def _block_text(self, node: Node) -> str:
        """A `|` or `>` text as it stands, without the empty lines below it unless they belong to it."""
        raw = self._raw(node)
        if "+" in raw.partition("\n")[0]:
            return raw.removesuffix("\n")
        head, *lines = raw.split("\n")
        indent = _lead(lines) - _lead(str(node.value).split("\n"))
        while lines and not lines[-1].strip(" ") and (len(lines[-1]) <= indent or not node.value):
            del lines[-1]
        return "\n".join([head, *lines])

    # Documents

    def written(self, nodes: list[Node], order: Order) -> str:
        out: list[str] = []
        ends = [*self.separators, len(self.source)]
        if len(self.separators) == len(nodes):  # the first document has its own line of dashes
            out += [*self._remarks(self.separators[0], 0), "---"]
            ends = ends[1:]
        for number, (node, end) in enumerate(zip(nodes, ends, strict=True)):
            out += ["---"] if number else []
            out += self._document(node, order)
            out += self._remarks(end, 0)
        while out and not out[0]:
            del out[0]
        return "\n".join(out) + "\n"  # empty lines at the end belong to a `|+` text

    def _document(self, node: Node, order: Order) -> list[str]:
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
            return (
                [*self._remarks(node.start_mark.index, 0), *self._item(node, "", 0)]
                if self._raw(node)
                else []
            )
        first = node.value[0][0]
        header = [
            *self._remarks(first.start_mark.index, 0),
            *self._blank_above(self._line_of(first.start_mark.index)),
        ]
        chunks = list(self._entries(node, 0, skip_blank=True))
        places = {name: place for place, name in enumerate(order(node))}
        ranked = sorted(
            zip((key.value for key, _ in node.value), chunks, strict=True),
            key=lambda each: places.get(each[0], len(places)),
        )
        body = [line for _, chunk in ranked for line in chunk]
        while body and not body[0]:
            del body[0]
        return [*header, *body]

    # Comments and blank lines

    def _line_of(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

    def _column_of(self, index: int) -> int:
        return index - self.starts[self._line_of(index)]

    def _blank_above(self, line: int) -> list[str]:
        above = line - 1
        while above >= 0 and not self.lines[above].strip() and above not in self.kept:
            above -= 1
        return [""] * (line - 1 - above)

    def _remarks(self, before: int, indent: int, *, deeper_than: int | None = None) -> list[str]:
        """The comments before a place that are not written yet, a line each."""
        out: list[str] = []
        while self.next < len(self.comments):
            remark = self.comments[self.next]
            if remark.index >= before:
                break
            if deeper_than is not None and (not remark.own_line or remark.column <= deeper_than):
                break
            self.next += 1
            out += self._blank_above(self._line_of(remark.index)) if remark.own_line else ()
            out.append(" " * indent + remark.text)
        return out

    def _beside(self, text: str, end: int) -> str:
        """A line with the comment that stands at its end; its column is kept where there is room."""
        stop = self.source.find("\n", end)
        if self.next >= len(self.comments):
            return text
        remark = self.comments[self.next]
        if remark.own_line or not end <= remark.index < (len(self.source) if stop < 0 else stop):
            return text
        self.next += 1
        before = self.source[: remark.index]
        gap = len(before) - len(before.rstrip(" \t"))
        return text + " " * max(remark.column - len(text), min(gap, INDENT), 1) + remark.text

    # Mappings, lists, values

    def _entries(
        self, node: yaml.MappingNode, indent: int, *, skip_blank: bool = False
    ) -> Iterator[list[str]]:
        column = self._column_of(node.start_mark.index)  # a key itself may stand behind a `?`
        for number, (key, value) in enumerate(node.value):
            head = f"{' ' * indent}{self._key(key)}:"
            start = key.start_mark.index
            lines = self._remarks(start, indent)
            if not (skip_blank and number == 0):
                lines += self._blank_above(self._line_of(start))
            lines += self._entry(head, key, value, indent, old=column)
            # Below the last key too: among the keys of a document it need not stay the last.
            last = number + 1 == len(node.value)
            end = node.end_mark.index if last else node.value[number + 1][0].start_mark.index
            below = indent if _is_block(value) else indent + INDENT  # deeper, a block text would swallow it
            lines += self._remarks(end, below, deeper_than=column)
            yield lines

    def _entry(self, head: str, key: Node, value: Any, indent: int, *, old: int) -> list[str]:
        if isinstance(value, yaml.ScalarNode) or value.flow_style:
            hoisted = self._remarks(value.start_mark.index, indent) if self._raw(value) else []
            return [*hoisted, *self._item(value, head, indent, old=old)]
        first = self._beside(head, key.end_mark.index)
        return [first, *self._block(value, indent + INDENT, at_least=old)]

    def _block(self, node: Node, indent: int, *, at_least: int) -> list[str]:
        """A mapping or list that has lines of its own, and the comments that stand below it as deep as it does."""
        if isinstance(node, yaml.MappingNode):
            lines = [line for chunk in self._entries(node, indent) for line in chunk]
        else:
            lines = [line for item in node.value for line in self._listed(item, indent)]
        level = max(self._column_of(node.start_mark.index) - 1, at_least)
        return [*lines, *self._remarks(node.end_mark.index, indent, deeper_than=level)]

    def _listed(self, item: Any, indent: int) -> list[str]:
        start = item.start_mark.index
        remarks = self._remarks(start, indent) if self._raw(item) else []
        lines = [*remarks, *self._blank_above(self._dash(item)[0])]
        lead = f"{' ' * indent}-"
        if isinstance(item, yaml.ScalarNode) or item.flow_style:
            return [*lines, *self._item(item, lead, indent, old=self._dash(item)[1])]
        body = self._block(item, indent + INDENT, at_least=self._column_of(start) - 1)
        while body and not body[0]:
            del body[0]
        return [*lines, f"{lead} {body[0].lstrip()}", *body[1:]]

    def _dash(self, item: Node) -> tuple[int, int]:
        """Line and column of the dash that an item stands behind; comments may stand between the two."""
        number, column = self._line_of(item.start_mark.index), self._column_of(item.start_mark.index)
        line = self.lines[number][:column]
        while not line.rstrip().endswith("-") or line.lstrip().startswith("#"):
            number -= 1
            line = self.lines[number].partition(" #")[0]
        return number, len(line.rstrip()) - 1

    def _raw(self, node: Node) -> str:
        return self.source[node.start_mark.index : node.end_mark.index]

    def _item(self, node: Node, head: str, indent: int, *, old: int = 0) -> list[str]:
        """A value behind its key or dash; what spans several lines moves as far as its first line does."""
        raw = self._raw(node)
        if not raw:
            return [self._beside(head, node.end_mark.index)]
        block = _is_block(node)
        if block:
            raw = self._block_text(node)
        text = raw if block or LINE_END.search(raw) else self._flow(node)
        first, *rest = text.split("\n")
        lines = [f"{head} {first}" if head else first, *(_moved(line, indent - old) for line in rest)]
        if not block:
            self._written_inside(node)
            lines[-1] = self._beside(lines[-1], node.end_mark.index)
        return lines

    def _written_inside(self, node: Node) -> None:
        while self.next < len(self.comments) and self.comments[self.next].index < node.end_mark.index:
            self.next += 1

    def _key(self, key: yaml.ScalarNode) -> str:
        if not LINE_END.search(self._raw(key)):
            return self._flow(key)
        value = str(key.value)
        return value if _may_stand_bare(value) else _one_line(value)

    def _flow(self, node: Node) -> str:
        """A value of one line."""
        if isinstance(node, yaml.ScalarNode):
            return scalar_text(node, self.source)
        if any(not self._raw(scalar) for scalar in _scalars(node)):
            return self._raw(node)  # a key without a value: as it stands
        if isinstance(node, yaml.SequenceNode):
            return f"[{', '.join(map(self._flow, node.value))}]"
        return f"{{{', '.join(f'{self._key(k)}: {self._flow(v)}' for k, v in node.value)}}}"


def _one_line(text: str) -> str:
    """Any text in double quotes on one line."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", quoted)


def _moved(line: str, by: int) -> str:
    if not line:
        return line
    return " " * by + line if by >= 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _lead(lines: list[str]) -> int:
    """How far the first line that is not empty is indented."""
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
