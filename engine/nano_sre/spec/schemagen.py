"""The JSON Schema of the language, written from the kinds."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core import registry
from nano_sre.core.program import Modifiers
from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.load import load
from nano_sre.spec.shapes import RecordShape, modifiers_of, shape_of

SCHEMAS: dict[str, tuple[str, ...]] = {
    "check": ("check", "step", "watcher"),
    "alerters": ("alerter",),
    "triggers": ("trigger",),
}
"""The schemas there are, and the families of kinds that each is written from."""
FILES = tuple(ARRANGEMENTS.values())
"""Documents that are known by the name of their file."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def description(cls: type[Any]) -> str:
    """A docstring as hover text: its paragraphs, unindented."""
    return "\n\n".join(" ".join(p.split()) for p in (cls.__doc__ or "").strip().split("\n\n"))


def record_shape(cls: type[Any]) -> RecordShape:
    shape = shape_of(cls)
    assert isinstance(shape, RecordShape)
    return shape


def step_schema() -> dict[str, Any]:
    """One step: a bare word or a mapping of one key, dispatched by `properties` and never by `oneOf`."""
    modifiers = record_shape(Modifiers).schema()["properties"]
    timeout = modifiers[
        "timeout"
    ]  # in a fragment an input may stand for it, which editors should not underline
    timeout["pattern"] = rf"(?:\$\{{)|(?:{timeout['pattern']})"
    properties: dict[str, Any] = {}
    bare: list[str] = []
    for verb in registry.names("step"):
        cls = registry.kind("step", verb).cls
        shape = record_shape(cls)
        body = shape.schema()
        clash = set(modifiers) & set(body["properties"])
        if clash:
            raise TypeError(f"step {verb} declares {', '.join(sorted(clash))}, which every step has")
        taken = {key: modifiers[key] for key in modifiers_of(cls)}
        body["properties"] = {**body["properties"], **taken}
        if "object" not in body["type"]:
            body["type"] = [*([body["type"]] if isinstance(body["type"], str) else body["type"]), "object"]
        properties[verb] = {**body, "description": description(cls)}
        if shape.bare:
            bare.append(verb)
    return {
        "description": "One thing the shopper does or sees.",
        "type": ["object", "string"],
        "pattern": f"^({'|'.join(bare)})$" if bare else "^$",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _snippets(name: str) -> list[dict[str, Any]]:
    """A whole document of a kind, which editors offer in an empty file: its example."""
    cls = registry.kind("check", name).cls
    documents, _ = load(str(getattr(cls, "example", "")), name)
    return [
        {"label": f"a new {name}", "description": first_sentence(cls.__doc__), "body": _escaped(each.data)}
        for each in documents[:1]
    ]


def _escaped(value: Any) -> Any:
    """Data of which editors make text: what stands for a gap to be filled in a snippet is only text here."""
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return re.sub(r"[\\$}]", r"\\\g<0>", _quoted(value)) if isinstance(value, str) else value


def _quoted(text: str) -> str:
    """A text as YAML has to write it: editors write what a snippet says as it stands."""
    try:
        plain = yaml.safe_load(f"a: {text}") == {"a": text}
    except yaml.YAMLError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def check_schema() -> dict[str, Any]:
    """The schema of every document, from the live registry."""
    kinds = registry.names("check")
    definitions: dict[str, Any] = {"step": step_schema()}
    for name in kinds:
        cls = registry.kind("check", name).cls
        body = record_shape(cls).schema()
        body["properties"] = {
            "kind": {"const": name, "description": "What this document is."},
            **body["properties"],
        }
        body["required"] = ["kind", *body.get("required", [])]
        definitions[f"check.{name}"] = {**body, "description": description(cls)}
    return {
        "$schema": DIALECT,
        "title": "Nano-SRE check",
        "description": "One document of the Nano-SRE check language, version 1.",
        "type": "object",
        "required": ["version", "kind"],
        "properties": {
            "version": {"enum": [1], "description": "The version of the check language."},
            "kind": {"enum": list(kinds), "description": "What this document is."},
        },
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/check.{name}"},
            }
            for name in kinds
        ],
        "$defs": definitions,
        "defaultSnippets": [each for name in kinds for each in _snippets(name)],
        "x-kinds": _kinds_of("check"),
    }


def class_of(kind: str) -> type[Any]:
    """The dataclass of a document, by what it is. Raises `registry.UnknownKind`."""
    if kind not in FILES:
        return registry.kind("check", kind).cls
    from nano_sre.core.policy import AlertersFile  # noqa: PLC0415 - most projects are validated without them
    from nano_sre.core.trigger import TriggersFile  # noqa: PLC0415

    return {"alerters": AlertersFile, "triggers": TriggersFile}[kind]


def file_schema(name: str) -> dict[str, Any]:
    """The schema of a document that is known by its file's name, from the live registry."""
    cls = class_of(name)
    documents, _ = load(cls.example, f"{name}.yaml")
    return {
        "$schema": DIALECT,
        "title": f"Nano-SRE {name}",
        **record_shape(cls).schema(),
        "description": description(cls),
        "defaultSnippets": [
            {
                "label": f"a new {name}.yaml",
                "description": first_sentence(cls.__doc__),
                "body": _escaped(d.data),
            }
            for d in documents
        ],
        "x-kinds": _kinds_of(name),
    }


def make_schema(name: str) -> dict[str, Any]:
    """One of `SCHEMAS`, from the live registry."""
    return check_schema() if name == "check" else file_schema(name)


def _kinds_of(name: str) -> dict[str, list[str]]:
    return {family: list(registry.names(family)) for family in SCHEMAS[name]}


def to_text(schema: dict[str, Any]) -> str:
    """The committed form of a schema, byte for byte."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def shipped_file(name: str = "check") -> Path:
    """Where a committed schema lies: beside the engine in a checkout, inside the package in a wheel."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_schemas" / f"{name}.schema.json"
    return inside if inside.exists() else package.parents[1] / "schemas" / f"{name}.schema.json"


@cache
def live_schema(name: str = "check") -> dict[str, Any]:
    """The schema to validate with: the shipped one, or a fresh one when other kinds are there than it knows."""
    try:
        shipped: dict[str, Any] = json.loads(shipped_file(name).read_bytes())
    except (OSError, ValueError):
        return make_schema(name)
    return shipped if shipped.get("x-kinds") == _kinds_of(name) else make_schema(name)
