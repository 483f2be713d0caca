"""YAML text → documents whose every key and value knows its place. Never raises for what a person wrote."""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import Any

import yaml

from nano_sre.core.chosen import OwnWords
from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.program import AnyOf
from nano_sre.spec.listing import arrangement, read_bytes
from nano_sre.spec.malformed import LINE_END, Loader, only_a_comment, suspicious, syntax_error

Node = yaml.nodes.Node

LARGEST = 2_000_000  # characters; a check of this size is not a check

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")  # 01234 is a postal code
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]{0,17})(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_CUT_OFF = re.compile(r" #[^\s#]")
_NULLS = ("", "~", "null", "Null", "NULL")
_MAY_BE_MORE = frozenset("+-.0123456789tfn~N")  # how anything begins that is not text

Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """One YAML document: its text, its node tree and the plain data it stands for."""

    file: str
    source: str
    node: yaml.MappingNode
    data: dict[str, Any]
    positions: dict[str, Span] | None = field(default=None)
    any_of: dict[str, list[AnyOf]] = field(default_factory=dict)  # of a stored one: step → its lists of names
    flawed: bool = False  # keys were left out, so what is missing has been told of
    by_name: str | None = None  # what the document is, where the name of its file says so
    own: OwnWords = ()  # words of the project's own that may stand in it

    @property
    def kind(self) -> Any:
        return self.by_name or self.data.get("kind")

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
    if text and text[0] not in _MAY_BE_MORE:
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in _NULLS:
        return None
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def read_file(shown: str) -> tuple[str, list[Diagnostic]]:
    """The file's text, or what keeps us from reading it."""
    try:
        raw = read_bytes(shown)
    except OSError as error:
        return "", [
            Diagnostic(code="E100", message=f"cannot read {shown}: {error.strerror}", span=Span(shown, 1, 1))
        ]
    return decode(raw, shown=shown)


def decode(raw: bytes, *, shown: str) -> tuple[str, list[Diagnostic]]:
    try:
        text = raw.decode("utf-8-sig" if raw.startswith(BOM_UTF8) else "utf-8")
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
    trouble = suspicious(text, file)
    if any(d.severity == "error" for d in trouble):
        return [], trouble
    documents: list[Document] = []
    by_name = arrangement(file)
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
            builder = Builder(file, text)
            data = builder.build(node)
            trouble += builder.trouble
            flawed = any(d.code in ("E107", "E109") for d in builder.trouble)
            documents.append(Document(file, text, node, data, flawed=flawed, by_name=by_name))
    except (yaml.YAMLError, ValueError) as error:
        trouble.append(syntax_error(error, text, file))
    return documents, trouble


class Builder:
    """Node tree → plain data, noting duplicate keys and cut-off text on the way."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.trouble: list[Diagnostic] = []
        self.lines = LINE_END.split(text) if " #" in text else []

    def build(self, node: Node) -> Any:
        if type(node) is yaml.ScalarNode:
            if node.style:  # the C parser says "" for plain, the Python one None
                return node.value
            if self.lines and self._cut_off(node):
                return "#"  # something stood here: that there is nothing would be a second mistake
            return plain_value(node.value)
        if type(node) is yaml.MappingNode:
            return self._mapping(node)
        assert type(node) is yaml.SequenceNode
        return [self.build(item) for item in node.value]

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        names = {key.value for key, _ in node.value if type(key) is yaml.ScalarNode}
        if len(names) == len(node.value) and "" not in names and "<<" not in names:
            return {key.value: self.build(value) for key, value in node.value}
        return self._faulty_mapping(node)

    def _faulty_mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
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
            self.trouble.append(only_a_comment(place, self.lines[end.line]))
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
