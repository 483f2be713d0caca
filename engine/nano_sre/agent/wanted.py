"""From what is due to what is to run: the programs behind ticks and events."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from nano_sre.agent.applied import Applied
from nano_sre.agent.rounds import Wanted
from nano_sre.agent.schedule import Fire, Timing
from nano_sre.agent.timings import check_timing_name, check_timings, trigger_timing_name, trigger_timings
from nano_sre.core.program import Program
from nano_sre.core.trigger import NamedTrigger, RunChoice, TriggerEvent

ALL = RunChoice(everything="all")


def timings(applied: Applied, named: Iterable[NamedTrigger]) -> list[Timing]:
    """When each check is due by its own word, and each trigger that is a timetable."""
    return [*check_timings(applied.linkage.checks), *trigger_timings(named)]


def targets(applied: Applied, named: Iterable[NamedTrigger]) -> dict[str, list[Program]]:
    """What runs when the timing of a name is due."""
    due: dict[str, list[Program]] = {}
    for program in applied.programs:
        due.setdefault(check_timing_name(program.store.id, program.check_id), []).append(program)
    for each in named:
        if each.kind.comes == "timetable":
            due[trigger_timing_name(each.name)] = applied.chosen(each.run)
    return due


def of_fires(applied: Applied, named: Iterable[NamedTrigger], fires: Sequence[Fire]) -> Iterator[Wanted]:
    """What the ticks of a pass run. A tick whose check or trigger went away meanwhile runs nothing."""
    if not fires:
        return
    due = targets(applied, named)
    for fire in fires:
        yield from (Wanted(program=program, key=fire.key) for program in due.get(fire.name, ()))


def of_events(
    applied: Applied,
    named: Iterable[NamedTrigger],
    events: Iterable[TriggerEvent],
    *,
    foreign: Container[str] = (),
) -> Iterator[Wanted]:
    """What events run. They are patient: what happened wants a look that began after it happened.

    An event of a `foreign` trigger, an object of somebody's own, runs everything; one whose trigger left
    triggers.yaml meanwhile runs nothing.
    """
    choices = {each.name: each.run for each in named}
    for event in events:
        choice = choices.get(event.trigger, ALL if event.trigger in foreign else None)
        chosen = [] if choice is None else applied.chosen(choice)
        yield from (Wanted(program=program, key=event.run_key, patient=True) for program in chosen)
