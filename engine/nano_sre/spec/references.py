"""Every `${…}`, pattern and fragment name of a document, looked up where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import yaml

from nano_sre.core import template
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.fields import field_names
from nano_sre.core.program import ShopperData
from nano_sre.core.template import ROOTS, Ref
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.project import Loaded
from nano_sre.spec.suggest import did_you_mean, listing

STORE_NAMES = ("id", "name", "url", "timezone", "market", "currency", "locale")
COMPARING = ("expect", "see", "not_see", "wait_for", "save")  # steps that would print or compare a value
NO_TEMPLATES = ("javascript",)


def check_references(
    loaded: Loaded,
    *,
    stores: tuple[Loaded, ...],
    fragments: Mapping[str, Loaded],
    environ: Mapping[str, str] | None,
) -> Iterator[Diagnostic]:
    """What is wrong with the references of one document, each at the scalar it stands in."""
    if () in loaded.broken:
        return
    scope = _Scope(loaded, stores, fragments, environ)
    for name, value in _items(loaded.document.node):
        if name in ("steps", "always"):
            yield from _steps(value, (name,), scope)
        else:
            yield from _scalars(value, (name,), scope)


class _Scope:
    """The names that exist where we are."""

    def __init__(
        self,
        loaded: Loaded,
        stores: tuple[Loaded, ...],
        fragments: Mapping[str, Loaded],
        environ: Mapping[str, str] | None,
    ) -> None:
        self.loaded, self.stores, self.fragments, self.environ = loaded, stores, fragments, environ
        self.kind = loaded.kind
        self.saved: list[str] = []
        self.verb: str | None = None
        data = loaded.document.data
        self.inputs = list(data["inputs"]) if isinstance(data.get("inputs"), dict) else []

    def say(self, code: str, message: str, path: Path_, **more: Any) -> Diagnostic:
        return Diagnostic(code=code, message=message, span=self.loaded.document.span(path), **more)

    def vars(self) -> list[str]:
        tables = [s.document.data.get("vars") for s in self.stores]
        return sorted({name for table in tables if isinstance(table, dict) for name in table})


def _items(node: Node) -> list[tuple[str, Node]]:
    return [(str(k.value), v) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []


def _steps(node: Node, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if not isinstance(node, yaml.SequenceNode):
        return
    for index, step in enumerate(node.value):
        for verb, body in _items(step):
            scope.verb = verb
            inner = (*path, index, verb)
            if verb == "use":
                yield from _use(body, inner, scope)
            yield from _scalars(body, inner, scope)
            kept = dict(_items(body)).get("as")
            if isinstance(kept, yaml.ScalarNode):
                scope.saved.append(kept.value)
        scope.verb = None


def _use(body: Node, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    named = dict(_items(body)).get("fragment") if isinstance(body, yaml.MappingNode) else body
    if not isinstance(named, yaml.ScalarNode):
        return
    name = str(named.value)
    if name not in scope.fragments:
        word, hint = did_you_mean(name, scope.fragments)
        where = (*path, "fragment") if isinstance(body, yaml.MappingNode) else path
        yield scope.say(
            "E304",
            f"there is no fragment “{name}”",
            where,
            suggestion=word,
            hint=hint
            or (
                f"the fragments are {listing(scope.fragments)}"
                if scope.fragments
                else "there are no fragments here"
            ),
        )
        return
    scope.saved += _saved_in(scope.fragments[name], scope.fragments, ())


def _saved_in(fragment: Loaded, fragments: Mapping[str, Loaded], inside: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    steps = fragment.document.data.get("steps")
    for step in steps if isinstance(steps, list) else []:
        for verb, body in step.items() if isinstance(step, dict) else ():
            if isinstance(body, dict) and "as" in body:
                found.append(str(body["as"]))
            name = body.get("fragment") if isinstance(body, dict) else body
            if verb == "use" and isinstance(name, str) and name in fragments and name not in inside:
                found += _saved_in(fragments[name], fragments, (*inside, name))
    return found


def _scalars(node: Node, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if isinstance(node, yaml.MappingNode):
        for key, value in _items(node):
            yield from _scalars(value, (*path, key), scope)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _scalars(value, (*path, index), scope)
    elif isinstance(node, yaml.ScalarNode):
        yield from _scalar(str(node.value), path, scope)


def _scalar(text: str, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if path[-1] == "matches" and "${" not in text:
        try:
            re.compile(text)
        except re.error as error:
            yield scope.say("E405", f"this pattern cannot be read: {error}", path)
    if "${" not in text or scope.verb in NO_TEMPLATES:
        return
    try:
        parsed = template.parse(text)
    except template.TemplateError as error:
        yield scope.say("E402", str(error), path)
        return
    if isinstance(parsed, template.Template):
        for ref in parsed.refs:
            yield from _ref(ref, path, scope)


def _ref(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    looked_up = {
        "secret": _secret,
        "env": _env,
        "inputs": _input,
        "vars": _var,
        "store": _store_name,
        "shopper": _shopper,
    }.get(ref.root)
    if looked_up is not None and ref.rest:
        yield from looked_up(ref, path, scope)
    elif ref.name not in scope.saved:
        yield _unknown(ref, path, scope)


def _unknown(ref: Ref, path: Path_, scope: _Scope) -> Diagnostic:
    known = [
        *scope.saved,
        *(f"vars.{v}" for v in scope.vars()),
        *(f"inputs.{i}" for i in scope.inputs),
        *(f"shopper.{n}" for n in field_names(ShopperData)),
        *(f"store.{n}" for n in STORE_NAMES),
    ]
    word, hint = did_you_mean(ref.name, known)
    if ref.root in ROOTS and not ref.rest:
        hint = f"write a name after it: ${{{ref.root}.…}}"
    return scope.say(
        "E301",
        f"nothing is called “{ref.name}” here",
        path,
        suggestion=word,
        hint=hint or "save it in an earlier step: “- save: {money: product_price, as: price}”",
    )


def _secret(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.filters:
        yield scope.say(
            "E313", "a secret is used as it is, never filtered", path, hint=f"write ${{{ref.name}}}"
        )
    if scope.verb in COMPARING:
        yield scope.say(
            "E313", f"a secret may not stand in “{scope.verb}”: it would be compared or shown", path
        )
    yield from _unset(ref, path, scope)


def _env(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    name = ref.rest.lower()
    if scope.kind != "store":
        yield scope.say(
            "E313",
            "environment variables may only stand in the store document",
            path,
            hint=f'put “{name}: "${{{ref.name}}}"” under “vars:” of the store, and write ${{vars.{name}}} here',
        )
    yield from _unset(ref, path, scope)


def _unset(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if scope.environ is not None and ref.rest not in scope.environ:
        yield scope.say(
            "E311",
            f"the environment variable {ref.rest} is not set",
            path,
            severity="warning",
            hint=f"a run needs it: set {ref.rest}, or write it into a file named .env",
        )


def _input(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.rest not in scope.inputs:
        yield _unknown(ref, path, scope)


def _var(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if scope.kind != "fragment" and ref.rest.split(".")[0] not in scope.vars():
        yield _unknown(ref, path, scope)


def _store_name(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.rest not in STORE_NAMES:
        yield _unknown(ref, path, scope)


def _shopper(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.rest.split(".")[0] not in {f.name for f in fields(ShopperData)}:
        yield _unknown(ref, path, scope)
