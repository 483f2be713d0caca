"""Every `${…}`, pattern and fragment name of a document, looked up where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from nano_sre.core import registry, template
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.environments import active, replaced_keys
from nano_sre.spec.inputs import wrong_inputs
from nano_sre.spec.judge_ref import judge_ref
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.project import Loaded
from nano_sre.spec.scope import Scope, names_in
from nano_sre.spec.suggest import did_you_mean, listing
from nano_sre.spec.written import scalars_below, written_steps

NO_TEMPLATES = ("javascript",)
BARE_NAME = re.compile(r"\$([a-z][a-z0-9_]*(?:\.[A-Za-z0-9_-]+)*)")
NAMING = (
    "matches",
    "device",
    "market",
    "shopper",
)  # keys whose plain text is looked at; short forms are, too


def check_references(
    loaded: Loaded,
    *,
    stores: tuple[Loaded, ...],
    fragments: Mapping[str, Loaded],
    environ: Mapping[str, str] | None,
    environment: str | None = None,
) -> Iterator[Diagnostic]:
    """What is wrong with the references of one document, each at the scalar it stands in.

    In `environment`, variables that only another one would read need not be set.
    """
    unused = replaced_keys(loaded, environment) if loaded.kind == "store" else set()
    if () in loaded.broken:
        return
    scope = Scope(loaded, stores, fragments, environ)
    for name, value in pairs_in(loaded.document.node):
        if loaded.kind == "store" and name == "environments":
            yield from _environments(value, active(loaded, environment), scope)
            continue
        scope.environ = None if name in unused else environ
        if name in ("steps", "always"):
            yield from _steps(value, (name,), scope)
        elif isinstance(value, yaml.SequenceNode):
            for index, item in enumerate(value.value):  # what one item saves, the next ones know
                yield from _scalars(item, (name, index), scope)
                scope.saved += kept_in(item)
        else:
            yield from _scalars(value, (name,), scope)


def _environments(node: Node, meant: str, scope: Scope) -> Iterator[Diagnostic]:
    environ = scope.environ
    for name, said in pairs_in(node):
        scope.environ = environ if name == meant else None
        yield from _scalars(said, ("environments", name), scope)
    scope.environ = environ


def pairs_in(node: Node) -> list[tuple[str, Node]]:
    return [(str(k.value), v) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []


def _steps(node: Node, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    if not isinstance(node, yaml.SequenceNode):
        return
    for index, step in enumerate(node.value):
        for verb, body in pairs_in(step):
            scope.verb = verb
            inner = (*path, index, verb)
            if verb == "use":
                yield from _use(body, inner, scope)
            if verb == "for_each":
                yield from _loop(body, inner, scope)
                continue
            yield from _scalars(body, inner, scope)
            kept = dict(pairs_in(body)).get("as")
            if isinstance(kept, yaml.ScalarNode):
                scope.saved.append(kept.value)
        scope.verb = None


def _loop(body: Node, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    """The steps of a loop know its value; those after it know what they saved."""
    keys = dict(pairs_in(body))
    if isinstance(keys.get("in"), yaml.Node):
        yield from _scalars(keys["in"], (*path, "in"), scope)
    named = keys.get("value")
    value = str(named.value) if isinstance(named, yaml.ScalarNode) else ""
    scope.loops.append(value)
    yield from _steps(keys.get("steps", body), (*path, "steps"), scope)
    scope.loops.pop()


def kept_in(node: Node) -> Iterator[str]:
    """The names that `as` gives anywhere below a node."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from kept_in(item)
    for name, value in pairs_in(node):
        if name == "as" and isinstance(value, yaml.ScalarNode):
            yield str(value.value)
        else:
            yield from kept_in(value)


def _use(body: Node, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    named = dict(pairs_in(body)).get("fragment") if isinstance(body, yaml.MappingNode) else body
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
    yield from _inputs_given(body, path, scope.fragments[name], scope)


def _inputs_given(body: Node, path: Path_, fragment: Loaded, scope: Scope) -> Iterator[Diagnostic]:
    table = fragment.document.data.get("inputs")
    declared: dict[str, Any] = table if isinstance(table, dict) else {}
    given = [name for name, _ in pairs_in(dict(pairs_in(body)).get("with", body))] if pairs_in(body) else []
    given = given if "with" in dict(pairs_in(body)) else []
    meant = []
    for name in given:
        if name not in declared:
            word, hint = did_you_mean(name, [d for d in declared if d not in given])
            meant.append(word)
            yield scope.say(
                "E309",
                f"the fragment “{fragment.id}” takes no input “{name}”",
                (*path, "with", name),
                key=True,
                suggestion=word,
                hint=hint or (f"it takes {listing(declared)}" if declared else "it takes none"),
            )
    if fragment.sound and given:
        written = dict(pairs_in(dict(pairs_in(body))["with"]))
        for name, message, word, hint in wrong_inputs(fragment.id, fragment.check.inputs, written):
            yield scope.say("E309", message, (*path, "with", name), suggestion=word, hint=hint)
    defaults = {
        name: what.get("default") if isinstance(what, dict) else what for name, what in declared.items()
    }
    needed = [name for name, default in defaults.items() if default is None]
    remedy = ", ".join(f"{name}: …" for name in needed)
    for name in needed:
        if name not in given and name not in meant:
            yield scope.say(
                "E309",
                f"the fragment “{fragment.id}” needs the input “{name}”",
                path,
                key=True,
                hint=f"write “use: {{fragment: {fragment.id}, with: {{{remedy}}}}}”",
            )


def used_by(loaded: Loaded, fragments: Mapping[str, Loaded], inside: tuple[str, ...] = ()) -> Iterator[str]:
    """Ids of the fragments that a document uses, those used by fragments included."""
    for name in ("steps", "always"):
        for step in written_steps(loaded.document.data.get(name)):
            used = step.get("use")
            named = used.get("fragment") if isinstance(used, dict) else used
            if isinstance(named, str) and named in fragments and named not in inside:
                yield named
                yield from used_by(fragments[named], fragments, (*inside, named))


def _saved_in(fragment: Loaded, fragments: Mapping[str, Loaded], inside: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for step in written_steps(fragment.document.data.get("steps")):
        for verb, body in step.items():
            if isinstance(body, dict) and "as" in body:
                found.append(str(body["as"]))
            name = body.get("fragment") if isinstance(body, dict) else body
            if verb == "use" and isinstance(name, str) and name in fragments and name not in inside:
                found += _saved_in(fragments[name], fragments, (*inside, name))
    return found


def _scalars(node: Node, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    for text, where in scalars_below(node, path, (*NAMING, scope.verb), []):
        yield from judge_scalar(text, where, scope)


def judge_scalar(text: str, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    if "$" in text:
        yield from _without_braces(text, path, scope)
    if path[-1] == "matches" and "${" not in text:
        try:
            re.compile(text)
        except re.error as error:
            remedy = "for plain text, leave “matches” out; before ( [ { * + ? . | $ ^ write a backslash"
            yield scope.say("E405", f"this pattern cannot be read: {error}", path, hint=remedy)
    if scope.verb and "${" not in text:
        yield from _name_of_store(text, path, scope)
    if "${" not in text or (scope.verb in NO_TEMPLATES and path[-1] == "code") or path[-1] in NO_TEMPLATES:
        return
    try:
        parsed = template.parse(text)
    except template.TemplateError as error:
        word, hint = did_you_mean(error.word, template.FILTERS) if error.word else (None, None)
        yield scope.say("E402", str(error), path, suggestion=word, hint=hint)
        return
    if isinstance(parsed, template.Template):
        for ref in parsed.refs:
            yield from judge_ref(ref, path, scope)


def _without_braces(text: str, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    """`$price` is text like any other; where `${price}` is known, that is hardly meant."""
    if path[-1] in (*NO_TEMPLATES, "matches") or scope.verb in NO_TEMPLATES:
        return
    known = [*scope.saved, *scope.loops, *(f"vars.{name}" for name in scope.names("vars"))]
    known += [f"inputs.{name}" for name in scope.inputs]
    for found in BARE_NAME.finditer(text):
        name = next((each for each in (found[1], found[1].split(".")[0]) if each in known), None)
        if name is not None:
            yield scope.say(
                "E402",
                f"“${name}” is only a text here",
                path,
                severity="warning",
                suggestion=text.replace(f"${name}", f"${{{name}}}"),
                hint=f"with braces it is the value: write “${{{name}}}”",
            )


def _name_of_store(text: str, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    """`when: {device: …}` and `shopper: …` name something of the store: a slip would skip the step for ever."""
    kinds = {"device": ("E305", "devices"), "market": ("E306", "markets"), "shopper": ("E312", "shoppers")}
    noun = str(path[-1])
    if noun == scope.verb:  # the short form: the value stands right behind the verb
        noun = _short_field(noun) or noun
    if noun not in kinds or (noun != "shopper" and path[-2] != "when"):
        return
    code, key = kinds[noun]
    for store in scope.lacking(key, text)[:1]:
        if text in scope.names(key) and noun != "shopper":
            continue  # another store of the check has it: there the step runs
        word, hint = did_you_mean(text, names_in(store, key))
        yield scope.say(
            code,
            f"the store “{store.id}” has no {noun} “{text}”",
            path,
            suggestion=word,
            hint=hint or f"it has {listing(names_in(store, key))}",
        )


@cache
def _short_field(verb: str) -> str | None:
    """The key that a step's plain value stands for."""
    if not registry.known("step", verb):
        return None
    short: str | None = registry.kind("step", verb).cls.short_field
    return short


def may_name_something(path: Path_, verb: str | None) -> bool:
    """Whether `judge_scalar` looks at plain text there, which refers to nothing by itself."""
    return path[-1] in NAMING or (verb is not None and _short_field(verb) in NAMING)
