"""YAML that cannot be read, or means more than it shows: what is wrong, where, and the remedy in plain words."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Any

import yaml

from nano_sre.core.diagnostics import Diagnostic, Span

# Of libyaml the parser alone: nodes are all that is wanted, and nothing is constructed.
_Fastest: Any = getattr(getattr(yaml, "cyaml", None), "CParser", yaml.SafeLoader)


class Loader(_Fastest):  # type: ignore[misc]  # which of the two it is, only the machine knows
    """Without PyYAML's guesses at types, made in Python for every node: `plain_value` knows what a scalar is."""

    # Called for every node with what they may take, and nobody looks at what they return: the cheapest there are.
    resolve = "".format
    descend_resolver = operator.is_
    ascend_resolver = bool


DEEPEST = 40

_STAIRS = re.compile(r"[-?:][ \t]+(?:[-?:][ \t]+){7}")  # what it takes to nest without brackets: this,
_INDENTED = " " * DEEPEST  # or as many spaces
_ONLY_HASH = re.compile(r"[:,\[{]\s+(#[^\s#])")
LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # what YAML's positions count as one


def suspicious(text: str, file: str) -> list[Diagnostic]:
    """Tags, anchors, aliases and bottomless nesting, found before a tree is built of them."""
    deep = text.count("[") + text.count("{") > DEEPEST or _INDENTED in text or _STAIRS.search(text)
    if not (deep or "!" in text or "&" in text or "*" in text):
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
        return [syntax_error(error, text, file)]
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
    (
        "could not find expected ':'",
        "a key without a colon",
        "write “key: value”; an item of a list begins with “- ”, right below the one before it",
    ),
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


def syntax_error(error: Exception, text: str, file: str) -> Diagnostic:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else _reader_place(error, text)
    opened = getattr(error, "context_mark", None) or mark
    likely = _likely_cause(LINE_END.split(text), opened.line if opened else line, line, column, file)
    if likely:
        return likely
    if "',' or" in problem and opened and opened.line == line:
        shown = LINE_END.split(text)[line]
        key = re.split(r"[\s,{\[:]+", shown[:column].rstrip())[-1]
        if key and shown[column : column + 1] == ":":
            return Diagnostic(
                code="E101",
                message=f"“{key}:” needs braces of its own here",
                span=Span(file, line + 1, column + 1 - len(key)),
                hint=f"inside braces, what stands behind a colon is one value: “{{…: {{{key}: …}}}}”",
            )
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
            return only_a_comment(Span(file, number + 1, hash_sign.start(1) + 1), lines[number])
    return None


def only_a_comment(span: Span, line: str) -> Diagnostic:
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
