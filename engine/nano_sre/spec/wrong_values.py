"""How a value is told that stands where another was expected: one of a list, or of a form."""

from __future__ import annotations

import re
from typing import Any

from nano_sre.core import fields, forms
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.load import Document, Path_, child
from nano_sre.spec.paths import name_of
from nano_sre.spec.scalars import mended
from nano_sre.spec.suggest import did_you_mean, distance, listing


def types_of(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def wrong_choice(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    choices = [str(c) for c in schema.get("enum", [schema.get("const")])]
    value = _as_written(document, path, value)
    word, hint = did_you_mean(str(value), choices)
    if path == ("version",):
        quoted = str(value) == "1"
        word, hint = (
            "1",
            "write it without quotes" if quoted else "this Nano-SRE reads version 1 of the language",
        )
    elif max(map(len, choices)) < 3:
        apart = sorted((distance(str(value).upper(), c), c) for c in choices)
        word = apart[0][1] if len(apart) < 2 or apart[0][0] < apart[1][0] else None
        hint = None  # so short words are all alike: name them
    return Diagnostic(
        code="E206",
        message=f"“{name_of(path)}” cannot be “{str(value)[:60]}”",
        span=document.span(path),
        suggestion=word,
        hint=hint or f"choose one of {listing(choices)}",
    )


def _as_written(document: Document, path: Path_, value: Any) -> Any:
    """A number as it stands in the file: 1.10 is not 1.1 to whoever wrote it."""
    node: Any = document.node
    for part in path:
        node = child(node, part)[1]
    return getattr(node, "value", value) if isinstance(value, (int, float)) else value


def wrong_form(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    pattern = schema.get("pattern", "")
    choices = [w for group in re.findall(r"\^\(\?:([a-z_|-]+)\)\$", pattern) for w in group.split("|")]
    word, hint = did_you_mean(str(value), choices)
    ends = [choices.index(part) for part in str(value).split("-") if part in choices]
    if len(ends) == 2 and ends[0] < ends[1]:  # mon-fri
        word = f"[{', '.join(choices[ends[0] : ends[1] + 1])}]"
    scalar = scalar_of(pattern)
    message = (
        f"“{str(value)[:60]}” is not {scalar.form if scalar else f'a value that “{name_of(path)}” takes'}"
    )
    if word is None and scalar is not None:
        word = mended(scalar, str(value)) or _rewritten(str(value), scalar)
    of_these = bool(schema.get("items", {}).get("enum"))
    if hint is None and word is None and choices and "array" in types_of(schema) and not of_these:
        hint = f"{choices[0]}, or a list: “{name_of(path)}: [{str(value)[:60]}]”"
    return Diagnostic(
        code="E207",
        message=message,
        span=document.span(path),
        suggestion=word,
        hint=hint or (f"choose one of {listing(choices)}" if choices else None),
    )


def scalar_of(pattern: str) -> Any:
    from nano_sre.core import policy, preset, vendor  # noqa: PLC0415 - only a mistake needs them

    named = [each for module in (fields, forms, policy, preset, vendor) for each in vars(module).values()]
    kinds = [t for t in named if isinstance(t, type) and hasattr(t, "form") and t.__doc__]
    own = (
        pattern.removeprefix(r"(?:\$\{)|(?:").removesuffix(")")
        if pattern.startswith(r"(?:\$\{)|")
        else pattern
    )
    return next((t for t in kinds if getattr(t, "pattern", None) == own), None)


def _rewritten(value: str, scalar: Any) -> str | None:
    """The value as it must be written, when that can be told from it."""
    if scalar is fields.Duration:
        said = re.fullmatch(r"\s*([0-9.]+)\s*(ms|s|m|h|d)[a-z]*\s*", value.lower())
        made = f"{said[1]}{said[2]}" if said else ""
    else:
        joint = "_" if scalar is fields.SavedName else "-"
        made = joint.join(re.findall(r"[a-z0-9]+", value.lower()))
        if scalar not in (fields.Slug, fields.SavedName):
            return None
    return made if re.fullmatch(scalar.pattern.strip("^$"), made) else None
