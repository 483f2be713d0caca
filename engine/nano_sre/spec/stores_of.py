"""Which stores a check is for."""

from __future__ import annotations

from typing import Any

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.judge import ids_in
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded
from nano_sre.spec.suggest import did_you_mean, listing


def stores_of(loaded: Loaded, stores: list[Loaded], told: list[Diagnostic]) -> tuple[Loaded, ...]:
    """The stores of a check: those it names, those with its tags, or the nearest; less those it skips."""
    if not stores:
        told.append(
            Diagnostic(
                code="E307",
                message=f"“{loaded.id}” has no store",
                span=loaded.document.span(),
                hint="write a document of “kind: store” in this folder or above it",
            )
        )
        return ()
    choice = loaded.document.data.get("stores")
    chosen = _chosen(loaded, choice, stores, told) if choice is not None else _nearest(loaded, stores, told)
    skip = loaded.document.data.get("skip")
    leave_out = ids_in(skip.get("stores")) if isinstance(skip, dict) else []
    _known_stores(loaded, leave_out, ("skip", "stores"), stores, told)
    left = tuple(s for s in chosen if s.id not in leave_out)
    if chosen and not left:
        told.append(
            Diagnostic(
                code="E308",
                message=f"“{loaded.id}” runs nowhere: all its stores are skipped",
                span=loaded.document.span(("skip", "stores"), key=True),
                hint="to pause the check, write “enabled: false”",
            )
        )
    return left


def _chosen(loaded: Loaded, choice: Any, stores: list[Loaded], told: list[Diagnostic]) -> list[Loaded]:
    if choice == "all":
        return stores
    if isinstance(choice, dict):
        return _with_tags(loaded, ids_in(choice.get("tags")), stores, told)
    names = ids_in(choice)
    _known_stores(loaded, names, ("stores",), stores, told)
    return [s for s in stores if s.id in names]


def _with_tags(loaded: Loaded, tags: list[str], stores: list[Loaded], told: list[Diagnostic]) -> list[Loaded]:
    tags_of = {s.id: ids_in(s.document.data.get("tags")) for s in stores}
    known = sorted({tag for tags in tags_of.values() for tag in tags})
    found = [s for s in stores if set(tags) <= set(tags_of[s.id])]
    strange = [(i, tag) for i, tag in enumerate(tags) if tag not in known]
    for index, tag in strange:
        word, hint = did_you_mean(tag, known)
        told.append(
            Diagnostic(
                code="E308",
                message=f"no store has the tag “{tag}”",
                span=loaded.document.span(("stores", "tags", index)),
                suggestion=word,
                hint=hint or (f"the tags are {listing(known)}" if known else "no store document has tags"),
            )
        )
    if not found and not strange:
        told.append(
            Diagnostic(
                code="E308",
                message=f"no store has all of the tags {' and '.join(f'“{tag}”' for tag in tags)}",
                span=loaded.document.span(("stores", "tags"), key=True),
                hint="a store must have every tag of the list",
            )
        )
    return found


def _known_stores(
    loaded: Loaded, names: list[str], path: Path_, stores: list[Loaded], told: list[Diagnostic]
) -> None:
    known = [s.id for s in stores]
    for index, name in enumerate(names):
        if name not in known:
            word, hint = did_you_mean(name, known)
            told.append(
                Diagnostic(
                    code="E308",
                    message=f"there is no store “{name}”",
                    span=loaded.document.span((*path, index)),
                    suggestion=word,
                    hint=hint or f"the stores are {listing(known)}",
                )
            )


def _nearest(loaded: Loaded, stores: list[Loaded], told: list[Diagnostic]) -> list[Loaded]:
    for folder in (loaded.folder, *loaded.folder.parents):
        here = [s for s in stores if s.folder == folder]
        if len(here) > 1:
            told.append(
                Diagnostic(
                    code="E307",
                    message=f"“{loaded.id}” could belong to {' or '.join(s.id for s in here)}",
                    span=loaded.document.span(),
                    hint=f"say “stores: all”, or list those it is for: “stores: [{here[0].id}]”; "
                    "or give each store a folder of its own, with its checks",
                )
            )
        if here:
            return here[:1]
    if len(stores) == 1:
        return stores
    told.append(
        Diagnostic(
            code="E307",
            message=f"“{loaded.id}” has no store in its folder or above it",
            span=loaded.document.span(),
            hint=f"say “stores:” with one of {listing(s.id for s in stores)}",
        )
    )
    return []
