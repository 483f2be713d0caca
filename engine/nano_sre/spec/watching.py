"""Checks that watch a visit: the journey they name, the devices and markets it has, the steps they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nano_sre.core import registry
from nano_sre.core.check import AROUND, WatchingCheck
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.program import JourneyParts, Modifiers, StepCall, WatchParts
from nano_sre.spec.judge import ids_in, named
from nano_sre.spec.project import Loaded
from nano_sre.spec.scope import names_in
from nano_sre.spec.suggest import did_you_mean, listing

if TYPE_CHECKING:
    from nano_sre.spec.link import Linked

OF_THE_JOURNEY = ("consent", "timeout")
"""Keys that say how a visit is made: a check that watches a journey leaves them to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNotFound:
    """Why a name means no step, in words; `suggestion` is the right word when we know it."""

    message: str
    hint: str
    suggestion: str | None = None


def step_named(wanted: str, calls: Sequence[StepCall]) -> int | StepNotFound:
    """The index of the step that `after` or `at` means: its name, or its verb where that is unique."""
    folded = " ".join(wanted.split()).casefold()
    names = [i for i, call in enumerate(calls) if (call.modifiers.name or "").casefold() == folded]
    found = names or [i for i, call in enumerate(calls) if call.verb == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        places = listing(str(calls[i].span or f"step {i + 1}") for i in found)
        how = "named so" if names else f"“{wanted}” in the journey"
        remedy = "give each a name of its own" if names else "give the one you mean a name, and say that"
        return StepNotFound(message=f"{len(found)} steps are {how}: {places}", hint=remedy)
    known = [call.modifiers.name or call.verb for call in calls]
    word, hint = did_you_mean(wanted, known)
    return StepNotFound(
        message=f"the journey has no step “{wanted}”",
        hint=hint or f"its steps are {listing(dict.fromkeys(known), most=20)}",
        suggestion=word,
    )


def join_journeys(
    linked: list[Linked], others: Sequence[Linked], everything: Sequence[Loaded], told: list[Diagnostic]
) -> list[Linked]:
    """Every check with the journey that it watches; `others` are journeys known from elsewhere."""
    by_id = {each.id: each for each in everything if each.kind not in AROUND}
    journeys = {each.id: each for each in (*others, *linked) if each.check.kind_name == "journey"}
    joined = []
    for each in linked:
        name = getattr(each.check, "during", None)
        if name is not None:
            if name not in journeys:
                told += _no_journey(each.loaded, name, by_id)
                continue
            each = _joined(each, journeys[name], told)  # noqa: PLW2901 -- the same check, knowing more
        joined.append(each)
    return joined


def _joined(check: Linked, journey: Linked, told: list[Diagnostic]) -> Linked:
    stores = _stores_watched(check, journey, told)
    told += _misplaced(check.loaded, journey.id)
    for key, code in (("devices", "E305"), ("markets", "E306")):
        told += _not_visited(check.loaded, journey, key, code)
    return replace(check, stores=stores, journey=journey)


def _no_journey(loaded: Loaded, name: str, by_id: Mapping[str, Loaded]) -> Iterator[Diagnostic]:
    found = by_id.get(name)
    if found is not None and found.kind == "journey":
        return  # what is wrong with it has been told
    journeys = [each.id for each in by_id.values() if each.kind == "journey"]
    word, hint = did_you_mean(name, journeys)
    message = f"there is no journey “{name}”"
    if found is not None:
        message, word, hint = (
            f"“{name}” is of “kind: {found.kind}”: only a journey can be watched",
            None,
            None,
        )
    other = f"the journeys are {listing(journeys)}" if journeys else "there are no journeys here"
    yield Diagnostic(
        code="E303",
        message=message,
        span=loaded.document.span(("during",)),
        suggestion=word,
        hint=hint or other,
    )


def _misplaced(loaded: Loaded, journey: str) -> Iterator[Diagnostic]:
    for key in OF_THE_JOURNEY:
        if key in loaded.document.data and loaded.document.positions is None:
            yield Diagnostic(
                code="E412",
                message=f"“{key}” has no effect here: the visit is made as “{journey}” says",
                span=loaded.document.span((key,), key=True),
                hint=f"take it out, or write “visit:” in place of “during:” for a visit with its own {key}",
            )


def _not_visited(loaded: Loaded, journey: Linked, key: str, code: str) -> Iterator[Diagnostic]:
    visited = visited_by(journey, key)
    there = {name for store in journey.stores for name in names_in(store, key)}
    for path, name in named(loaded, key):
        if name not in visited and name in there:  # what no store has, has been told
            word, hint = did_you_mean(name, visited)
            yield Diagnostic(
                code=code,
                message=f"the journey “{journey.id}” has no {key.removesuffix('s')} “{name}”",
                span=loaded.document.span(path),
                suggestion=word,
                hint=hint or f"it has {listing(visited)}: add “{name}” there, or take it out here",
            )


def visited_by(journey: Linked, key: str) -> tuple[str, ...]:
    """The devices or markets of a journey, those of its stores where it names none."""
    named_there: tuple[str, ...] = getattr(journey.check, key)
    stores = (store.check for store in journey.stores if store.sound)
    if key == "devices":
        return named_there or tuple(dict.fromkeys(d for store in stores for d in store.default_devices()))
    return named_there or tuple(dict.fromkeys(next(iter(store.markets)) for store in stores))


def _stores_watched(check: Linked, journey: Linked, told: list[Diagnostic]) -> tuple[Loaded, ...]:
    """The stores of a check that watches a journey: the journey's, or those of them that it names."""
    data = check.loaded.document.data
    if data.get("stores") is None:
        skip = data.get("skip")
        left_out = ids_in(skip.get("stores")) if isinstance(skip, dict) else []
        return tuple(store for store in journey.stores if store.id not in left_out)
    theirs = [store.id for store in journey.stores]
    told += [
        Diagnostic(
            code="E308",
            message=f"the journey “{journey.id}” is not for the store “{store.id}”",
            span=check.at("stores"),
            hint=f"it is for {listing(theirs)}; without “stores:” this check follows the journey",
        )
        for store in check.stores
        if store.id not in theirs
    ]
    return tuple(store for store in check.stores if store.id in theirs)


def watched_parts(linked: Linked, check: WatchingCheck, journey: Any) -> tuple[JourneyParts, WatchParts]:
    """What is driven and what watches it: the journey's steps, or a page after the other."""
    calls = check.watchers(linked.at)
    confirm = check.retries > 0
    if linked.journey is None:
        return _with_hosts(_own_visit(linked, check), check), WatchParts(calls=calls, confirm=confirm)
    watch = WatchParts(calls=calls, journey=journey.id, journey_name=journey.name, confirm=confirm)
    parts: JourneyParts = journey.compile(linked.journey.at)
    return _with_hosts(parts, check), watch


def _with_hosts(parts: JourneyParts, check: WatchingCheck) -> JourneyParts:
    """The visit of a check that wants hits to hosts of the shop's own read is made for it."""
    hosts: tuple[str, ...] = getattr(check, "first_party", ())
    return replace(parts, first_party=tuple(map(str, hosts))) if hosts else parts


def _own_visit(linked: Linked, check: WatchingCheck) -> JourneyParts:
    kind = registry.kind("step", "open").cls
    return JourneyParts(
        steps=tuple(
            StepCall(
                verb="open",
                step=kind(path=page.path),
                modifiers=Modifiers(name=f"Open {page.name} ({page.path})" if page.name else None),
                span=linked.at("visit", index),
            )
            for index, page in enumerate(check.visit)
        ),
        consent=check.consent,
    )


def explain_watch(watch: WatchParts, steps: Sequence[str]) -> list[str]:
    """What a check that watches does; `steps` are the sentences of the visit."""
    looks = [title for call in watch.calls for title in call.watcher.titles()]
    own = watch.journey is None
    loads = max((call.watcher.needs(own=own).loads for call in watch.calls), default=1)
    if loads > 1:
        looks.append(f"Make the whole visit {loads} times, each as a new shopper, for the median")
    if own:
        return [*steps, *looks]
    count = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    return [f"Watch the journey “{watch.journey_name}” ({watch.journey}, {count})", *looks]
