"""What needs several documents: stores, fragments, references. Everything is told, nothing is raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from yaml import MappingNode

from nano_sre.core.diagnostics import Diagnostic, Related, Span, sort_key
from nano_sre.core.program import StepCall, every
from nano_sre.spec.advice import advise
from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import canonical, content_hash, positions_of
from nano_sre.spec.environments import as_registered, judge_only_in, judge_stores, judged_in, placed
from nano_sre.spec.inputs import filled
from nano_sre.spec.judge import (
    judge_check,
    judge_dependencies,
    judge_document,
    judge_given_secrets,
    judge_renames,
    judge_vendor,
)
from nano_sre.spec.judge_arrangements import facts_of, judge_arrangements
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.references import check_references, used_by
from nano_sre.spec.shopping import judge_shopping
from nano_sre.spec.step_rules import judge_steps, review_notes
from nano_sre.spec.stores_of import stores_of
from nano_sre.spec.suggest import listing
from nano_sre.spec.tracking import judge_tracking
from nano_sre.spec.watching import join_journeys


@dataclass
class Linked:
    """A check with its stores found and its fragments in place: ready to compile, compare and store."""

    loaded: Loaded
    check: Any
    stores: tuple[Loaded, ...]
    journey: Linked | None = None  # the one that it watches
    vendors: tuple[Any, ...] = ()  # the project's own, whose hits every visit keeps to itself

    @cached_property
    def canonical(self) -> dict[str, Any]:
        return canonical(self.check)

    @cached_property
    def hash(self) -> str:
        return content_hash(self.canonical)

    @cached_property
    def positions(self) -> dict[str, list[Any]]:
        return positions_of(self.check, self.loaded.document)

    @property
    def id(self) -> str:
        return str(self.check.id)

    @property
    def span(self) -> Span:
        return self.loaded.document.span()

    def at(self, *path: str | int, key: bool = False) -> Span:
        return self.loaded.document.span(path, key=key)


@dataclass(slots=True)
class Around:
    """What checks are linked with: the stores as they stand in one environment, and the fragments."""

    stores: list[Loaded]
    there: set[str]  # ids of the stores that have the environment
    written: dict[str, Loaded]  # the stores as they are written, by id
    fragments: dict[str, Loaded]

    @classmethod
    def of(cls, loaded: Iterable[Loaded], environment: str | None = None) -> Around:
        documents = list(loaded)
        written = [each for each in documents if each.kind == "store"]
        here = [placed(store, environment) for store in written]
        return cls(
            stores=[found or store for found, store in zip(here, written, strict=True)],
            there={store.id for found, store in zip(here, written, strict=True) if found is not None},
            written={store.id: store for store in written},
            fragments={each.id: each for each in documents if each.kind == "fragment"},
        )


@dataclass(slots=True)
class Alone:
    """What linking one check tells with nothing known but the stores and the fragments."""

    advice: tuple[Diagnostic, ...] = ()
    told: tuple[Diagnostic, ...] = ()
    stores: tuple[Loaded, ...] = ()
    uses: tuple[str, ...] = ()  # ids of fragments
    linked: Linked | None = None


@dataclass(slots=True)
class Linkage:
    checks: list[Linked]
    stores: list[Linked]
    diagnostics: list[Diagnostic]
    arrangements: list[Linked] = field(default_factory=list)
    described: list[Linked] = field(default_factory=list)  # vendors, rules and alerters of the project's own


def link(
    project: Project, *, environ: Mapping[str, str] | None = None, environment: str | None = None
) -> Linkage:
    """Resolve every reference of a project, in one environment of its stores.

    `environ` (when given) is asked which variables are set; `environment` is what `--env` names.
    """
    told = list(project.diagnostics)
    told += _duplicate_ids(project)
    told += [each for loaded in project.loaded if not loaded.context for each in advice_on(loaded)]
    around = Around.of(project.loaded, environment)
    fragments = around.fragments
    users: dict[str, list[Loaded]] = {name: [] for name in fragments}
    linked, facts = [], []
    written = project.of_kind("store")
    told += judge_stores(written, environment)
    for loaded in project.checks:
        alone = loaded.alone or link_alone(loaded, around=around, environ=environ)
        told += alone.told
        for name in alone.uses:
            users[name] += [store for store in alone.stores if store not in users[name]]
        if project.arrangements:  # else nobody asks for them
            facts.append(facts_of(loaded, () if loaded.document.data.get("during") else alone.stores))
        if alone.linked:
            linked.append(alone.linked)
    told += judge_dependencies(project.checks)
    told += judge_renames(project.checks)
    elsewhere = [_journey_elsewhere(each, around.stores, fragments) for each in project.journeys_elsewhere]
    linked = join_journeys(linked, elsewhere, project.loaded, told)
    told += judge_tracking(linked, project)
    for name, fragment in fragments.items():
        told += check_references(fragment, stores=tuple(users[name]), fragments=fragments, environ=environ)
    stores_linked = []
    for store in written:
        here = placed(store, environment) or store
        told += check_references(
            store, stores=(here,), fragments={}, environ=environ, environment=environment
        )
        if store.sound and not store.context:
            stores_linked.append(Linked(store, as_registered(store, environment), ()))
    vendors = [Linked(each, each.check, ()) for each in project.of_kind("vendor") if each.sound]
    rules = [Linked(each, each.check, ()) for each in project.of_kind("rules") if each.sound]
    for vendor in vendors:
        told += judge_vendor(vendor.loaded)
    described = [Linked(each, each.check, ()) for each in project.of_kind("alerter") if each.sound]
    if project.of_kind("alerter"):
        from nano_sre.spec.judge_alerters import judge_alerters  # noqa: PLC0415 - few projects have any

        told += judge_alerters(project)
    if project.of_kind("rules"):
        from nano_sre.spec.judge_rules import judge_rules  # noqa: PLC0415 - few projects have any

        told += judge_rules(project)
    for check in (*linked, *elsewhere):
        check.vendors = tuple(each.check for each in vendors)
    told += judge_arrangements(project, facts, [store.id for store in written], environ)
    told = _perhaps_unread(told, project)
    arranged = [Linked(each, each.check, ()) for each in project.arrangements if each.sound]
    mine = [each for each in (*vendors, *rules, *described) if not each.loaded.context]
    return Linkage(linked, stores_linked, sorted(_once(told), key=sort_key), arranged, mine)


def _perhaps_unread(told: list[Diagnostic], project: Project) -> list[Diagnostic]:
    """What is missing may stand in a file that nobody could read: then that is what is to be mended."""
    read = {loaded.document.file for loaded in project.loaded}
    unread = [d.span.file for d in project.diagnostics if d.code.startswith("E10") and d.span]
    unread = [file for file in dict.fromkeys(unread) if file not in read]
    if not unread:
        return told
    hint = f"it may be in {listing(unread, most=3)}, which cannot be read: mend that first"
    missing = ("E303", "E304", "E308", "E344", "E430")
    return [replace(d, hint=hint) if d.code in missing and not d.suggestion else d for d in told]


def link_alone(loaded: Loaded, *, around: Around, environ: Mapping[str, str] | None) -> Alone:
    """One check with its stores and fragments. What needs the other checks comes after, in `link`: `validate`
    keeps what this tells until the document, a store or a fragment changes, and does not ask again.
    """
    told: list[Diagnostic] = []
    fragments = around.fragments
    chosen = stores_of(loaded, around.stores, told if _has_stores_of_its_own(loaded) else [])
    told += judge_only_in(loaded, chosen)
    stores = tuple(store for store in chosen if store.id in around.there)
    held = judged_in(loaded, stores, around.written)
    told += check_references(loaded, stores=held, fragments=fragments, environ=environ)
    told += judge_document(loaded, held)
    linked = None
    if loaded.sound:
        check = _expanded(loaded, fragments, told)
        if _is_whole(loaded.check, fragments):
            told += judge_check(check, loaded)
        told += judge_shopping(check, stores)
        told += judge_steps(check, loaded, stores)
        told += judge_given_secrets(check)
        linked = Linked(loaded, check, stores)
    return Alone(told=tuple(told), stores=held, uses=tuple(used_by(loaded, fragments)), linked=linked)


def _is_whole(check: Any, fragments: Mapping[str, Loaded], inside: tuple[str, ...] = ()) -> bool:
    """Whether every fragment that the check uses is there and sound: else nobody knows what its steps are."""
    used = [str(c.step.fragment) for c in every(getattr(check, "steps", None) or ()) if c.verb == "use"]
    return all(
        name in inside
        or (
            name in fragments
            and fragments[name].sound
            and _is_whole(fragments[name].check, fragments, (*inside, name))
        )
        for name in used
    )


def advice_on(loaded: Loaded) -> Iterable[Diagnostic]:
    """What is told to the author of one document, whatever it is linked with."""
    return (*advise(loaded), *review_notes(loaded)) if loaded.alone is None else loaded.alone.advice


def _has_stores_of_its_own(loaded: Loaded) -> bool:
    """A check that watches a journey follows it, unless it says otherwise."""
    return loaded.document.data.get("stores") is not None or not loaded.document.data.get("during")


def _journey_elsewhere(loaded: Loaded, stores: list[Loaded], fragments: Mapping[str, Loaded]) -> Linked:
    """A journey of a file that was not asked for, because a check that was asked for watches it."""
    return Linked(loaded, _expanded(loaded, fragments, []), stores_of(loaded, stores, []))


def _once(told: list[Diagnostic]) -> list[Diagnostic]:
    return list({(d.code, d.message, d.span): d for d in told}.values())


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
        if call.inner:
            inner = _expand(call.inner, fragments, told, inside)
            expanded.append(replace(call, step=replace(call.step, steps=inner)))
            continue
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
                    hint="take this step out, or put what both need into a third fragment",
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
    given = call.step.with_  # what does not fit is told with the references
    values = {n: given.get(n, i.default) for n, i in declared.items()}
    node = filled(fragment.document.node, {n: v for n, v in values.items() if v is not None})
    assert isinstance(node, MappingNode)
    binder = Binder(replace(fragment.document, node=node), set(), used_at=call.span)
    steps = binder.steps(("steps",))
    told += binder.told
    return steps
