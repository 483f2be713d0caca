"""Says again what still lasts, unless somebody looks after it or asked for quiet."""

from __future__ import annotations

from nano_sre.alerts.desk import Desk
from nano_sre.alerts.mute import not_now
from nano_sre.alerts.rules import NO_DATA
from nano_sre.core.outbox import Draft, Member, Thread


def remind(desk: Desk) -> None:
    """Plans a reminder for each thread whose time has come; one is enough, however long nobody could be told."""
    for thread in desk.open_threads():
        if thread.queued or _is_drafted(desk, thread):
            continue
        due = [m for m in thread.open if _due(desk, thread, m)]
        if not due:
            continue
        desk.drafts.append(
            Draft(
                key=f"{thread.name}:reminder:{thread.reminded + 1}",
                alerter=thread.alerter,
                thread=thread.name,
                kind="still_no_data" if thread.group == NO_DATA else "reminder",
                notices=tuple(m.opening for m in due),
                shown=tuple(m.opening for m in due),
            )
        )


def _is_drafted(desk: Desk, thread: Thread) -> bool:
    return any((draft.thread, draft.alerter) == (thread.name, thread.alerter) for draft in desk.drafts)


def _due(desk: Desk, thread: Thread, member: Member) -> bool:
    attention = desk.attention(member.episode)
    every = desk.rules.remind_every(member.about)
    silent = member.quiet or desk.is_ending(member.episode) or attention.acknowledged or not every
    if silent or thread.alerter not in desk.rules.recipients(member.about):
        return False
    if attention.snoozed_until and attention.snoozed_until > desk.now:
        desk.wake(attention.snoozed_until)
        return False
    why = not_now(desk, member.about)
    if why:
        desk.wake(why[1])
        return False
    at = (thread.told_at or desk.now) + every
    desk.wake(at)
    return at <= desk.now
