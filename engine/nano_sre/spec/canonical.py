"""Checks in their one longest form: what is hashed, compared and stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.program import AnyOf, StepCall
from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.load import Document, node_of
from nano_sre.spec.shapes import shape_of

NAMES = "#any_of"  # no path: a key of the language has no such sign


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
    places = {path: Span(*p) for path, p in positions.items() if path != NAMES}
    names = {path: [_any_of(*each) for each in found] for path, found in positions.get(NAMES, {}).items()}
    by_name = data["kind"] if data.get("kind") in ARRANGEMENTS.values() else None
    if by_name:
        data = {key: value for key, value in data.items() if key != "kind"}
    return Document(file, source, node_of(data), data, positions=places, any_of=names, by_name=by_name)


def _any_of(document: str, path: list[str | int], names: list[str]) -> AnyOf:
    return AnyOf(document, tuple(path), tuple(names))


def positions_of(check: Any, document: Document) -> dict[str, Any]:
    """Canonical path → [file, line, column, end line, end column] of the document, its keys, items and steps.

    Under `NAMES`, the lists of several names in a step, and where each is written.
    """
    if document.positions is not None:  # read back from the registry: as it was written then
        stored: dict[str, Any] = {path: _place(span) for path, span in document.positions.items()}
        names = {
            p: [[a.document, list(a.path), list(a.names)] for a in found]
            for p, found in document.any_of.items()
        }
        return stored | ({NAMES: names} if names else {})
    found: dict[str, Any] = {"": _place(document.span())}
    for key in document.data:
        found[str(key)] = _place(document.span((key,), key=True))
        value = document.data[key]
        if isinstance(value, list):
            for index, _ in enumerate(value):
                found[f"{key}/{index}"] = _place(document.span((key, index)))
    for list_name in ("steps", "always"):
        for path, call in _step_places(getattr(check, list_name, ()), (list_name,)):
            if call.span:
                found[path] = found[f"{path}/{call.verb}"] = _place(call.span)
            if call.any_of:
                written = [[each.document, list(each.path), list(each.names)] for each in call.any_of]
                found.setdefault(NAMES, {})[path] = written
    return found


def _step_places(calls: tuple[StepCall, ...], path: tuple[str, ...]) -> Iterator[tuple[str, StepCall]]:
    for index, call in enumerate(calls):
        here = (*path, str(index))
        yield "/".join(here), call
        yield from _step_places(call.inner, (*here, call.verb, "steps"))


def _place(span: Span) -> list[Any]:
    return [span.file, span.line, span.column, span.end_line, span.end_column]
