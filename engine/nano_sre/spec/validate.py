"""Documents against the schema; every mistake at the exact key, with the right word."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache
from typing import Any

from nano_sre.core.chosen import OwnWords
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.schemagen import live_schema
from nano_sre.spec.wording import Told, missing_key, told_of, unknown_keys, unknown_kind

CUT_LISTS = ("steps", "always", "requests")
"""Lists whose items `pieces` cuts apart."""
# A schema of these words alone speaks of each key, or each item, by itself.
_OF_EACH_KEY = {"type", "properties", "patternProperties", "additionalProperties", "required", "description"}
_OF_EACH_ITEM = {"type", "items", "description"}
_REF = re.compile(r'"#/\$defs/([^"/]+)"')
Fault = tuple[Path_, str]  # where, and the schema keyword that was not met


@cache
def _validator(kind: str, own: OwnWords = ()) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - a tenth of the start-up of `--help` would go into it

    return jsonschema_rs.Draft202012Validator(_whole_schema(kind, own))


def _whole_schema(kind: str, own: OwnWords = ()) -> dict[str, Any]:
    """The schema of one kind of document, with the words of the project's own."""
    if own:
        from nano_sre.spec.own_alerters import alerters_schema  # noqa: PLC0415 - few projects have any

        return alerters_schema(own)
    if kind in ARRANGEMENTS.values():
        return live_schema(kind)
    return {
        "$schema": live_schema()["$schema"],
        "$ref": f"#/$defs/check.{kind}",
        "$defs": _needed(f"check.{kind}"),
    }


def _needed(name: str) -> dict[str, Any]:
    """The definition and those it refers to: the rest would be compiled for nothing, steps above all."""
    known, needed, waiting = live_schema()["$defs"], {}, [name]
    while waiting:
        each = waiting.pop()
        if each not in needed:
            needed[each] = known[each]
            waiting += _REF.findall(json.dumps(known[each]))
    return needed


def fast_faults(kind: str, data: Any, own: OwnWords = ()) -> list[Fault]:
    """Where `data` misses the schema, by jsonschema-rs."""
    found = _validator(kind, own).iter_errors(data)
    return [(_true_path(data, e.instance_path), str(e.schema_path[-1])) for e in found]


def _true_path(data: Any, parts: list[str | int]) -> Path_:
    """jsonschema-rs gives the key “07” of a mapping as the number 7."""
    path: Path_ = ()
    for part in parts:
        if isinstance(data, dict) and isinstance(part, int):
            part = next(key for key in data if key.isdecimal() and int(key) == part)  # noqa: PLW2901
        path, data = (*path, part), data[part]
    return path


def reference_faults(kind: str, data: Any, own: OwnWords = ()) -> list[Fault]:
    """The same by the reference implementation, which the fast path must agree with."""
    import jsonschema  # noqa: PLC0415 - the fallback and the tests' reference, slow to import

    found = jsonschema.Draft202012Validator(_whole_schema(kind, own)).iter_errors(data)
    return [(tuple(e.absolute_path), str(e.absolute_schema_path[-1])) for e in found]


def faults(kind: str, data: Any, own: OwnWords = ()) -> list[Fault]:
    try:
        return fast_faults(kind, data, own)
    except ImportError:
        return reference_faults(kind, data, own)


def is_valid(kind: str, data: Any) -> bool:
    """Whether there are no faults, without a word on what they are. No kind, no valid document."""
    if kind not in _kinds():
        return False
    try:
        return bool(_validator(kind).is_valid(data))
    except ImportError:
        return not reference_faults(kind, data)


def may_stand(kind: str, names: Collection[str], fresh: dict[str, Any]) -> bool | None:
    """`is_valid` of a document with these keys, of which all but `fresh` are known to be valid at their places.

    A list in `fresh` holds those of its items that are not known. None where the schema does not part things so.
    """
    if kind not in _kinds():
        return False
    try:
        found = _parted(kind)
    except ImportError:
        return None
    if found is None:
        return None
    needed, validator = found
    return needed.issubset(names) and (not fresh or bool(validator.is_valid(fresh)))


@cache
def _kinds() -> frozenset[str]:
    return frozenset(live_schema()["x-kinds"]["check"])


@cache
def _parted(kind: str) -> tuple[frozenset[str], Any] | None:
    """The keys that a kind needs, and a validator for any of its keys; None where keys or items hang on others."""
    import jsonschema_rs  # noqa: PLC0415 - as above

    whole = _whole_schema(kind)
    top = whole["$defs"][f"check.{kind}"]
    lists = [each for name, each in top["properties"].items() if name in CUT_LISTS]
    if not (top.keys() <= _OF_EACH_KEY and all(each.keys() <= _OF_EACH_ITEM for each in lists)):
        return None
    defs = {**whole["$defs"], f"check.{kind}": {key: top[key] for key in top if key != "required"}}
    return frozenset(top.get("required", ())), jsonschema_rs.Draft202012Validator({**whole, "$defs": defs})


def validate(document: Document) -> tuple[set[Path_], list[Diagnostic]]:
    """Broken paths and what is wrong there. An unknown kind breaks the whole document: path `()`."""
    kind = document.kind
    if document.by_name is None:
        kinds = live_schema()["x-kinds"]["check"]
        if not isinstance(kind, str) or kind not in kinds:
            return {()}, [unknown_kind(document, kinds)]
    told: list[Told] = []
    for path, keyword in dict.fromkeys(faults(kind, document.data, document.own)):
        schema, value = schema_at(kind, path, document.own), value_at(document.data, path)
        if keyword == "additionalProperties":
            told += unknown_keys(document, path, value, schema)
        elif keyword == "required":
            told += [missing_key(document, path, k, schema) for k in schema["required"] if k not in value]
        else:
            told.append(told_of(keyword, document, path, value, schema))
    return {each.path for each in told}, without_echoes(told)


def schema_at(kind: str, path: Path_, own: OwnWords = ()) -> dict[str, Any]:
    """The part of the schema that speaks of a path; `{}` where it says nothing."""
    named = kind in ARRANGEMENTS.values()
    here = _whole_schema(kind, own) if named else _resolved(live_schema()["$defs"][f"check.{kind}"])
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


def without_echoes(told: list[Told]) -> list[Diagnostic]:
    """A misspelt key that is needed is one mistake, not two; so is a step with a key beside it."""
    strays = [each for each in told if each.diagnostic.code in ("E201", "E202")]
    meant = {(each.path[:-1], each.diagnostic.suggestion) for each in strays}
    within = {each.path[:-1] for each in strays}
    return [
        each.diagnostic
        for each in told
        if not (each.diagnostic.code == "E204" and (each.path[:-1], each.diagnostic.suggestion) in meant)
        and not (each.diagnostic.code == "E208" and each.path in within)
    ]


def value_at(data: Any, path: Path_) -> Any:
    for part in path:
        data = data[part]
    return data
