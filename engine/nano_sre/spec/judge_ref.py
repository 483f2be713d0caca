"""What is wrong with one `${…}`: nothing is called that, it is not set, or it is a secret in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator

from nano_sre.config.secrets import source_of
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.program import SHOPPER_VALUES
from nano_sre.core.template import ROOTS, Ref
from nano_sre.spec.listing import ARRANGEMENTS
from nano_sre.spec.load import Path_
from nano_sre.spec.scope import STORE_NAMES, Scope
from nano_sre.spec.suggest import did_you_mean, listing

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
NOWHERE = {
    "vars": "write it under “vars:” of the store document",
    "inputs": "only a fragment has inputs: it lists them under “inputs:”",
}


def judge_ref(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    """Whether a reference means something in its scope, and may stand there; `path` leads to its scalar."""
    if scope.kind in ARRANGEMENTS.values() and not (ref.rest and ref.root in ("secret", "env")):
        yield _of_a_store(ref, path, scope)
    elif is_looked_up(ref):
        yield from _LOOKED_UP[ref.root](ref, path, scope)
    elif ref.root == "visit" and ref.rest and scope.loaded.document.data.get("during"):
        return  # what the journey saves is known once that is found
    elif ref.name not in scope.saved and ref.root not in scope.loops:
        yield _unknown(ref, path, scope)


def _of_a_store(ref: Ref, path: Path_, scope: Scope) -> Diagnostic:
    """The two files speak of the whole project: no store and no visit is meant."""
    return scope.say(
        "E313" if ref.root in ROOTS else "E301",
        f"“{ref.name}” means nothing in {scope.kind}.yaml",
        path,
        hint="“${secret.NAME}” and “${env.NAME}” may stand here, and nothing else",
    )


def is_looked_up(ref: Ref) -> bool:
    """Whether a reference means something of its surroundings, and not what an earlier step saved."""
    return ref.root in _LOOKED_UP and bool(ref.rest)


def _unknown(ref: Ref, path: Path_, scope: Scope) -> Diagnostic:
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
    elif scope.loaded.document.data.get("during"):
        hint = f"what the journey saves is called ${{visit.{ref.name}}} here"
    elif hint is None:
        hint = SAVE_IT if scope.verb else 'save it in an earlier request: “save: {json: "$.id", as: name}”'
    return scope.say("E301", f"nothing is called “{ref.name}” here", path, suggestion=word, hint=hint)


def _secret(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    misused = list(_misused(ref, path, scope))
    yield from misused or _unset(ref, path, scope)


def _misused(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
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


def _env(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    name = ref.rest.lower()
    if scope.kind not in ("store", *ARRANGEMENTS.values()):
        yield scope.say(
            "E313",
            "environment variables may only stand in the store document",
            path,
            hint=f'put “{name}: "${{{ref.name}}}"” under “vars:” of the store, and write ${{vars.{name}}} here',
        )
        return
    yield from _unset(ref, path, scope)


def _unset(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
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


def _input(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    if ref.rest not in scope.inputs:
        yield _unknown(ref, path, scope)


def _var(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
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


def _store_name(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    if ref.rest not in STORE_NAMES:
        yield _unknown(ref, path, scope)


def _shopper(ref: Ref, path: Path_, scope: Scope) -> Iterator[Diagnostic]:
    if ref.rest.split(".")[0] not in SHOPPER_VALUES:
        yield _unknown(ref, path, scope)


_LOOKED_UP = {
    "secret": _secret,
    "env": _env,
    "inputs": _input,
    "vars": _var,
    "store": _store_name,
    "shopper": _shopper,
}
