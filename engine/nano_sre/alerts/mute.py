"""Who must not be disturbed now: maintenance, snoozes, hours, and troubles that come from another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nano_sre.alerts.desk import Desk, Unit
from nano_sre.alerts.rules import is_own
from nano_sre.core.outbox import About

Why = tuple[str, datetime | None]
"""What holds a message back, in words, and until when, if that is known."""


def not_now(desk: Desk, about: About) -> Why | None:
    """What keeps every message about a trouble back, the good news included."""
    maintained = desk.rules.maintained(about, desk.now)
    if maintained:
        name, end = maintained
        return f"maintenance “{name}”", end
    opening = desk.rules.opening(about, desk.now)
    return None if opening is None else ("outside the hours of its route", opening)


def unmuted(desk: Desk, units: Sequence[Unit]) -> list[Unit]:
    """The beginnings that may be told now. The others are held, or told to nobody."""
    return [unit for unit in units if unit.openings and not _muted(desk, unit)]


def _muted(desk: Desk, unit: Unit) -> bool:
    about = unit.first.about
    if not desk.rules.recipients(about) and not unit.planned_for:
        return _drop(desk, unit, "no other alerter is left" if is_own(about) else "no route fits it")
    parent = _failing_parent(desk, about)
    if parent and parent[1] == "firing" and unit.closing and not unit.planned_for:
        return _drop(desk, unit, f"it was over before “{parent[0]}”, which it depends on")
    why = not_now(desk, about)
    if why and why[0].startswith("outside") and desk.rules.drops_outside(about) and not unit.planned_for:
        return _drop(desk, unit, "it began outside the hours of its route")
    why = why or _snoozed(desk, unit) or (parent and (f"“{parent[0]}”, which it depends on, fails", None))
    if not why:
        return False
    for each in unit.every:
        desk.hold(each, *why)
    return True


def _drop(desk: Desk, unit: Unit, why: str) -> bool:
    for each in unit.every:
        desk.drop(each, why)
    return True


def _snoozed(desk: Desk, unit: Unit) -> Why | None:
    until = desk.attention(unit.episode).snoozed_until
    return ("it is snoozed", until) if until and until > desk.now else None


def _failing_parent(desk: Desk, about: About) -> tuple[str, str] | None:
    """A check of the same store that fails, and on which this one depends; and whether that is certain yet.

    One step is enough: the check in between fails as well, and is held back by the one before it.
    """
    failing = desk.world.failing or {}
    for parent in (desk.rules.depends_on or {}).get(about.check_id, ()):
        how = failing.get((about.store_id, parent))
        if how:
            return parent, how
    return None
