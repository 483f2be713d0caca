"""What needs several documents: stores, fragments, references. Everything is told, nothing is raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nano_sre.core.diagnostics import Diagnostic, Related, Span, sort_key
from nano_sre.core.program import StepCall
from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import canonical, content_hash, positions_of
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.references import check_references
from nano_sre.spec.suggest import did_you_mean, listing


@dataclass(slots=True)
class Linked:
    """A check with its stores found and its fragments in place: ready to compile, compare and store."""

    loaded: Loaded
    check: Any
    stores: tuple[Loaded, ...]
    canonical: dict[str, Any] = field(default_factory=dict)
    hash: str = ""
    positions: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.check.id)

    @property
    def span(self) -> Span:
        return self.loaded.document.span()

    def at(self, *path: str | int) -> Span:
        return self.loaded.document.span(path)


@dataclass(slots=True)
class Linkage:
    checks: list[Linked]
    stores: list[Linked]
    diagnostics: list[Diagnostic]


def link(project: Project, *, environ: Mapping[str, str] | None = None) -> Linkage:
    """Resolve every reference of a project. `environ` (when given) is asked which variables are set."""
    told = list(project.diagnostics)
    told += _duplicate_ids(project)
    fragments = {each.id: each for each in project.of_kind("fragment")}
    linked = []
    for loaded in project.checks:
        stores = _stores_of(loaded, project, told)
        told += check_references(loaded, stores=stores, fragments=fragments, environ=environ)
        if loaded.sound:
            check = _expanded(loaded, fragments, told)
            _judge(check, loaded, stores, project, told)
            linked.append(_finished(Linked(loaded, check, stores)))
    for fragment in fragments.values():
        told += check_references(fragment, stores=(), fragments=fragments, environ=None)
    stores_linked = []
    for store in project.of_kind("store"):
        told += check_references(store, stores=(store,), fragments={}, environ=environ)
        if store.sound and not store.context:
            stores_linked.append(_finished(Linked(store, store.check, ())))
    return Linkage(linked, stores_linked, sorted(_once(told), key=sort_key))


def _once(told: list[Diagnostic]) -> list[Diagnostic]:
    return list({(d.code, d.message, d.span): d for d in told}.values())


def _finished(linked: Linked) -> Linked:
    linked.canonical = canonical(linked.check)
    linked.hash = content_hash(linked.canonical)
    linked.positions = positions_of(linked.check, linked.loaded.document)
    return linked


def _duplicate_ids(project: Project) -> Iterator[Diagnostic]:
    places: dict[str, list[Loaded]] = defaultdict(list)
    for each in project.loaded:
        if each.id and ("id",) not in each.broken:
            places[each.id].append(each)
    for name, found in places.items():
        for again in found[1:]:
            yield Diagnostic(
                code="E302",
                message=f"the id “{name}” is taken",
                span=again.document.span(("id",)),
                hint="history hangs on the id: give each document its own",
                related=(Related(message="first used here", span=found[0].document.span(("id",))),),
            )


def _stores_of(loaded: Loaded, project: Project, told: list[Diagnostic]) -> tuple[Loaded, ...]:
    stores = project.of_kind("store")
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
    skipped = (
        (loaded.document.data.get("skip") or {}) if isinstance(loaded.document.data.get("skip"), dict) else {}
    )
    leave_out = _ids(skipped.get("stores"))
    _known_stores(loaded, leave_out, ("skip", "stores"), stores, told)
    return tuple(s for s in chosen if s.id not in leave_out)


def _ids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    return [str(value)] if isinstance(value, (str, int)) else []


def _chosen(loaded: Loaded, choice: Any, stores: list[Loaded], told: list[Diagnostic]) -> list[Loaded]:
    if choice == "all":
        return stores
    if isinstance(choice, dict):
        tags = set(_ids(choice.get("tags")))
        found = [s for s in stores if tags <= set(_ids(s.document.data.get("tags")))]
        if not found:
            known = sorted({t for s in stores for t in _ids(s.document.data.get("tags"))})
            word, hint = did_you_mean(next(iter(tags), ""), known)
            told.append(
                Diagnostic(
                    code="E308",
                    message=f"no store has the tag {' and '.join(sorted(tags))}",
                    span=loaded.document.span(("stores", "tags")),
                    suggestion=word,
                    hint=hint
                    or (f"the tags are {listing(known)}" if known else "no store document has tags"),
                )
            )
        return found
    names = _ids(choice)
    _known_stores(loaded, names, ("stores",), stores, told)
    return [s for s in stores if s.id in names]


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
                    hint="say “stores: all” or list the ids",
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


def _expanded(loaded: Loaded, fragments: Mapping[str, Loaded], told: list[Diagnostic]) -> Any:
    """The check with every `use` replaced by its fragment's steps."""
    changes = {
        name: _expand(getattr(loaded.check, name), fragments, told, ())
        for name in ("steps", "always")
        if isinstance(getattr(loaded.check, name, None), tuple)
    }
    return replace(loaded.check, **changes) if changes else loaded.check


def _expand(
    calls: tuple[StepCall, ...],
    fragments: Mapping[str, Loaded],
    told: list[Diagnostic],
    inside: tuple[str, ...],
) -> tuple[StepCall, ...]:
    expanded: list[StepCall] = []
    for call in calls:
        if call.verb != "use":
            expanded.append(call)
            continue
        name = str(call.step.fragment)
        if name in inside:
            told.append(
                Diagnostic(
                    code="E310",
                    message=f"the fragment “{name}” uses itself: {' → '.join((*inside, name))}",
                    span=call.span,
                )
            )
        elif name in fragments:  # an unknown one has been told with the references
            expanded += _expand(
                _fragment_steps(call, fragments[name], told), fragments, told, (*inside, name)
            )
    return tuple(expanded)


def _fragment_steps(call: StepCall, fragment: Loaded, told: list[Diagnostic]) -> tuple[StepCall, ...]:
    if not fragment.sound:
        return ()
    declared = fragment.check.inputs
    given = {k: str(v) for k, v in call.step.with_.items()}
    for name in given.keys() - declared.keys():
        word, hint = did_you_mean(name, declared)
        told.append(
            Diagnostic(
                code="E309",
                message=f"the fragment “{fragment.id}” takes no input “{name}”",
                span=call.span,
                suggestion=word,
                hint=hint or f"it takes {listing(declared) or 'none'}",
            )
        )
    values = {n: given.get(n, i.default) for n, i in declared.items()}
    told += [
        Diagnostic(
            code="E309",
            message=f"the fragment “{fragment.id}” needs the input “{name}”",
            span=call.span,
            hint=f"write “use: {{fragment: {fragment.id}, with: {{{name}: …}}}}”",
        )
        for name, value in values.items()
        if value is None
    ]
    inputs = {n: v for n, v in values.items() if v is not None}
    binder = Binder(fragment.document, set(), inputs=inputs, used_at=call.span)
    steps = binder.steps(("steps",))
    told += binder.told
    return steps


def _judge(
    check: Any, loaded: Loaded, stores: tuple[Loaded, ...], project: Project, told: list[Diagnostic]
) -> None:
    document = loaded.document
    steps = getattr(check, "steps", None)
    if steps is not None and not any(getattr(c.step, "asserts", False) for c in steps):
        told.append(
            Diagnostic(
                code="E401",
                message=f"“{loaded.id}” checks nothing: it would pass whatever the store does",
                span=document.span(("steps",), key=True),
                hint="add a step that checks something: see, expect, add_to_cart, see_payment …",
            )
        )
    if check.every is not None and check.cron is not None:
        told.append(
            Diagnostic(
                code="E408",
                message="“every” and “cron” both say when the check runs",
                span=document.span(("cron",), key=True),
                hint="keep one of the two",
            )
        )
    known = [each.id for each in project.checks]
    for index, name in enumerate(check.depends_on):
        if name not in known or name == check.id:
            word, hint = did_you_mean(name, [k for k in known if k != check.id])
            told.append(
                Diagnostic(
                    code="E303",
                    message=f"there is no other check “{name}”",
                    span=document.span(("depends_on", index)),
                    suggestion=word,
                    hint=hint,
                )
            )
    for store in stores:
        if store.sound:
            _names_of_store(check, loaded, store, told)


def _names_of_store(check: Any, loaded: Loaded, store: Loaded, told: list[Diagnostic]) -> None:
    wanted: list[tuple[str, str, tuple[str, ...], Mapping[str, Any]]] = [
        ("E306", "market", check.markets, store.check.markets)
    ]
    if hasattr(check, "devices"):
        wanted.append(("E305", "device", check.devices, store.check.device_specs()))
    for code, noun, names, known in wanted:
        for index, name in enumerate(names):
            if name not in known:
                word, hint = did_you_mean(name, known)
                path: Path_ = (f"{noun}s", index)
                if not isinstance(loaded.document.data.get(f"{noun}s"), list):
                    path = (f"{noun}s",)
                told.append(
                    Diagnostic(
                        code=code,
                        message=f"the store “{store.id}” has no {noun} “{name}”",
                        span=loaded.document.span(path),
                        suggestion=word,
                        hint=hint or f"it has {listing(known)}",
                    )
                )
