"""Every `${…}`, pattern and fragment name of a document, looked up where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from nano_sre.config.secrets import source_of
from nano_sre.core import registry, template
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.program import SHOPPER_VALUES
from nano_sre.core.template import ROOTS, Ref
from nano_sre.spec.environments import active, replaced_keys
from nano_sre.spec.inputs import wrong_inputs
from nano_sre.spec.load import Node, Path_
from nano_sre.spec.project import Loaded
from nano_sre.spec.suggest import did_you_mean, listing
from nano_sre.spec.written import scalars_below, written_steps

STORE_NAMES = ("id", "name", "url", "timezone", "market", "currency", "locale")
COMPARING = (
    "expect",
    "see",
    "not_see",
    "wait_for",
    "save",
    "expect_request",
)  # steps that would print or compare a value
SAVE_IT = "save it in an earlier step: “- save: {money: product_price, as: price}”"
NOT_SEEN = (
    "a fragment does not see what its caller saved: list “{name}” under its “inputs:”, write ${{inputs.{name}}} here, "
    'and give it where the fragment is used: “with: {{{name}: "${{{name}}}"}}”'
)
NO_TEMPLATES = ("javascript",)
NAMING = (
    "matches",
    "device",
    "market",
    "shopper",
)  # keys whose plain text is looked at; short forms are, too
NOWHERE = {
    "vars": "write it under “vars:” of the store document",
    "inputs": "only a fragment has inputs: it lists them under “inputs:”",
}


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
    scope = _Scope(loaded, stores, fragments, environ)
    for name, value in _items(loaded.document.node):
        if loaded.kind == "store" and name == "environments":
            yield from _environments(value, active(loaded, environment), scope)
            continue
        scope.environ = None if name in unused else environ
        if name in ("steps", "always"):
            yield from _steps(value, (name,), scope)
        elif isinstance(value, yaml.SequenceNode):
            for index, item in enumerate(value.value):  # what one item saves, the next ones know
                yield from _scalars(item, (name, index), scope)
                scope.saved += _kept_in(item)
        else:
            yield from _scalars(value, (name,), scope)


def _environments(node: Node, meant: str, scope: _Scope) -> Iterator[Diagnostic]:
    environ = scope.environ
    for name, said in _items(node):
        scope.environ = environ if name == meant else None
        yield from _scalars(said, ("environments", name), scope)
    scope.environ = environ


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
        self.loops: list[str] = []
        self.verb: str | None = None
        data = loaded.document.data
        self.inputs = list(data["inputs"]) if isinstance(data.get("inputs"), dict) else []

    def say(self, code: str, message: str, path: Path_, *, key: bool = False, **more: Any) -> Diagnostic:
        span = self.loaded.document.span(path, key=key)
        return Diagnostic(code=code, message=message, span=span, **more)

    def names(self, key: str) -> list[str]:
        """What the stores have under `vars`, `devices` …, in any of them."""
        return list(dict.fromkeys(name for store in self.stores for name in names_in(store, key)))

    def lacking(self, key: str, name: str) -> list[Loaded]:
        """The stores that do not have this name under a key."""
        return [store for store in self.stores if name not in names_in(store, key)]


def names_in(store: Loaded, key: str) -> list[str]:
    """The names an author chose under a key of a store document, and those that are always there."""
    table = store.document.data.get(key)
    written = [str(name) for name in table] if isinstance(table, dict) else []
    always = {"devices": ("desktop", "iphone"), "shoppers": ("default",)}.get(key, ())
    return list(dict.fromkeys([*written, *always]))


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
            if verb == "for_each":
                yield from _loop(body, inner, scope)
                continue
            yield from _scalars(body, inner, scope)
            kept = dict(_items(body)).get("as")
            if isinstance(kept, yaml.ScalarNode):
                scope.saved.append(kept.value)
        scope.verb = None


def _loop(body: Node, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    """The steps of a loop know its value; those after it know what they saved."""
    keys = dict(_items(body))
    if isinstance(keys.get("in"), yaml.Node):
        yield from _scalars(keys["in"], (*path, "in"), scope)
    named = keys.get("value")
    value = str(named.value) if isinstance(named, yaml.ScalarNode) else ""
    scope.loops.append(value)
    yield from _steps(keys.get("steps", body), (*path, "steps"), scope)
    scope.loops.pop()


def _kept_in(node: Node) -> Iterator[str]:
    """The names that `as` gives anywhere below a node."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _kept_in(item)
    for name, value in _items(node):
        if name == "as" and isinstance(value, yaml.ScalarNode):
            yield str(value.value)
        else:
            yield from _kept_in(value)


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
    yield from _inputs_given(body, path, scope.fragments[name], scope)


def _inputs_given(body: Node, path: Path_, fragment: Loaded, scope: _Scope) -> Iterator[Diagnostic]:
    table = fragment.document.data.get("inputs")
    declared: dict[str, Any] = table if isinstance(table, dict) else {}
    given = [name for name, _ in _items(dict(_items(body)).get("with", body))] if _items(body) else []
    given = given if "with" in dict(_items(body)) else []
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
        written = dict(_items(dict(_items(body))["with"]))
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


def _scalars(node: Node, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    for text, where in scalars_below(node, path, (*NAMING, scope.verb), []):
        yield from _scalar(text, where, scope)


def _scalar(text: str, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
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
            yield from _ref(ref, path, scope)


def _name_of_store(text: str, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
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


def _short_field(verb: str) -> str | None:
    """The key that a step's plain value stands for."""
    if verb not in registry.names("step"):
        return None
    short: str | None = registry.kind("step", verb).cls.short_field
    return short


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
    elif ref.name not in scope.saved and ref.root not in scope.loops:
        yield _unknown(ref, path, scope)


def _unknown(ref: Ref, path: Path_, scope: _Scope) -> Diagnostic:
    tables = {
        "vars": scope.names("vars"),
        "inputs": scope.inputs,
        "shopper": list(SHOPPER_VALUES),
        "store": list(STORE_NAMES),
    }
    named = [f"{root}.{name}" for root, names in tables.items() for name in names]
    word, hint = did_you_mean(ref.name, [*scope.saved, *scope.loops, *named])
    if ref.root in ROOTS and not ref.rest:
        word = None
        hint = f"write what of it: {listing([n for n in named if n.startswith(ref.root)]) or '…'}"
    elif hint is None and ref.root in tables:
        own = [f"{ref.root}.{name}" for name in tables[ref.root]]
        hint = f"there is {listing(own)}" if own else NOWHERE[ref.root]
    elif scope.kind == "fragment" and ref.root not in ROOTS:
        name = ref.name
        hint = f"{hint or ''} {NOT_SEEN.format(name=name)}".strip()
    elif hint is None:
        hint = SAVE_IT if scope.verb else 'save it in an earlier request: “save: {json: "$.id", as: name}”'
    return scope.say("E301", f"nothing is called “{ref.name}” here", path, suggestion=word, hint=hint)


def _secret(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    misused = list(_misused(ref, path, scope))
    yield from misused or _unset(ref, path, scope)


def _misused(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    """A secret, or a variable that holds one, where it would be changed, compared or shown."""
    if ref.filters:
        message = "a secret is used as it is, never filtered"
        yield scope.say("E313", message, path, hint=f"write ${{{ref.name}}}")
    compared_in = "expect" if "expect" in path else scope.verb
    if "when" in path:
        compared_in = "when"
    if compared_in in (*COMPARING, "when"):
        message = f"a secret may not stand in “{compared_in}”: it would be compared or shown"
        yield scope.say("E313", message, path, hint="a secret may be filled in or sent, and nothing else")


def _env(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    name = ref.rest.lower()
    if scope.kind != "store":
        yield scope.say(
            "E313",
            "environment variables may only stand in the store document",
            path,
            hint=f'put “{name}: "${{{ref.name}}}"” under “vars:” of the store, and write ${{vars.{name}}} here',
        )
        return
    yield from _unset(ref, path, scope)


def _unset(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    there = scope.environ is None or (
        source_of(ref.rest, scope.environ) if ref.is_secret else ref.rest in scope.environ
    )
    if not there:
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
    name = ref.rest.split(".")[0]
    tables = (store.document.data.get("vars") for store in scope.stores)
    if any("${secret." in str(table.get(name)) for table in tables if isinstance(table, dict)):
        yield from _misused(ref, path, scope)
    lacking = scope.lacking("vars", name)
    if scope.stores and len(lacking) == len(scope.stores):
        yield _unknown(ref, path, scope)
    elif lacking:
        yield scope.say(
            "E301",
            f"the store “{lacking[0].id}” has no variable “{name}”, though another store of this check has",
            path,
            hint=f"write “{name}:” under “vars:” of every store that the check runs on",
        )


def _store_name(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.rest not in STORE_NAMES:
        yield _unknown(ref, path, scope)


def _shopper(ref: Ref, path: Path_, scope: _Scope) -> Iterator[Diagnostic]:
    if ref.rest.split(".")[0] not in SHOPPER_VALUES:
        yield _unknown(ref, path, scope)
