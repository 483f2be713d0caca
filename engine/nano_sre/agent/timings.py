"""The timings of what is applied: checks with `every` or `cron`, and the triggers that follow the clock."""

from __future__ import annotations

from collections.abc import Iterable

from nano_sre.agent.schedule import Timing
from nano_sre.core.program import PRODUCTION
from nano_sre.core.trigger import NamedTrigger
from nano_sre.spec.link import Linked


def check_timing_name(store_id: str, check_id: str) -> str:
    """What a timetable calls the targets of a check in one store."""
    return f"check/{store_id}/{check_id}"


def trigger_timing_name(trigger: str) -> str:
    """What a timetable calls a trigger."""
    return f"trigger/{trigger}"


def check_timings(checks: Iterable[Linked]) -> list[Timing]:
    """One timing for each check in each of its stores, on that store's clock; those that share a visit together."""
    timings = []
    for each in checks:
        check = each.check
        if not check.enabled or (check.every is None and check.cron is None):
            continue
        for loaded in each.stores:
            store = loaded.check
            if check.only_in and (store.environment or PRODUCTION) not in check.only_in:
                continue
            watched = each.journey.id if each.journey else each.id
            timings.append(
                Timing(
                    name=check_timing_name(store.id, each.id),
                    every=check.every,
                    cron=check.cron,
                    timezone=store.timezone,
                    together=f"{store.id}/{watched}",
                )
            )
    return timings


def trigger_timings(triggers: Iterable[NamedTrigger]) -> list[Timing]:
    """The timings of those triggers that follow the clock."""
    return [
        Timing(
            name=trigger_timing_name(each.name),
            every=getattr(each.kind, "interval", None),
            cron=getattr(each.kind, "line", None),
            timezone=each.timezone,
        )
        for each in triggers
        if each.kind.comes == "timetable"
    ]
