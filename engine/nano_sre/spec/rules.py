"""Rules of diagnosis: YAML files → typed rules, every mistake with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.rules import Rule, RuleFile
from nano_sre.spec.bind import Binder
from nano_sre.spec.load import Document, Path_, child, load, read_file
from nano_sre.spec.scalars import MISSING_VALUE
from nano_sre.spec.schemagen import DIALECT, record_shape
from nano_sre.spec.validate import value_at, without_echoes
from nano_sre.spec.wording import Told, missing_key, told_of, unknown_keys

T = TypeVar("T")
KIND = "rules"
BUILT_IN = Path(__file__).resolve().parents[1] / "kinds" / "rules"


@cache
def rules_schema() -> dict[str, Any]:
    """The schema of a file of rules, from their records."""
    body = record_shape(RuleFile).schema()
    kind = {"const": KIND, "description": "What this document is."}
    body["properties"] = {"kind": kind, **body["properties"]}
    body["required"] = ["kind", *body["required"]]
    about = "Rules of diagnosis: what speaks for a cause and what against it."
    return {"$schema": DIALECT, "title": "Nano-SRE rules", "description": about, **body}


@cache
def built_in_rules() -> tuple[Rule, ...]:
    """The rules that come with the engine, read once."""
    rules, told = load_rules([BUILT_IN])
    assert not told, told
    return rules


def load_rules(folders: Sequence[Path]) -> tuple[tuple[Rule, ...], list[Diagnostic]]:
    """Every rule of the `.yaml` files in these folders, and what is wrong with them; broken rules are left out."""
    known: dict[str, Rule] = {}
    told: list[Diagnostic] = []
    places: dict[str, Span] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.yaml")):
            text, trouble = read_file(str(file))
            told += trouble
            if not trouble:
                rules, mistakes = read_rules(text, str(file), places=places)
                told += mistakes
                known |= {rule.cause: rule for rule in rules}
    return tuple(known.values()), told


def read_rules(
    text: str, file: str, *, places: dict[str, Span] | None = None
) -> tuple[tuple[Rule, ...], list[Diagnostic]]:
    """The rules of one YAML text. `places` remembers from file to file where a cause was met."""
    documents, told = load(text, file)
    met = {} if places is None else places
    rules: list[Rule] = []
    for document in documents:
        found, mistakes = _read(document, met)
        rules += found
        told += mistakes
    return tuple(rules), told


def _read(document: Document, met: dict[str, Span]) -> tuple[list[Rule], list[Diagnostic]]:
    if document.kind != KIND:
        place = document.span(("kind",)) if "kind" in document.data else document.span()
        said = "a file of rules begins with “version: 1” and “kind: rules”"
        return [], [Diagnostic(code="E445", message=said, span=place)]
    broken, told = _faults(document)
    binder = Binder(document, broken)
    rules = [rule for _, rule in sound_rules(document, binder, Rule)]
    return rules, [*told, *binder.told, *_twice(document, met)]


def sound_rules(document: Document, binder: Binder, kind: type[T]) -> Iterator[tuple[int, T]]:
    """The sound rules of a document with their numbers: one that is broken does not take the others with it."""
    _, items = child(document.node, "rules")
    for index, node in enumerate(items.value if isinstance(items, yaml.SequenceNode) else ()):
        path = ("rules", index)
        rule = MISSING_VALUE if binder.broken(path) else record_shape(kind).bind(node, binder, path)
        if isinstance(rule, kind):
            yield index, rule


def _faults(document: Document) -> tuple[set[Path_], list[Diagnostic]]:
    """Where the document misses the schema, and what is said of it."""
    import jsonschema_rs  # noqa: PLC0415 - only who reads rules needs it

    told: list[Told] = []
    for each in jsonschema_rs.Draft202012Validator(rules_schema()).iter_errors(document.data):
        path, keyword = tuple(each.instance_path), str(each.schema_path[-1])
        schema, value = _schema_at(path), value_at(document.data, path)
        if keyword == "additionalProperties":
            told += unknown_keys(document, path, value, schema)
        elif keyword == "required":
            told += [missing_key(document, path, k, schema) for k in schema["required"] if k not in value]
        else:
            told.append(told_of(keyword, document, path, value, schema))
    return {each.path for each in told}, without_echoes(told)


def _schema_at(path: Path_) -> dict[str, Any]:
    here = rules_schema()
    for part in path:
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
    return here


def _twice(document: Document, met: dict[str, Span]) -> Iterator[Diagnostic]:
    """Causes that have a rule already: which of the two holds would be a matter of luck."""
    items = document.data.get("rules")
    for index, each in enumerate(items if isinstance(items, list) else ()):
        cause = each.get("cause") if isinstance(each, dict) else None
        if not isinstance(cause, str):
            continue
        place = document.span(("rules", index, "cause"))
        first = met.setdefault(cause, place)
        if first is not place:
            yield Diagnostic(
                code="E447",
                message=f"the cause “{cause}” has a rule already",
                span=place,
                hint="keep one of the two, and put the clues of both into it",
                related=(Related(message="the other rule", span=first),),
            )
