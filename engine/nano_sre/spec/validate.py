"""Documents against the schema; every mistake at the exact key, with the right word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.schemagen import live_schema
from nano_sre.spec.suggest import did_you_mean, listing, nearest

Fault = tuple[Path_, str]  # where, and the schema keyword that was not met

_TYPE_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys",
}


@cache
def _validator(kind: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - a tenth of the start-up of `--help` would go into it

    schema = {
        "$schema": live_schema()["$schema"],
        "$ref": f"#/$defs/check.{kind}",
        "$defs": live_schema()["$defs"],
    }
    return jsonschema_rs.Draft202012Validator(schema)


def fast_faults(kind: str, data: Any) -> list[Fault]:
    """Where `data` misses the schema, by jsonschema-rs."""
    return [(tuple(e.instance_path), str(e.schema_path[-1])) for e in _validator(kind).iter_errors(data)]


def reference_faults(kind: str, data: Any) -> list[Fault]:
    """The same by the reference implementation, which the fast path must agree with."""
    import jsonschema  # noqa: PLC0415 - the fallback and the tests' reference, slow to import

    schema = {
        "$schema": live_schema()["$schema"],
        "$ref": f"#/$defs/check.{kind}",
        "$defs": live_schema()["$defs"],
    }
    found = jsonschema.Draft202012Validator(schema).iter_errors(data)
    return [(tuple(e.absolute_path), str(e.absolute_schema_path[-1])) for e in found]


def faults(kind: str, data: Any) -> list[Fault]:
    try:
        return fast_faults(kind, data)
    except ImportError:
        return reference_faults(kind, data)


def validate(document: Document) -> tuple[set[Path_], list[Diagnostic]]:
    """Broken paths and what is wrong there. An unknown kind breaks the whole document: path `()`."""
    kinds = live_schema()["x-kinds"]["check"]
    kind = document.kind
    if not isinstance(kind, str) or kind not in kinds:
        return {()}, [_unknown_kind(document, kinds)]
    broken: set[Path_] = set()
    told: list[Diagnostic] = []
    for path, keyword in faults(kind, document.data):
        explained = list(_explain(document, kind, path, keyword))
        broken |= {where for where, _ in explained} or {path}
        told += [diagnostic for _, diagnostic in explained]
    return broken, _without_echoes(told)


def _unknown_kind(document: Document, kinds: list[str]) -> Diagnostic:
    if "kind" not in document.data:
        wrong = next((k for k in document.data if nearest(str(k), ["kind"])), None)
        if wrong:
            return Diagnostic(
                code="E201",
                message=f"there is no key “{wrong}”",
                span=document.span((wrong,), key=True),
                suggestion="kind",
                hint="did you mean “kind”?",
            )
        return Diagnostic(
            code="E204",
            message="this document does not say what it is: “kind” is missing",
            span=document.span(),
            hint=f"add “kind:” with one of {listing(kinds)}",
        )
    word, hint = did_you_mean(str(document.kind), kinds)
    return Diagnostic(
        code="E203",
        message=f"there is no kind “{document.kind}”",
        span=document.span(("kind",)),
        suggestion=word,
        hint=hint or f"the kinds are {listing(kinds)}",
    )


def schema_at(kind: str, path: Path_) -> dict[str, Any]:
    """The part of the schema that speaks of a path; `{}` where it says nothing."""
    schema = live_schema()
    here = _resolved(schema["$defs"][f"check.{kind}"])
    for part in path:
        if isinstance(part, int):
            below = here.get("items", {})
        else:
            below = here.get("properties", {}).get(part) or here.get("additionalProperties") or {}
        here = _resolved(below if isinstance(below, dict) else {})
    return dict(here)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        target: dict[str, Any] = live_schema()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return target | {k: v for k, v in schema.items() if k != "$ref"}
    return schema


def value_at(data: Any, path: Path_) -> Any:
    for part in path:
        data = data[part]
    return data


def _explain(document: Document, kind: str, path: Path_, keyword: str) -> Iterator[tuple[Path_, Diagnostic]]:
    schema = schema_at(kind, path)
    value = value_at(document.data, path)
    if keyword == "additionalProperties":
        for key in value:
            if key not in schema.get("properties", {}) and not str(key).startswith("x-"):
                yield (*path, key), _unknown_key(document, kind, (*path, key), schema)
    elif keyword == "required":
        for key in schema.get("required", []):
            if key not in value:
                yield (), _missing_key(document, path, key, schema)
    elif _is_step(path) and keyword in ("pattern", "minProperties", "maxProperties", "type"):
        yield path, _wrong_step(document, path, value, schema)
    elif keyword == "type":
        yield path, _wrong_type(document, path, value, schema)
    elif keyword in ("enum", "const"):
        yield path, _wrong_choice(document, path, value, schema)
    elif keyword == "pattern":
        yield path, _wrong_form(document, path, value, schema)
    else:
        yield (
            path,
            Diagnostic(
                code="E208", message=_counted(keyword, path, value), span=document.span(path, key=True)
            ),
        )


def _is_step(path: Path_) -> bool:
    return len(path) >= 2 and isinstance(path[-1], int) and path[-2] in ("steps", "always")


def _place(path: Path_, kind: str) -> str:
    names = [p for p in path if isinstance(p, str)]
    if not names:
        return f"a document of kind {kind}"
    return f"“{names[-1]}”" if names[-1] not in ("steps", "always") else "a step"


def _unknown_key(document: Document, kind: str, path: Path_, schema: dict[str, Any]) -> Diagnostic:
    key = str(path[-1])
    known = list(schema.get("properties", {}))
    span = document.span(path, key=True)
    word, hint = did_you_mean(key, known)
    if _is_step(path[:-1]):
        siblings = [k for k in value_at(document.data, path[:-1]) if k in known]
        if siblings and key in schema["properties"][siblings[0]].get("properties", {}):
            verb = siblings[0]
            return Diagnostic(
                code="E201",
                message=f"“{key}” belongs inside “{verb}”",
                span=span,
                hint=f"write it below “{verb}:”, two spaces further in, or “{verb}: {{…, {key}: …}}”",
            )
        return Diagnostic(
            code="E202",
            message=f"there is no step “{key}”",
            span=span,
            suggestion=word,
            hint=hint or f"the steps are {listing(known, most=40)}",
        )
    return Diagnostic(
        code="E201",
        message=f"there is no key “{key}” in {_place(path[:-1], kind)}",
        span=span,
        suggestion=word,
        hint=hint or f"the keys are {listing(known, most=40)}",
    )


def _missing_key(document: Document, path: Path_, key: str, schema: dict[str, Any]) -> Diagnostic:
    what = schema.get("properties", {}).get(key, {}).get("description", "")
    where = f" in “{next(p for p in reversed(path) if isinstance(p, str))}”" if path else ""
    hint = f"{key}: {what}" if what else None
    if key == "id" and isinstance(document.data.get("name"), str):
        slug = "-".join(re.findall(r"[a-z0-9]+", document.data["name"].lower()))
        hint = f"write “id: {slug}”; history hangs on it, so it never changes"
    return Diagnostic(
        code="E204",
        message=f"“{key}” is missing{where}",
        span=document.span(path, key=True),
        suggestion=key,
        hint=hint,
    )


def _wrong_step(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    verbs = list(schema.get("properties", {}))
    span = document.span(path)
    if isinstance(value, str):
        if value in verbs:
            return Diagnostic(
                code="E210",
                message=f"“{value}” cannot stand alone: it needs a value",
                span=span,
                hint=f"write “- {value}: …”",
            )
        word, hint = did_you_mean(value.split(" ")[0], verbs)
        return Diagnostic(
            code="E202",
            message=f"there is no step “{value[:60]}”",
            span=span,
            suggestion=word,
            hint=hint or f"the steps are {listing(verbs, most=40)}",
        )
    if isinstance(value, dict) and len(value) > 1:
        return Diagnostic(
            code="E208",
            message="a step is one key that says what it does; here are "
            + " and ".join(f"“{k}”" for k in list(value)[:3]),
            span=span,
            hint="begin each step with “- ” on a line of its own",
        )
    return Diagnostic(
        code="E205",
        message="a step is a word, or a mapping of one key that says what it does",
        span=span,
        hint="write “- add_to_cart” or “- press: Buy now”",
    )


def _types(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _wanted(schema: dict[str, Any]) -> str:
    kinds = _types(schema)
    if "string" in kinds:  # text takes numbers and flags as they are written
        kinds = [k for k in kinds if k not in ("number", "boolean")]
    return " or ".join(_TYPE_WORDS[k] for k in kinds) or "something else"


def _wrong_type(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    name = next((p for p in reversed(path) if isinstance(p, str)), "this")
    wanted = _wanted(schema)
    if value is None:
        bare = _is_step(path[:-1]) and "required" not in schema
        return Diagnostic(
            code="E106",
            message=f"“{name}” has no value, where {wanted} is expected",
            span=document.span(path, key=True),
            hint=f"write “- {name}” without the colon"
            if bare
            else "if the word null is meant, put quotes round it",
        )
    found = next(
        w
        for t, w in (
            (bool, "true or false"),
            ((int, float), "a number"),
            (str, "text"),
            (list, "a list"),
            (dict, "a mapping"),
        )
        if isinstance(value, t)
    )
    hint = None
    if isinstance(value, (int, float)) and "pattern" in schema and "ms|s|m" in schema["pattern"]:
        hint = f"write a unit: {value}s or {value}m"
    return Diagnostic(
        code="E205",
        message=f"“{name}” takes {wanted}, and this is {found}",
        span=document.span(path),
        hint=hint,
    )


def _wrong_choice(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    choices = [str(c) for c in schema.get("enum", [schema.get("const")])]
    word, hint = did_you_mean(str(value), choices)
    return Diagnostic(
        code="E206",
        message=f"“{value}” is not one of the words that may stand here",
        span=document.span(path),
        suggestion=word,
        hint=hint or f"choose one of {listing(choices)}",
    )


def _wrong_form(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    words = re.findall(r"\^\(\?:([a-z_|-]+)\)\$", schema.get("pattern", ""))
    choices = [w for group in words for w in group.split("|")]
    word, hint = did_you_mean(str(value), choices)
    form = _form_of(schema.get("pattern", ""))
    message = f"“{value}” is not {form}" if form else f"“{value}” is not written the way this key needs it"
    return Diagnostic(code="E207", message=message, span=document.span(path), suggestion=word, hint=hint)


def _form_of(pattern: str) -> str | None:
    from nano_sre.core import fields  # noqa: PLC0415 - only an error needs the words

    forms = [
        t for t in vars(fields).values() if isinstance(t, type) and hasattr(t, "form") and hasattr(t, "parse")
    ]
    return next((t.form for t in forms if getattr(t, "pattern", None) == pattern), None)


def _counted(keyword: str, path: Path_, value: Any) -> str:
    name = next((p for p in reversed(path) if isinstance(p, str)), "this")
    if keyword in ("minProperties", "minItems"):
        return f"“{name}” is empty"
    return f"“{name}” does not fit: {keyword} ({value!r:.60})"


def _without_echoes(told: list[Diagnostic]) -> list[Diagnostic]:
    """A misspelt required key is one mistake, not two; so is a step with a stray key."""
    meant = {d.suggestion for d in told if d.code in ("E201", "E202")}
    stray = {(d.span.file, d.span.line) for d in told if d.code in ("E201", "E202") and d.span}
    kept = [d for d in told if not (d.code == "E204" and d.suggestion in meant)]
    return [
        d
        for d in kept
        if not (
            d.code == "E208"
            and d.span
            and any(f == d.span.file and abs(line - d.span.line) <= 8 for f, line in stray)
        )
    ]
