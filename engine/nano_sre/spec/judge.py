"""What a document means: whether it checks anything, and whether what it names is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from nano_sre.core import registry
from nano_sre.core.diagnostics import Diagnostic, Related
from nano_sre.core.program import every
from nano_sre.core.template import refs_in
from nano_sre.spec.judge_ref import COMPARING
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded
from nano_sre.spec.scope import names_in
from nano_sre.spec.skills import skill_trouble
from nano_sre.spec.suggest import did_you_mean, listing
from nano_sre.spec.written import checks_something


def judge_check(check: Any, loaded: Loaded) -> Iterator[Diagnostic]:
    """What only a bound check with its fragments in place can tell."""
    steps = getattr(check, "steps", None)
    if steps is not None and not any(checks_something(call.step) for call in every(steps)):
        yield Diagnostic(
            code="E401",
            message=f"“{loaded.id}” checks nothing: it would pass whatever the store does",
            span=loaded.document.span(("steps",), key=True),
            hint="add a step that checks something: see, expect, add_to_cart, see_payment …",
        )


def judge_given_secrets(check: Any) -> Iterator[Diagnostic]:
    """A secret that came into a fragment as an input, and is compared, shown or filtered there."""
    for name in ("steps", "always"):
        for call in getattr(check, name, None) or ():
            secrets = [ref for ref in refs_in(call) if ref.is_secret] if call.used_at else []
            changed = [ref for ref in secrets if ref.filters]
            compared = call.verb in COMPARING or call.modifiers.when is not None
            if not secrets or not (changed or compared):
                continue
            how = "changed by a filter" if changed else f"compared or shown by “{call.verb}”"
            yield Diagnostic(
                code="E313",
                message=f"the secret “{secrets[0].rest}” is given to a fragment, where it is {how}",
                span=call.used_at,
                hint="a secret may be filled in or sent, and nothing else",
                related=(Related(message="here", span=call.span),) if call.span else (),
            )


def judge_document(loaded: Loaded, stores: tuple[Loaded, ...]) -> Iterator[Diagnostic]:
    """What the written document tells, broken or not."""
    if () in loaded.broken:
        return
    document = loaded.document
    if {"every", "cron"} <= document.data.keys():
        yield Diagnostic(
            code="E408",
            message="“every” and “cron” both say when the check runs",
            span=document.span(("cron",), key=True),
            hint="keep one of the two",
        )
    as_written = document.positions is None  # a stored check may be read far from its modules
    if loaded.kind == "skill" and as_written and ("skill",) not in loaded.broken:
        yield from skill_trouble(loaded)
    for store in stores:
        yield from _names_of_store(loaded, store)


def _names_of_store(loaded: Loaded, store: Loaded) -> Iterator[Diagnostic]:
    for code, noun in (("E306", "market"), ("E305", "device"), ("E316", "variant")):
        key = f"{noun}s"
        known = names_in(store, key)
        if key not in _keys(loaded) or (not known and noun == "market"):  # that has been told of
            continue
        for path, name in named(loaded, key):
            if name not in known:
                word, hint = did_you_mean(name, known)
                yield Diagnostic(
                    code=code,
                    message=f"the store “{store.id}” has no {noun} “{name}”",
                    span=loaded.document.span(path),
                    suggestion=word,
                    hint=hint or _what_it_has(key, known),
                )


def _what_it_has(key: str, known: Sequence[str]) -> str:
    if not known:
        return f"it has no “{key}:” at all"
    first = "; without “markets” a check runs in the first market of each store" if key == "markets" else ""
    return f"it has {listing(known)}{first}"


def _keys(loaded: Loaded) -> tuple[str, ...]:
    return tuple(registry.kind("check", loaded.kind).cls.__dataclass_fields__)


def judge_dependencies(checks: Sequence[Loaded]) -> Iterator[Diagnostic]:
    """`depends_on` names other checks, and not in a circle."""
    needs: dict[str, list[str]] = {}
    known = dict.fromkeys(each.id for each in checks)
    for loaded in checks:
        asked = list(named(loaded, "depends_on"))
        needs[loaded.id] = [name for _, name in asked]
        for path, name in asked:
            if name in known and name != loaded.id:
                continue
            others = [each for each in known if each != loaded.id]
            word, hint = did_you_mean(name, others)
            itself = name == loaded.id
            yield Diagnostic(
                code="E303",
                message="a check cannot depend on itself" if itself else f"there is no check “{name}”",
                span=loaded.document.span(path),
                suggestion=None if itself else word,
                hint="take it out" if itself else hint or _others(others),
            )
    yield from _circles(checks, needs)


def judge_renames(checks: Sequence[Loaded]) -> Iterator[Diagnostic]:
    """`moved_from` names the id of no document that is still there, and each id only once."""
    here = {each.id: each for each in checks}
    movers: dict[str, Loaded] = {}
    for loaded in checks:
        old = loaded.document.data.get("moved_from")
        if not isinstance(old, (str, int)) or ("moved_from",) in loaded.broken:
            continue
        say = partial(Diagnostic, code="E317", span=loaded.document.span(("moved_from",)))
        if str(old) == loaded.id:
            yield say(
                message=f"“{old}” is the id that this check has now",
                hint="write the id it had before, or take “moved_from” out",
            )
        elif str(old) in here:
            there = here[str(old)].document.span(("id",))
            yield say(
                message=f"“{old}” is still there, so its history cannot move here",
                hint=f"if both are meant, take “moved_from” out; else delete the check “{old}”",
                related=(Related(message="it is here", span=there),),
            )
        elif str(old) in movers:
            first = movers[str(old)].document.span(("moved_from",))
            yield say(
                message=f"the history of “{old}” has moved to another check already",
                hint="one history follows one check: keep one of the two",
                related=(Related(message="first said here", span=first),),
            )
        else:
            movers[str(old)] = loaded


def judge_vendor(loaded: Loaded) -> Iterator[Diagnostic]:
    """The examples of a vendor file, tried: a file that reads hits otherwise than it says would mislead."""
    if loaded.context or loaded.document.positions is not None:
        return
    for path, message in loaded.check.differences():
        yield Diagnostic(
            code="E346",
            message=message,
            span=loaded.document.span(path),
            hint="“nano-sre pixels test FILE” shows all that is read of it",
        )


def _others(ids: list[str]) -> str:
    return f"the others are {listing(ids)}" if ids else "there are no others"


def _circles(checks: Sequence[Loaded], needs: dict[str, list[str]]) -> Iterator[Diagnostic]:
    told: set[frozenset[str]] = set()
    for loaded in checks:
        way = _way_back(loaded.id, loaded.id, needs, ())
        if len(way) > 1 and frozenset(way) not in told:
            told.add(frozenset(way))
            yield Diagnostic(
                code="E310",
                message=f"these checks depend on each other in a circle: {' → '.join((*way, loaded.id))}",
                span=loaded.document.span(("depends_on",), key=True),
                hint="take one of them out: each would hold back the alerts of the other",
            )


def _way_back(start: str, here: str, needs: dict[str, list[str]], gone: tuple[str, ...]) -> tuple[str, ...]:
    """The ids on a way from `here` to `start`; empty when there is none."""
    for name in needs.get(here, ()):
        if name == start:
            return (*gone, here)
        if name not in (*gone, here):
            found = _way_back(start, name, needs, (*gone, here))
            if found:
                return found
    return ()


def named(loaded: Loaded, key: str) -> list[tuple[Path_, str]]:
    """The names under a key that takes one or a list, each with its path."""
    value = loaded.document.data.get(key)
    if isinstance(value, list):
        return [((key, i), str(v)) for i, v in enumerate(value) if isinstance(v, (str, int))]
    return [((key,), str(value))] if isinstance(value, (str, int)) else []


def ids_in(value: Any) -> list[str]:
    """The names in a value that may be one or a list."""
    if isinstance(value, list):
        return [str(v) for v in value]
    return [str(value)] if isinstance(value, (str, int)) else []
