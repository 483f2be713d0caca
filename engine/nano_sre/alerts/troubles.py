"""Tells what began, grouped by what it has in common, and not more often than it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from nano_sre.alerts.desk import Desk, Unit, key_of
from nano_sre.alerts.mute import Why, not_now
from nano_sre.alerts.rules import is_own
from nano_sre.core.alert import TROUBLE, AlertKind
from nano_sre.core.outbox import Draft, Member, Pending, Thread


def tell_troubles(desk: Desk, units: Sequence[Unit]) -> None:
    """Plans one message for each group and alerter: of what fails, and of what failed and is over."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        about = unit.first.about
        groups.setdefault(desk.rules.group(about, no_data=unit.first.kind == "no_data"), []).append(unit)
    for group, members in groups.items():
        if not is_own(members[0].first.about) and desk.waits([each for u in members for each in u.openings]):
            for each in (each for unit in members for each in unit.every):
                desk.keep(each)
            continue
        for alerter in dict.fromkeys(_alerters(desk, members)):
            mine = [u for u in members if alerter in desk.rules.recipients(u.first.about)]
            _tell(desk, group, alerter, [u for u in mine if alerter not in u.planned_for])


def _alerters(desk: Desk, units: Sequence[Unit]) -> Iterator[str]:
    for unit in units:
        yield from desk.rules.recipients(unit.first.about)


def _tell(desk: Desk, group: str, alerter: str, units: list[Unit]) -> None:
    if not units:
        return
    thread = desk.thread_of(group, alerter)
    too_soon = _limited(desk, thread, units)
    if too_soon:
        for each in (each for unit in units for each in unit.every):
            desk.hold(each, *too_soon)
        return
    over = [u for u in units if u.closing]
    flapping = [u for u in units if not u.closing and any(o.kind == "flapping" for o in u.openings)]
    plain = [u for u in units if u not in over and u not in flapping]
    name = desk.name_of(group, units[0].first)
    if plain:
        kind: AlertKind = "no_data" if all(u.first.kind == "no_data" for u in plain) else "fired"
        _open(desk, Thread(name=name, alerter=alerter, group=group), kind, plain)
    if flapping:
        _open(desk, Thread(name=name, alerter=alerter, group=group), "flapping", flapping)
    if over:
        _tell_afterwards(desk, group, alerter, over)


def _limited(desk: Desk, thread: Thread | None, units: Sequence[Unit]) -> Why | None:
    """What makes a message to this thread come too soon. What is worse than all that was told never does."""
    if thread is None:
        return None
    worst = min(m.about.severity for m in thread.members)
    if min(u.first.about.severity for u in units) < worst:
        return None
    if any(delivery.kind in TROUBLE for delivery in thread.queued):
        return f"an earlier message to “{thread.alerter}” has not got through yet", None
    if thread.told_at is None:
        return None
    until = thread.told_at + timedelta(milliseconds=int(desk.rules.policy.at_most_every))
    if until <= desk.now:
        return None
    return f"“{thread.alerter}” was told of the same trouble at {thread.told_at:%H:%M} UTC", until


def _open(desk: Desk, fresh: Thread, kind: AlertKind, units: Sequence[Unit]) -> None:
    """A message in the group's thread, which begins with it if there is none."""
    thread = desk.threads.get((fresh.name, fresh.alerter), fresh)
    notices = [each for unit in units for each in unit.openings]
    desk.drafts.append(
        Draft(
            key=key_of(thread.name, kind, notices),
            alerter=thread.alerter,
            thread=thread.name,
            kind=kind,
            notices=tuple(each.id for each in notices),
            shown=tuple(u.first.id for u in units),
            remark=_why_late(units),
        )
    )
    told = {m.episode for m in thread.members if m.told}  # of a warning that has become a failure
    new = [_member(unit, quiet=kind == "flapping") for unit in units]
    desk.change(thread, [replace(m, told=m.episode in told) for m in new])


def _tell_afterwards(desk: Desk, group: str, alerter: str, units: Sequence[Unit]) -> None:
    """What was held is told when it is over as well: one message, a thread of its own."""
    name = f"{group}/{units[0].episode}"
    kind: AlertKind = "data_back" if all(u.first.kind == "no_data" for u in units) else "was_down"
    notices = [each for unit in units for each in unit.every]
    desk.drafts.append(
        Draft(
            key=key_of(name, kind, notices),
            alerter=alerter,
            thread=name,
            kind=kind,
            notices=tuple(each.id for each in notices),
            shown=tuple(u.first.id for u in units),
            ended={u.first.id: u.closing.at for u in units if u.closing},
            remark=_why_late(units),
        )
    )
    thread = desk.threads.get((name, alerter), Thread(name=name, alerter=alerter, group=group))
    desk.change(thread, [replace(_member(unit), over=True) for unit in units])


def _why_late(units: Sequence[Unit]) -> str | None:
    """What kept these back until now, if anything did."""
    reasons = dict.fromkeys(each.held_by for unit in units for each in unit.openings if each.held_by)
    return f"Held back until now: {'; '.join(reasons)}." if reasons else None


def _member(unit: Unit, *, quiet: bool = False) -> Member:
    first = unit.first
    return Member(
        episode=unit.episode, opening=first.id, about=first.about, incident=first.incident, quiet=quiet
    )


def tell_news(desk: Desk, units: Sequence[Unit]) -> list[Unit]:
    """Tells in open threads what else became of their members; gives back the units that are left to tell."""
    left = []
    for unit in units:
        threads = [t for t in desk.open_threads() if _member_of(t, unit)]
        news = [each for each in (*unit.openings, *unit.news) if each.kind in ("flapping", "calm")]
        if not threads or not news:
            left.append(unit)
            continue
        for thread in threads:
            _tell_news(desk, thread, unit, news[-1])
        rest = tuple(each for each in unit.openings if each not in news)
        if rest or unit.closing:
            left.append(replace(unit, openings=rest, news=()))
    return left


def _member_of(thread: Thread, unit: Unit) -> Member | None:
    return next((m for m in thread.open if m.episode == unit.episode), None)


def _tell_news(desk: Desk, thread: Thread, unit: Unit, news: Pending) -> None:
    member = _member_of(thread, unit)
    assert member is not None
    if thread.alerter in news.planned_for:
        return None
    why = not_now(desk, member.about)
    if why:
        return desk.hold(news, *why)
    kind: AlertKind = "flapping" if news.kind == "flapping" else "calm"
    desk.drafts.append(
        Draft(
            key=key_of(thread.name, kind, [news]),
            alerter=thread.alerter,
            thread=thread.name,
            kind=kind,
            notices=(news.id,),
            shown=(member.opening,),
            still_failing=tuple(m.about.target for m in thread.open) if kind == "calm" else (),
        )
    )
    desk.change(thread, [replace(member, quiet=kind == "flapping")])
    return None
