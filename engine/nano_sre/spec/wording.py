"""What is wrong with a value, in words for the person who wrote it, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nano_sre.core import fields, registry
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.values import frozen_row
from nano_sre.spec.listing import arrangement
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.malformed import LINE_END
from nano_sre.spec.paths import STEP_LISTS, is_step, name_of
from nano_sre.spec.scalars import mended
from nano_sre.spec.schemagen import live_schema
from nano_sre.spec.suggest import did_you_mean, distance, listing, nearest
from nano_sre.spec.wrong_values import scalar_of, types_of, wrong_choice, wrong_form

TYPE_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys",
}
FOUND_WORDS: tuple[tuple[Any, str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "a mapping"),
)
SPOKEN = {
    "true": "true",
    "false": "false",
    "yes": "true",
    "on": "true",
    "y": "true",
    "no": "false",
    "off": "false",
    "n": "false",
}


@frozen_row
class Told:
    """A mistake and the path that it breaks."""

    path: Path_
    diagnostic: Diagnostic


def told_of(keyword: str, document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Told:
    """The mistake behind a schema keyword that a value misses."""
    if is_step(path) and keyword in ("pattern", "minProperties", "maxProperties", "type"):
        return Told(path, _wrong_step(document, path, value, schema))
    make = {"type": _wrong_type, "enum": wrong_choice, "const": wrong_choice, "pattern": wrong_form}.get(
        keyword
    )
    if make is not None:
        told = make(document, path, value, schema)
        return Told(path, _as_an_entry(told, path, value) if document.by_name else told)
    message = f"“{name_of(path)}” says nothing"
    if not keyword.startswith("min"):
        message = f"“{name_of(path)}” does not fit: {keyword}"
    hint = f"it takes {listing(schema.get('properties', {}), most=40)}" if isinstance(value, dict) else None
    return Told(path, Diagnostic(code="E208", message=message, span=document.span(path, key=True), hint=hint))


def _as_an_entry(told: Diagnostic, path: Path_, value: Any) -> Diagnostic:
    """What people write first in alerters.yaml and triggers.yaml, and how it is said there."""
    if value is None or told.suggestion is not None:
        return told
    tag = value if isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+", value) else "checkout"
    hint = {
        "run": f"write “run: all”, or say which: “run: {{tags: [{tag}]}}”",
        "for": "leave “for” out and everything fits, or say what: “for: {severity: [P0, P1]}”",
        "alerters": "for example “- {name: console, stdout: {}}”",
        "triggers": "for example “- {name: often, every: 30m, run: all}”",
        "routes": "for example “- {send_to: [console]}”",
    }.get(name_of(path))
    return replace(told, hint=hint or told.hint)


def unknown_kind(document: Document, kinds: list[str]) -> Diagnostic:
    if "kind" not in document.data:
        # Either the key looks like it, or what stands behind it is a kind.
        wrong = next((k for k, v in document.data.items() if isinstance(v, str) and v in kinds), None)
        legal = {key for kind in kinds for key in live_schema()["$defs"][f"check.{kind}"]["properties"]}
        wrong = wrong or next(
            (k for k in document.data if k not in legal and nearest(str(k), ["kind"])), None
        )
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
    span = document.span(("kind",))
    if not isinstance(document.kind, str):
        return Diagnostic(
            code="E203", message="“kind” takes one word", span=span, hint=f"the kinds are {listing(kinds)}"
        )
    word, hint = did_you_mean(document.kind, kinds)
    if arrangement(f"{document.kind}.yaml"):
        word, hint = None, f"this is written in a file of its own, called {document.kind}.yaml"
    return Diagnostic(
        code="E203",
        message=f"there is no kind “{document.kind}”",
        span=span,
        suggestion=word,
        hint=hint or f"the kinds are {listing(kinds)}",
    )


def unknown_keys(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Iterator[Told]:
    """Every key of a mapping that has no meaning there."""
    known = list(schema.get("properties", {}))
    for key in value:
        if key not in known and not str(key).startswith("x-"):
            where = (*path, key)
            make = _unknown_step if is_step(path) else _unknown_key
            if document.by_name and len(path) == 2 and path[0] == document.by_name:
                make = _unknown_entry
            yield Told(where, make(document, where, value, schema))


def _unknown_entry(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    """A key of an entry that is no kind of alerter or trigger, and no other key of it either."""
    (built_in,) = live_schema(str(document.kind))["x-kinds"].values()
    kinds = list(dict.fromkeys([*(word for word, _ in document.own), *built_in]))
    if any(key in kinds for key in value) or _key_meant(str(path[-1]), value, schema)[0] in ("name", "run"):
        return _unknown_key(document, path, value, schema)
    word, hint = did_you_mean(str(path[-1]), kinds)
    noun = str(document.kind).removesuffix("s")
    return Diagnostic(
        code="E340",
        message=f"there is no {noun} “{path[-1]}”",
        span=document.span(path, key=True),
        suggestion=word,
        hint=hint or f"the {noun}s are {listing(kinds, most=40)}",
    )


def _place(document: Document, path: Path_) -> str:
    if not path:
        return f"{document.kind}.yaml" if document.by_name else f"a document of kind {document.kind}"
    if document.by_name and path[:-1] == (document.by_name,):
        return f"this {document.by_name.removesuffix('s')}"
    return "a step" if name_of(path) in STEP_LISTS else f"“{name_of(path)}”"


def _unknown_key(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    known = list(schema.get("properties", {}))
    word, hint = _key_meant(str(path[-1]), value, schema)
    if value[path[-1]] is None and " " in str(path[-1]):
        hint = "if this belongs to the text before it, put quotes round that text: in braces a comma ends it"
    hint = _decimal_comma(path[-1], value) or hint
    if not known:
        hint = f"“{name_of(path[:-1])}” takes no keys: write “{name_of(path[:-1])}: {{}}”"
    if document.by_name and path == ("kind",):
        word, hint = None, "take it out: this file is known by its name"
    return Diagnostic(
        code="E201",
        message=f"there is no key “{path[-1]}” in {_place(document, path[:-1])}",
        span=document.span(path, key=True),
        suggestion=word,
        hint=hint or f"the keys are {listing(known, most=40)}",
    )


def _decimal_comma(key: Any, value: dict[str, Any]) -> str | None:
    """`{equals: 314,10}` is `{equals: 314, 10: null}` to YAML."""
    keys = list(value)
    before = keys[keys.index(key) - 1] if keys.index(key) else ""
    if value[key] is not None or not str(key).isdigit() or not str(value.get(before)).isdigit():
        return None
    return (
        f"a number has a dot: write “{before}: {value[before]}.{key}”; in braces a comma begins the next key"
    )


def _key_meant(key: str, value: Any, schema: dict[str, Any]) -> tuple[str | None, str | None]:
    """The key that was meant: one that is not there yet; the one that is needed, where nothing else is strange."""
    known = list(schema.get("properties", {}))
    word, hint = did_you_mean(key, [each for each in known if each not in value])
    if word is None:
        word, hint = did_you_mean(key, known)
    missing = [each for each in schema.get("required", ()) if each not in value]
    strange = [each for each in value if each not in known and not str(each).startswith("x-")]
    if len(missing) == 1 and len(strange) == 1 and word != missing[0] and _is_like(key, missing[0]):
        return missing[0], f"did you mean “{missing[0]}”?"
    return word, hint


def _is_like(word: str, other: str) -> bool:
    return distance(word.lower(), other) <= max(2, len(other) // 2)


def _unknown_step(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    key, verbs = str(path[-1]), schema["properties"]
    span = document.span(path, key=True)
    beside = next((v for v in value if v in verbs), None)
    if beside and key in verbs[beside].get("properties", {}):
        return Diagnostic(
            code="E201",
            message=f"“{key}” belongs inside “{beside}”",
            span=span,
            hint=f"write “{beside}: {{…, {key}: …}}”, or “{key}” on a line below “{beside}:”, two spaces further in",
        )
    word, hint = did_you_mean(key, verbs)
    return Diagnostic(
        code="E202",
        message=f"there is no step “{key}”",
        span=span,
        suggestion=word,
        hint=hint or f"the steps are {listing(verbs, most=40)}",
    )


def missing_key(document: Document, path: Path_, key: str, schema: dict[str, Any]) -> Told:
    what = schema.get("properties", {}).get(key, {}).get("description", "").split(". ")[0].rstrip(".")
    hint = f"add “{key}:” — {what[:1].lower()}{what[1:]}" if what else f"add “{key}:”"
    if key == "version":
        hint = "begin with “version: 1”"
    elif key == "id" and isinstance(document.data.get("name"), str):
        slug = "-".join(re.findall(r"[a-z0-9]+", document.data["name"].lower()))
        hint = f"add “id: {slug}”; history hangs on it, so it never changes"
    diagnostic = Diagnostic(
        code="E204",
        message=f"“{key}” is missing in {_place(document, path)}",
        span=document.span(path, key=True),
        suggestion=key,
        hint=hint,
    )
    return Told((*path, key), diagnostic)


def _wrong_step(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    verbs = list(schema.get("properties", {}))
    span = document.span(path)
    if isinstance(value, str) and value in verbs:
        return Diagnostic(
            code="E210",
            message=f"“{value}” cannot stand alone: it needs a value",
            span=span,
            hint=f"write “- {value}: …”; “nano-sre explain {value}” shows what it takes",
        )
    if isinstance(value, str):
        word, hint = _without_colon(value, verbs)
        if word is None:
            word, hint = did_you_mean(value, verbs)
        return Diagnostic(
            code="E202",
            message=f"there is no step “{value[:60]}”",
            span=span,
            suggestion=word,
            hint=hint or f"the steps are {listing(verbs, most=40)}",
        )
    if isinstance(value, dict) and len(value) > 1:
        shown = " and ".join(f"“{k}”" for k in list(value)[:3])
        return Diagnostic(
            code="E208",
            message=f"a step is one key that says what it does; here are {shown}",
            span=document.span((*path, list(value)[1]), key=True),
            hint="begin each step with “- ” on a line of its own",
        )
    return Diagnostic(
        code="E205",
        message="a step is a word, or one key that says what to do",
        span=span,
        hint="write “- add_to_cart” or “- press: Buy now”",
    )


def _without_colon(value: str, verbs: list[str]) -> tuple[str | None, str | None]:
    """`- open /` is `- open: /`."""
    first, _, rest = value.partition(" ")
    word, hint = did_you_mean(first, verbs)
    if word is None or not rest.strip():
        return word, hint
    return (
        f"{word}: {rest.strip()}",
        f"write “- {word}: {rest.strip()[:60]}”: a colon stands after the name of the step",
    )


def _wanted(schema: dict[str, Any]) -> str:
    """What a value may be: “text, a list or a mapping of keys”."""
    kinds = types_of(schema)
    if "string" in kinds:  # text takes numbers and flags as they are written
        kinds = ["string", *(k for k in kinds if k not in ("string", "number", "boolean"))]
    words = [TYPE_WORDS[k] for k in kinds]
    if not words:
        return "something else"
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _wrong_type(document: Document, path: Path_, value: Any, schema: dict[str, Any]) -> Diagnostic:
    if value is None:
        return _nothing(document, path, schema)
    found = next(w for t, w in FOUND_WORDS if isinstance(value, t))
    hint = suggestion = None
    scalar = scalar_of(schema.get("pattern", ""))
    wanted = _wanted(schema)
    if isinstance(value, (int, float)) and scalar is fields.Duration:
        hint = f"write a unit: {value}s or {value}m"
        wanted = fields.Duration.form
    elif isinstance(value, int) and scalar is not None and mended(scalar, str(value)):
        wanted, suggestion = scalar.form, mended(scalar, str(value))
    elif "boolean" in types_of(schema) and isinstance(value, str) and value.lower() in SPOKEN:
        suggestion = SPOKEN[value.lower()]
        hint = "only the words true and false are understood here"
    elif (
        "integer" in types_of(schema) and isinstance(value, str) and re.fullmatch(r"[0_]*[0-9_]*[0-9]", value)
    ):
        suggestion = value.replace("_", "").lstrip("0") or "0"
        hint = "a number is written without zeros in front of it and without lines in it"
    elif isinstance(value, str) and is_step(path[:-1]) and types_of(schema) == ["object"]:
        suggestion = _key_of_choice(value, schema)
        hint = None if suggestion else _long_form(str(path[-1]), value)
    elif len(path) == 1 and path[0] in registry.names("watcher"):
        hint = f"for example “{getattr(registry.kind('watcher', str(path[0])).cls, 'example', path[0])}”"
    elif isinstance(value, (dict, list)) and path and path[-1] in STEP_LISTS:
        hint = "begin each step with “- ”"
    elif isinstance(value, str) and path and path[-1] in STEP_LISTS:
        hint = f"write it below, as a list: “- {value[:40]}”"
    return Diagnostic(
        code="E205",
        message=f"“{name_of(path)}” takes {wanted}, and this is {found}",
        span=document.span(path),
        suggestion=suggestion,
        hint=hint,
    )


def _key_of_choice(value: str, schema: dict[str, Any]) -> str | None:
    """`sold_out`, where only `product: sold_out` is one of the words that a key takes."""
    choices = {
        word: key
        for key, below in schema.get("properties", {}).items()
        for word in below.get("enum", ())
        if isinstance(word, str)
    }
    near = nearest(value, choices)
    return f"{{{choices[near[0]]}: {near[0]}}}" if near else None


def _long_form(verb: str, value: str) -> str:
    """How a step that takes no plain text says it, after the step's own example."""
    example = str(getattr(registry.kind("step", verb).cls, "example", "")).removeprefix("- ").splitlines()
    first, *others = re.findall(r"[{,]\s*(\w+):", example[0] if example else "") or [""]
    if first not in fields.ELEMENT_KEYS:
        return f"for example “{example[0]}”" if example else f"“nano-sre explain {verb}” shows what it takes"
    return f"write “{verb}: {{{', '.join([f'{first}: {value[:40]}', *(f'{k}: …' for k in others)])}}}”"


def _nothing(document: Document, path: Path_, schema: dict[str, Any]) -> Diagnostic:
    name = name_of(path)
    written = document.span(path)
    hint = f"write what it is after the colon, or leave “{name}” out"
    if LINE_END.split(document.source)[written.line - 1][written.column - 1 :].startswith(
        ("null", "Null", "NULL", "~")
    ):
        hint = "if this word itself is meant, put quotes round it"
    elif is_step(path[:-1]):
        bare = re.fullmatch(live_schema()["$defs"]["step"]["pattern"], name)
        hint = f"write “- {name}” without the colon" if bare else f"write “- {name}: …”"
    elif path[:-1] == ("inputs",):
        hint = (
            f"write “{name}: {{}}” when it must be given, or behind the colon the value it has when it is not"
        )
    return Diagnostic(
        code="E106",
        message=f"“{name}” has no value, where {_wanted(schema)} is expected",
        span=document.span(path, key=True),
        hint=hint,
    )
