"""What `run` and `test` say before anything runs: nothing matched, a check is paused, a variable is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from nano_sre.cli.common import Exit, Stop, say


def must_match(chosen: Sequence[Any], selection: Any, linkage: Any) -> None:
    """Stops with 9 when a selection takes nothing; notes a check that was named but is paused."""
    from nano_sre.service import paused_by

    _not_elsewhere(chosen, selection, linkage)
    paused = paused_by(linkage, selection)
    _every_name(chosen, selection, [*(each.id for each in paused)], [each.id for each in linkage.checks])
    if chosen:
        for each in paused:
            if each.id in selection.ids:
                say(f"{_paused(each)}: it does not run")
        return
    if paused:
        raise Stop(
            Exit.NOTHING,
            "; ".join(_paused(each) for each in paused[:5]) + ("; …" if len(paused) > 5 else ""),
            hint="take “enabled: false” out to run it",
        )
    _tell_what_is_strange(selection, linkage)
    known = [each.id for each in linkage.checks]
    raise Stop(
        Exit.NOTHING,
        f"no check matches {selection}",
        hint=_nearest_or_all(selection.ids[:1], known, "checks"),
    )


def of_trigger(name: str | None, triggers: Any) -> Any:
    """What a trigger of an applied triggers.yaml runs; None without a name. Stops with 9 when there is none of it."""
    if name is None:
        return None
    known = {each.name: each.run for each in triggers.triggers}
    if name not in known:
        hint = "nano-sre apply registers triggers.yaml with the checks" if not known else None
        raise Stop(
            Exit.NOTHING,
            f"no trigger that is applied is called “{name}”",
            hint=hint or _nearest_or_all([name], sorted(known), "triggers"),
        )
    return known[name]


def wanted(everything: Sequence[Any], selection: Any, linkage: Any, choice: Any) -> list[Any]:
    """The programs that a selection and, if there is one, the choice of a trigger take together. Stops with 9 when
    that is nothing.
    """
    chosen = [each for each in everything if selection.takes(each)]
    must_match(chosen, selection, linkage)
    taken = [each for each in chosen if choice is None or choice.takes(each)]
    if not taken:
        raise Stop(
            Exit.NOTHING,
            "the trigger runs none of these checks",
            hint="its “run” in triggers.yaml says which",
        )
    return taken


def _not_elsewhere(chosen: Sequence[Any], selection: Any, linkage: Any) -> None:
    """Stops with 9 at a check that was named, but is for another environment."""
    there = {each.check_id for each in chosen}
    for each in linkage.checks:
        only = each.check.only_in
        if only and each.id in selection.ids and each.id not in there and each.check.enabled:
            raise Stop(
                Exit.NOTHING,
                f"{each.id} runs in {' and '.join(only)} only ({each.at('only_in')})",
                hint=f"to run it there: --env {only[0]}",
            )


def _every_name(chosen: Sequence[Any], selection: Any, paused: Sequence[str], known: Sequence[str]) -> None:
    """Stops with 9 at a name that takes nothing, though others do: half a selection is a typo, not a wish."""
    for name in selection.ids:
        taken = any(selection.names(each, name) for each in chosen)
        if chosen and not taken and not any(fnmatchcase(each, name) for each in paused):
            raise Stop(
                Exit.NOTHING, f"no check matches {name}", hint=_nearest_or_all([name], known, "checks")
            )


def _paused(linked: Any) -> str:
    place = linked.loaded.document.span(("enabled",), key=True)
    return f"{linked.id} is paused (enabled: false, {place})"


def _tell_what_is_strange(selection: Any, linkage: Any) -> None:
    """Stops at the first word of an option that nothing here is called."""
    from nano_sre.spec.compile import programs

    made = programs(linkage.checks)
    asked: tuple[tuple[str, str, Sequence[str], Iterable[str | None]], ...] = (
        ("no check has the tag", "tags", selection.tags, (t for c in linkage.checks for t in c.check.tags)),
        ("no check is of kind", "kinds", selection.kinds, (c.check.kind_name for c in linkage.checks)),
        ("no check runs on a store", "stores", selection.stores, (p.store.id for p in made)),
        ("no check runs on a device", "devices", selection.devices, (p.device_id for p in made)),
    )
    for words, noun, given, there in asked:
        known = sorted({name for name in there if name})
        for name in given:
            if name not in known:
                raise Stop(Exit.NOTHING, f"{words} “{name}”", hint=_nearest_or_all([name], known, noun))


def _nearest_or_all(given: Sequence[str], known: Sequence[str], noun: str) -> str:
    from nano_sre.spec.suggest import did_you_mean, listing

    hint = did_you_mean(given[0], known)[1] if given else None
    return hint or (f"the {noun} are {listing(known)}" if known else f"there are no {noun} here")


def unreadable(snapshot: Any, project: Any) -> list[str]:
    """Says which registered checks cannot be read any more, and so do not run; their ids."""
    from nano_sre.spec.listing import ARRANGEMENTS

    runs = [row for row in snapshot.checks if row.kind not in ARRANGEMENTS.values()]
    pairs = zip(runs, project.loaded, strict=True)
    names = [row.check_id for row, loaded in pairs if not loaded.sound]
    for name in names:
        say(f"! “{name}” does not run: what is registered of it cannot be read; nano-sre apply puts it back")
    return names


def must_be_set(chosen: Sequence[Any], environ: Mapping[str, str]) -> None:
    """Stops with 3 when a variable that the run reads is not set, or holds no address where one is needed."""
    from nano_sre.service import secret_troubles, unset_variables, wrong_addresses

    unset = unset_variables(chosen, environ)
    if unset:
        words = f"variable {unset[0]} is" if len(unset) == 1 else f"variables {', '.join(unset)} are"
        raise Stop(
            Exit.INVALID,
            f"the environment {words} not set",
            hint="set it, or write it into a file named .env",
        )
    troubles = secret_troubles(chosen, environ)
    if troubles:
        raise Stop(Exit.INVALID, troubles[0], hint="set it anew, or correct it in the file named .env")
    wrong = wrong_addresses(chosen, environ)
    if wrong:
        raise Stop(Exit.INVALID, wrong[0], hint="set it anew, or correct it in the file named .env")
