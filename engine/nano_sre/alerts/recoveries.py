"""Tells what is over, to exactly those who were told that it began: a recovery is never limited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nano_sre.alerts.desk import Desk, Unit, key_of
from nano_sre.alerts.mute import not_now
from nano_sre.core.alert import AlertKind
from nano_sre.core.outbox import Draft, Member, Pending, Thread

_KINDS: dict[frozenset[str], AlertKind] = {
    frozenset({"calm"}): "calm",
    frozenset({"data_back"}): "data_back",
}


def tell_recoveries(desk: Desk, units: Sequence[Unit]) -> None:
    """Plans a message for each thread in which something ended."""
    by_episode = {unit.episode: unit.closing for unit in units if unit.closing}
    for thread in desk.open_threads():
        ended = {m.episode: by_episode[m.episode] for m in thread.open if m.episode in by_episode}
        if ended:
            _tell(desk, thread, ended)


def _tell(desk: Desk, thread: Thread, ended: Mapping[str, Pending]) -> None:
    thread = _forget_untold(desk, thread, ended)
    over = [m for m in thread.open if m.episode in ended]
    muted = {m.episode: why for m in over if (why := not_now(desk, m.about))}
    for episode, (by, until) in muted.items():
        desk.hold(ended[episode], by, until)
    over = [m for m in over if m.episode not in muted]
    if not over:
        return
    rest = [m for m in thread.open if m not in over]
    closings = [ended[m.episode] for m in over]
    if rest and desk.waits(closings, patience=_patience(desk, closings)):
        for each in closings:
            desk.keep(each)
        return
    if not rest and _never_told(thread):
        _tell_afterwards(desk, thread, over, closings)
    else:
        _tell_over(desk, thread, over, closings, rest)
    desk.change(thread, [replace(m, over=True) for m in over])


def _patience(desk: Desk, closings: Sequence[Pending]) -> int:
    """A monitor that can judge again says so once: its checks come back one after another, as they are due."""
    back = all(each.kind == "data_back" for each in closings)
    return int(desk.rules.policy.at_most_every) if back else 0


def _forget_untold(desk: Desk, thread: Thread, ended: Mapping[str, Pending]) -> Thread:
    """Whose beginning could not be delivered is not told of the end either."""
    queued = {episode for delivery in thread.queued for episode in delivery.episodes}
    untold = [m for m in thread.open if m.episode in ended and not m.told and m.episode not in queued]
    return desk.change(thread, [replace(m, over=True) for m in untold]) if untold else thread


def _never_told(thread: Thread) -> bool:
    """Whether all that there is of the thread still lies in the queue, untouched."""
    fresh = not any(m.told or m.over for m in thread.members)
    return fresh and bool(thread.queued) and not any(delivery.sending for delivery in thread.queued)


def _tell_afterwards(desk: Desk, thread: Thread, over: Sequence[Member], closings: Sequence[Pending]) -> None:
    """It was over before anybody could be told that it began: one message says both."""
    desk.cancelled += [delivery.id for delivery in thread.queued]
    kind: AlertKind = "data_back" if all(c.kind == "data_back" for c in closings) else "was_down"
    _draft(desk, thread, kind, over, closings, openings=tuple(m.opening for m in over))


def _tell_over(
    desk: Desk, thread: Thread, over: Sequence[Member], closings: Sequence[Pending], rest: Sequence[Member]
) -> None:
    kind = _KINDS.get(frozenset(c.kind for c in closings), "partly_resolved" if rest else "resolved")
    _draft(desk, thread, kind, over, closings, rest=rest)


def _draft(
    desk: Desk,
    thread: Thread,
    kind: AlertKind,
    over: Sequence[Member],
    closings: Sequence[Pending],
    *,
    rest: Sequence[Member] = (),
    openings: tuple[int, ...] = (),
) -> None:
    desk.drafts.append(
        Draft(
            key=key_of(thread.name, kind, closings),
            alerter=thread.alerter,
            thread=thread.name,
            kind=kind,
            notices=(*openings, *dict.fromkeys(c.id for c in closings)),
            shown=tuple(m.opening for m in over),
            still_failing=tuple(m.about.target for m in rest),
            ended={m.opening: c.at for m, c in zip(over, closings, strict=True)},
        )
    )
