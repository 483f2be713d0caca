"""YAML text → documents whose every key and value knows its place. Never raises for what a person wrote."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core.diagnostics import Diagnostic, Related, Span

_Fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Fastest):  # type: ignore[misc]
    """Without PyYAML's guesses at types, made in Python for every node: `plain_value` knows what a scalar is."""

    def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> str:
        return ""

    def descend_resolver(self, _node: Any, _index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


Node = yaml.nodes.Node

LARGEST = 2_000_000  # characters; a check of this size is not a check
DEEPEST = 40

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")  # 01234 is a postal code
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]{0,17})(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_STAIRS = re.compile(rf"(?:[-?:][ \t]+){{8}}| {{{DEEPEST}}}")  # what it takes to nest without brackets
_CUT_OFF = re.compile(r" #[^\s#]")
_ONLY_HASH = re.compile(r"[:,\[{]\s+(#[^\s#])")
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # what YAML's positions count as one
_NULLS = ("", "~", "null", "Null", "NULL")

Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """One YAML document: its text, its node tree and the plain data it stands for."""

    file: str
    source: str
    node: yaml.MappingNode
    data: dict[str, Any]
    positions: dict[str, Span] | None = field(default=None)
    flawed: bool = False  # keys were left out, so what is missing has been told of

    @property
    def kind(self) -> Any:
        return self.data.get("kind")

    def span(self, path: Path_ = (), *, key: bool = False) -> Span:
        """The place of a value, or of its key. A path that leads nowhere gives the nearest thing above it."""
        node: Node = self.node
        key_node: Node | None = None
        for part in path:
            key_node, below = child(node, part)
            if below is None:
                break
            node = below
        if self.positions is not None:
            return self._stored_span(path)
        return span_of(self.file, key_node if key and key_node is not None else node)

    def _stored_span(self, path: Path_) -> Span:
        assert self.positions is not None
        for length in range(len(path), -1, -1):
            found = self.positions.get("/".join(map(str, path[:length])))
            if found:
                return found
        return Span(self.file, 1, 1)


def child(node: Node, part: str | int) -> tuple[Node | None, Node | None]:
    """Key node (of a mapping) and value node under one step of a path; `None` when it is not there."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None


def node_of(data: Any) -> Any:
    """The node tree of plain data, as if it had been written in YAML with every text in quotes."""
    if isinstance(data, dict):
        pairs = [(node_of(key), node_of(value)) for key, value in data.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs)
    if isinstance(data, list):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [node_of(item) for item in data])
    if isinstance(data, str):
        return yaml.ScalarNode("tag:yaml.org,2002:str", data, style='"')
    return yaml.ScalarNode("tag:yaml.org,2002:str", json.dumps(data))


def span_of(file: str, node: Node) -> Span:
    start, end = node.start_mark, node.end_mark
    if end.line != start.line or not isinstance(node, yaml.ScalarNode):
        return Span(file, start.line + 1, start.column + 1)
    return Span(file, start.line + 1, start.column + 1, end.line + 1, max(end.column, start.column + 1) + 1)


def plain_value(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core rules we keep: only `true` and `false` are booleans, dates are text."""
    if text in ("true", "false"):
        return text == "true"
    if text in _NULLS:
        return None
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def read_file(path: Path, *, shown: str) -> tuple[str, list[Diagnostic]]:
    """The file's text, or what keeps us from reading it. `shown` is the name people see."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return "", [
            Diagnostic(code="E100", message=f"cannot read {shown}: {error.strerror}", span=Span(shown, 1, 1))
        ]
    return decode(raw, shown=shown)


def decode(raw: bytes, *, shown: str) -> tuple[str, list[Diagnostic]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        span = Span(shown, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        return "", [
            Diagnostic(
                code="E100",
                message="this is not UTF-8 text",
                span=span,
                hint="save the file with the encoding UTF-8",
            )
        ]
    if len(text) > LARGEST:
        return "", [
            Diagnostic(code="E100", message="the file is too large for a check", span=Span(shown, 1, 1))
        ]
    return text, []


def load(text: str, file: str) -> tuple[list[Document], list[Diagnostic]]:
    """Every document of a YAML text and every mistake of its form."""
    trouble = _suspicious(text, file)
    if any(d.severity == "error" for d in trouble):
        return [], trouble
    documents: list[Document] = []
    try:
        for node in yaml.compose_all(text, Loader=Loader):
            if not isinstance(node, yaml.MappingNode):
                if not (isinstance(node, yaml.ScalarNode) and node.value == ""):
                    trouble.append(
                        Diagnostic(
                            code="E109",
                            message="a document is a mapping that begins with “version: 1” and “kind:”",
                            span=span_of(file, node),
                        )
                    )
                continue
            builder = _Builder(file, text)
            data = builder.build(node)
            trouble += builder.trouble
            flawed = any(d.code in ("E107", "E109") for d in builder.trouble)
            documents.append(Document(file, text, node, data, flawed=flawed))
    except (yaml.YAMLError, ValueError) as error:
        trouble.append(_syntax_error(error, text, file))
    return documents, trouble


def _suspicious(text: str, file: str) -> list[Diagnostic]:
    """Tags, anchors, aliases and bottomless nesting, found before a tree is built of them."""
    deep = text.count("[") + text.count("{") > DEEPEST or _STAIRS.search(text)
    if not (deep or any(c in text for c in "!&*")):
        return []
    found: list[Diagnostic] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                return [
                    Diagnostic(
                        code="E108", message="this is nested too deeply", span=_event_span(file, event)
                    )
                ]
            found += _event_trouble(event, file)
    except (yaml.YAMLError, ValueError) as error:
        return [_syntax_error(error, text, file)]
    return found


def _event_trouble(event: Any, file: str) -> Iterator[Diagnostic]:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        yield Diagnostic(
            code="E107",
            message=f"“{sign}{event.anchor}” is a YAML {'alias' if sign == '*' else 'anchor'}, which checks do not use",
            span=_event_span(file, event),
            hint=f"if the text begins with “{sign}”, put quotes round it; to share steps, use a fragment",
        )
    elif getattr(event, "tag", None):
        yield Diagnostic(
            code="E104",
            message=f"“{event.tag}” is a YAML tag, which checks do not use",
            span=_event_span(file, event),
            hint="if the text begins with “!”, put quotes round it",
        )


def _event_span(file: str, event: Any) -> Span:
    return Span(file, event.start_mark.line + 1, event.start_mark.column + 1)


_KINDER = (
    (
        "control characters are not allowed",
        "an invisible control character stands here",
        "delete it; it often comes along when text is copied",
    ),
    (
        "mapping values are not allowed",
        "a colon followed by a space stands in the middle of a text",
        "put quotes round the text, or check the indentation of this line",
    ),
    (
        "did not find expected key",
        "this line does not fit the lines above it",
        "check the indentation: keys of one mapping begin in the same column",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list above it",
        "items of one list begin with “- ” in the same column",
    ),
    ("could not find expected ':'", "a key without a colon", "write “key: value”"),
    ("found unexpected end of stream", "a quote or bracket is opened and never closed", "close it"),
    (
        "did not find expected ',' or",
        "a bracket is opened and never closed, or a comma is missing",
        "close it",
    ),
    (
        "found character that cannot start any token",
        "a character that cannot begin a text stands here",
        "put quotes round the text",
    ),
    (
        "found unknown escape character",
        "in double quotes a backslash begins an escape",
        "use single quotes, or write the backslash twice",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot begin here",
        "begin the list on a line of its own",
    ),
)


_BEGINS_EARLIER = ("end of stream", "',' or", "expected ':'")  # the mistake is where the thing was opened


def _syntax_error(error: Exception, text: str, file: str) -> Diagnostic:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else _reader_place(error, text)
    opened = getattr(error, "context_mark", None) or mark
    likely = _likely_cause(_LINE_END.split(text), opened.line if opened else line, line, column, file)
    if likely:
        return likely
    if opened and any(words in problem for words in _BEGINS_EARLIER):
        line, column = opened.line, opened.column
    span = Span(file, line + 1, column + 1)
    for words, message, hint in _KINDER:
        if words in problem:
            return Diagnostic(code="E101", message=message, span=span, hint=hint)
    return Diagnostic(code="E101", message=f"this is not valid YAML: {problem}", span=span)


def _likely_cause(lines: list[str], first: int, line: int, column: int, file: str) -> Diagnostic | None:
    """A tab, a # or a ${…} without quotes: the parser stumbles over what follows from them."""
    shown = lines[line] if line < len(lines) else ""
    if "\t" in shown[: column + 1] and not shown[: column + 1].strip("\t "):
        return Diagnostic(
            code="E102",
            message="a tab stands in the indentation",
            span=Span(file, line + 1, column + 1),
            hint="use two spaces instead",
        )
    if column and shown[column - 1 : column + 1] == "${":
        return Diagnostic(
            code="E101",
            message="inside braces, “${…}” needs quotes",
            span=Span(file, line + 1, column),
            hint='put quotes round the text: "${…}"',
        )
    for number in range(max(0, min(first, line) - 1), min(line + 1, len(lines))):
        hash_sign = _ONLY_HASH.search(lines[number])
        if hash_sign:
            return _only_a_comment(Span(file, number + 1, hash_sign.start(1) + 1), lines[number])
    return None


def _only_a_comment(span: Span, line: str) -> Diagnostic:
    return Diagnostic(
        code="E105",
        message=f"“{line[span.column - 1 :].strip()[:30]}” is left out, because “#” begins a comment",
        span=span,
        hint="put quotes round the text",
    )


def _reader_place(error: Exception, text: str) -> tuple[int, int]:
    position = getattr(error, "position", None)
    before = text[: position or 0]
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)


class _Builder:
    """Node tree → plain data, noting duplicate keys and cut-off text on the way."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.trouble: list[Diagnostic] = []
        self.lines = _LINE_END.split(text) if " #" in text else []

    def build(self, node: Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in node.value]
        assert isinstance(node, yaml.ScalarNode)
        if node.style:  # the C parser says "" for plain, the Python one None
            return node.value
        if self.lines and self._cut_off(node):
            return "#"  # something stood here: that there is nothing would be a second mistake
        return plain_value(node.value)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, Node] = {}
        kept = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                hint = "put quotes round text that begins with { or ["
                self._add(
                    "E109", "a key is a word, and here braces or brackets stand in its place", key, hint=hint
                )
                continue
            name = key.value
            if not name:
                self._add("E109", "there is no word before the colon", key)
                continue
            if name == "<<":
                message = "“<<” is a YAML merge key: write the keys out, or use a fragment"
                self._add("E107", message, key)
                continue
            if name in first:
                self._add(
                    "E103",
                    f"“{name}” stands here twice",
                    key,
                    hint="keep one of the two",
                    related=(Related(message="first written here", span=span_of(self.file, first[name])),),
                )
                continue
            first[name] = key
            kept.append((key, value))
            data[name] = self.build(value)
        node.value = kept  # whoever walks the nodes meets what the data holds
        return data

    def _cut_off(self, node: yaml.ScalarNode) -> bool:
        """Tells of text lost to a comment; whether nothing of it is left."""
        end = node.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        if not node.value and _CUT_OFF.match(f" {rest.lstrip()}"):
            column = end.column + len(rest) - len(rest.lstrip()) + 1
            place = Span(self.file, end.line + 1, column)
            self.trouble.append(_only_a_comment(place, self.lines[end.line]))
            return True
        if node.value and _CUT_OFF.match(rest):
            self._add(
                "E105",
                f"the text ends before “{rest.strip()[:30]}”, because “ #” begins a comment",
                node,
                hint="put quotes round the text, or write a space after the # if a comment is meant",
            )
        return False

    def _add(self, code: str, message: str, node: Node, **more: Any) -> None:
        self.trouble.append(Diagnostic(code=code, message=message, span=span_of(self.file, node), **more))
