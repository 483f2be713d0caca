"""Stores as they stand in one environment: `--env staging` replaces whole top-level keys and merges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.fields import Slug
from nano_sre.core.program import PRODUCTION
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.suggest import did_you_mean, listing


def environments_in(store: Loaded) -> list[str]:
    """The names under `environments` of a store document, as written."""
    table = store.document.data.get("environments")
    return [str(name) for name in table] if isinstance(table, dict) else []


def active(store: Loaded, environment: str | None) -> str:
    """The environment that is meant: what was asked for, what the document says, or production."""
    return environment or str(store.document.data.get("environment") or PRODUCTION)


def placed(store: Loaded, environment: str | None) -> Loaded | None:
    """The store as it stands in the environment that is meant; None when it has none of that name."""
    name = active(store, environment)
    if name == PRODUCTION:
        return replace(store, check=store.check.placed(PRODUCTION) if store.sound else None)
    if name not in environments_in(store):
        return None
    data = store.document.data
    said = data["environments"][name]
    document = replace(store.document, data=data | said if isinstance(said, dict) else data)
    return replace(store, document=document, check=store.check.placed(name) if store.sound else None)


def replaced_keys(store: Loaded, environment: str | None) -> set[str]:
    """The top-level keys of a store document that do not count in the environment that is meant."""
    name = active(store, environment)
    table = store.document.data.get("environments")
    said = table.get(name) if isinstance(table, dict) else None
    return {str(key) for key in said} if isinstance(said, dict) else set()


def as_registered(store: Loaded, environment: str | None) -> Any:
    """The store document as `apply --env` keeps it: whole, with the environment that was asked for."""
    if environment is None:
        return store.check
    kept = None if environment == PRODUCTION else Slug(environment)
    return replace(store.check, environment=kept)


def judged_in(check: Loaded, stores: Sequence[Loaded], written: dict[str, Loaded]) -> tuple[Loaded, ...]:
    """The stores whose names a check may use: a check for staging alone is held against staging."""
    only = check.document.data.get("only_in")
    wanted = [str(name) for name in (only if isinstance(only, list) else [only] if only else [])]
    found: list[Loaded] = []
    for store in stores:
        here = str(getattr(store.check, "environment", None) or PRODUCTION)
        if not wanted or here in wanted or not store.sound:
            found.append(store)
        else:
            found += [each for name in wanted if (each := placed(written[store.id], name)) is not None]
    return tuple(found)


def unknown_environment(project: Project, name: str | None) -> tuple[str, str] | None:
    """A sentence and a remedy when no store of a project has the environment; None when one does."""
    if name is None or name == PRODUCTION:
        return None
    known = list(dict.fromkeys(each for store in project.of_kind("store") for each in environments_in(store)))
    if name in known or not project.of_kind("store"):
        return None
    hint = did_you_mean(name, [*known, PRODUCTION])[1]
    there = f"the environments are {listing([PRODUCTION, *known])}"
    none = "no store document has “environments”, so there is only the store as it stands: leave --env out"
    return f"no store has an environment “{name}”", hint or (there if known else none)


def judge_stores(stores: Sequence[Loaded], environment: str | None) -> Iterator[Diagnostic]:
    """Stores that do not have the environment that is meant, or call one as they may not."""
    for store in stores:
        if PRODUCTION in environments_in(store):
            yield Diagnostic(
                code="E207",
                message=f"“{PRODUCTION}” is the store as it stands, so it is no environment of its own",
                span=store.document.span(("environments", PRODUCTION), key=True),
                hint="write its values at the left margin: without --env, or with --env production, they are meant",
            )
        name = active(store, environment)
        if name in (PRODUCTION, *environments_in(store)) or ("environment",) in store.broken:
            continue
        as_written = environment is None and store.document.positions is None
        if as_written:
            yield _unknown(
                store, ("environment",), name, environments_in(store), f"the store “{store.id}” has"
            )
        elif environment is not None or store.document.positions is not None:
            yield Diagnostic(
                code="E315",
                message=f"the store “{store.id}” has no environment “{name}”: nothing runs on it there",
                span=store.document.span(("id",)),
                severity="warning",
                hint=f"if it should, add “{name}” under its “environments:”",
            )


def judge_only_in(check: Loaded, stores: Sequence[Loaded]) -> Iterator[Diagnostic]:
    """`only_in` names environments that none of the check's stores has."""
    only = check.document.data.get("only_in")
    if ("only_in",) in check.broken or not stores:
        return
    known = list(dict.fromkeys(name for store in stores for name in environments_in(store)))
    many = isinstance(only, list)
    for index, name in enumerate(only if isinstance(only, list) else [only] if only else []):
        if str(name) not in (PRODUCTION, *known):
            path = ("only_in", index) if many else ("only_in",)
            who = f"the store “{stores[0].id}” has" if len(stores) == 1 else "no store of this check has"
            yield _unknown(check, path, str(name), known, who)


def _unknown(
    loaded: Loaded, path: tuple[str | int, ...], name: str, known: list[str], who: str
) -> Diagnostic:
    word, hint = did_you_mean(name, [*known, PRODUCTION])
    return Diagnostic(
        code="E315",
        message=f"{who} {'an' if who.startswith('no ') else 'no'} environment “{name}”",
        span=loaded.document.span(path),
        suggestion=word,
        hint=hint or f"there is {listing([PRODUCTION, *known])}",
    )
