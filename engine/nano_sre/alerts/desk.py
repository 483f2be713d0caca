"""Where a plan grows: the threads as they will be, the drafts so far, and what has to wait for what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nano_sre.alerts.rules import Rules
from nano_sre.core.outbox import Attention, Draft, Held, Member, Pending, Plan, Remark, Thread, World
from nano_sre.core.values import frozen

TROUBLE_FIRST = ("fired", "no_data", "flapping")


@frozen
class Unit:
    """All that waits of one episode: what opens it, what there is to say meanwhile, and what ends it."""

    episode: str
    openings: tuple[Pending, ...] = ()
    news: tuple[Pending, ...] = ()
    closing: Pending | None = None

    @property
    def first(self) -> Pending:
        return self.openings[0]

    @property
    def every(self) -> tuple[Pending, ...]:
        return (*self.openings, *self.news, *((self.closing,) if self.closing else ()))

    @property
    def planned_for(self) -> frozenset[str]:
        """The alerters that hear, or have heard, of its beginning."""
        return frozenset().union(*(each.planned_for for each in self.openings))


def units(pending: Iterable[Pending]) -> list[Unit]:
    """The notices by episode, in the order of their numbers."""
    found: dict[str, list[Pending]] = {}
    for each in sorted(pending, key=lambda p: (p.at, p.number, p.id)):
        found.setdefault(each.episode, []).append(each)
    return [_unit(episode, notices) for episode, notices in found.items()]


def _unit(episode: str, notices: list[Pending]) -> Unit:
    begun = tuple(each for each in notices if each.kind in TROUBLE_FIRST)
    ends = [each for each in notices if each.over]
    news = tuple(each for each in notices if each.kind not in TROUBLE_FIRST and not each.over)
    return Unit(episode=episode, openings=begun, news=news, closing=ends[-1] if ends else None)


@dataclass(slots=True)
class Desk:
    """Collects what will be done. Every notice that nothing keeps open is settled in the end."""

    world: World
    rules: Rules
    now: datetime
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    dropped: dict[int, str] = field(default_factory=dict)
    _changed: set[tuple[str, str]] = field(default_factory=set)
    _open: dict[int, Pending] = field(default_factory=dict)
    _held: dict[int, Held] = field(default_factory=dict)
    _next: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.threads = {(t.name, t.alerter): t for t in self.world.threads}

    def attention(self, episode: str) -> Attention:
        return (self.world.attention or {}).get(episode, Attention())

    def open_threads(self) -> Iterator[Thread]:
        return (thread for thread in list(self.threads.values()) if thread.open)

    def thread_of(self, group: str, alerter: str) -> Thread | None:
        """The open thread of a group as that alerter knows it."""
        return next((t for t in self.open_threads() if t.group == group and t.alerter == alerter), None)

    def name_of(self, group: str, first: Pending) -> str:
        """The name under which others know the group already, or a new one."""
        known = next((t.name for t in self.open_threads() if t.group == group), None)
        return known or f"{group}/{first.episode}"

    def put(self, thread: Thread) -> None:
        self.threads[thread.name, thread.alerter] = thread
        self._changed.add((thread.name, thread.alerter))

    def change(self, thread: Thread, members: Iterable[Member]) -> Thread:
        """The thread with these members in place of its own of the same episodes."""
        new = {member.episode: member for member in members}
        kept = [new.pop(member.episode, member) for member in thread.members]
        changed = replace(thread, members=(*kept, *new.values()))
        self.put(changed)
        return changed

    # What has to wait

    def keep(self, notice: Pending, *, until: datetime | None = None) -> None:
        """The notice stays as it is, for now."""
        self._open[notice.id] = notice
        self.wake(until)

    def hold(self, notice: Pending, by: str, until: datetime | None = None) -> None:
        """The notice stays, and its incident says why."""
        self.keep(notice, until=until)
        self._held[notice.id] = Held(id=notice.id, by=by, until=until)

    def drop(self, notice: Pending, why: str) -> None:
        self.dropped[notice.id] = why

    def wake(self, at: datetime | None) -> None:
        """Something may change at that time, all by itself."""
        if at is not None and at > self.now:
            self._next.append(at)

    def is_ending(self, episode: str) -> bool:
        """Whether it is over, and that waits to be told."""
        return any(each.over and each.episode == episode for each in self._open.values())

    def waits(self, notices: Iterable[Pending], *, patience: int = 0) -> bool:
        """Whether the first of these still waits for others that belong to it; `patience` (ms) when that is longer."""
        first = min(each.created_at for each in notices)
        until = first + timedelta(milliseconds=max(patience, int(self.rules.policy.group_wait)))
        if until > self.now:
            self.wake(until)
            return True
        return False

    # What comes out

    def made(self) -> Plan:
        told = {notice for draft in self.drafts for notice in draft.notices}
        held = [each for each in self._held.values() if self._open[each.id].held_by != each.by]
        done: list[int] = []
        gone: list[int] = []
        for each in self.world.pending:
            if each.id in self._open:
                continue
            known = each.id in told or each.planned_for
            (done if known and each.id not in self.dropped else gone).append(each.id)
        return Plan(
            drafts=tuple(self.drafts),
            threads=tuple(self.threads[key] for key in sorted(self._changed)),
            cancelled=tuple(self.cancelled),
            held=tuple(held),
            settled=tuple(done),
            dropped=tuple(gone),
            remarks=tuple(self._remarks(held)),
            next_at=min(self._next, default=None),
        )

    def _remarks(self, held: list[Held]) -> Iterator[Remark]:
        for each in held:
            incident = self._open[each.id].incident
            if incident is not None:
                until = f", until {each.until:%Y-%m-%d %H:%M} UTC" if each.until else ""
                yield Remark(incident=incident, what="held", text=f"Not told yet: {each.by}{until}.")
        incidents = {each.id: each.incident for each in self.world.pending}
        for notice, why in self.dropped.items():
            incident = incidents[notice]
            if incident is not None:
                yield Remark(incident=incident, what="not_told", text=f"Told to nobody: {why}.")


def key_of(thread: str, kind: str, notices: Iterable[Pending]) -> str:
    """Names a message for ever: by its thread, its kind and what it tells."""
    told = " ".join(sorted(f"{each.episode}:{each.number}" for each in notices))
    return f"{thread}:{kind}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"
