"""Schemas that allow what either of two allows, without `oneOf`."""

from __future__ import annotations

from typing import Any


def merged(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """One schema that allows what either allows, told apart by JSON type; never `oneOf`."""
    if not a or not b:
        return {}
    if "$ref" in a or "$ref" in b:
        return {"anyOf": [a, b]}
    both = {**b, **a}
    if "enum" in a or "enum" in b:
        return _merged_enum(a, b)
    both["type"] = list(dict.fromkeys([*_types(a), *_types(b)]))
    if "pattern" in both and not ("pattern" in a and "pattern" in b):
        if "string" in _types(a) and "string" in _types(b):
            del both["pattern"]  # the other one takes any text
    elif "pattern" in a and "pattern" in b:
        both["pattern"] = f"(?:{a['pattern']})|(?:{b['pattern']})"
    return both


def _merged_enum(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    if "enum" in a and "enum" in b:
        return {"enum": [*a["enum"], *(c for c in b["enum"] if c not in a["enum"])]}
    choice, other = (a, b) if "enum" in a else (b, a)
    if {"string", "number", "boolean"} <= set(_types(other)):
        return other
    # Words beside a list or mapping: `enum` would forbid the others, a pattern only speaks of text.
    words = "|".join(str(c) for c in choice["enum"])
    return merged({"type": "string", "pattern": f"^(?:{words})$"}, other)


def _types(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def without_object(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of a schema that speaks of scalars and lists."""
    left = {
        k: v
        for k, v in schema.items()
        if k not in ("properties", "additionalProperties", "patternProperties", "required", "minProperties")
    }
    if "type" in left:
        left["type"] = [t for t in _types(schema) if t != "object"]
    return left
