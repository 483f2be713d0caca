"""Checks in their one longest form: what is hashed, compared and stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.program import StepCall
from nano_sre.spec.load import Document, node_of
from nano_sre.spec.shapes import shape_of


def canonical(check: Any) -> dict[str, Any]:
    """A bound check as plain data: defaults filled in, short forms written out, `${…}` left as written."""
    body = shape_of(type(check)).unbind(check)
    return {"version": body.pop("version"), "kind": check.kind_name, **body}


def to_json(data: dict[str, Any]) -> str:
    """Canonical data as text. Key order is the language's own, so diffs read like the file."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def content_hash(data: dict[str, Any]) -> str:
    """SHA-256 over the canonical form, keys sorted; `hex`."""
    import hashlib  # noqa: PLC0415 - validating needs no hash, and this loads OpenSSL

    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def from_stored(data: dict[str, Any], positions: dict[str, Any], *, file: str, source: str) -> Document:
    """A stored canonical form as a document again; positions point into the file it was written in."""
    places = {path: Span(*p) for path, p in positions.items()}
    return Document(file, source, node_of(data), data, positions=places)


def positions_of(check: Any, document: Document) -> dict[str, list[Any]]:
    """Canonical path → [file, line, column, end line, end column] of the document, its keys, items and steps."""
    if document.positions is not None:  # read back from the registry: as it was written then
        return {path: _place(span) for path, span in document.positions.items()}
    found: dict[str, list[Any]] = {"": _place(document.span())}
    for key in document.data:
        found[str(key)] = _place(document.span((key,), key=True))
        value = document.data[key]
        if isinstance(value, list):
            for index, _ in enumerate(value):
                found[f"{key}/{index}"] = _place(document.span((key, index)))
    for list_name in ("steps", "always"):
        for path, span in _step_places(getattr(check, list_name, ()), (list_name,)):
            found[path] = _place(span)
    return found


def _step_places(calls: tuple[StepCall, ...], path: tuple[str, ...]) -> Iterator[tuple[str, Span]]:
    for index, call in enumerate(calls):
        if call.span:
            yield "/".join((*path, str(index))), call.span
            yield "/".join((*path, str(index), call.verb)), call.span


def _place(span: Span) -> list[Any]:
    return [span.file, span.line, span.column, span.end_line, span.end_column]
