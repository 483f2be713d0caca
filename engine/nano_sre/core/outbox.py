"""What waits to be told, what was told to whom, and what is planned next: the data between `store` and `alerts`.

A **notice** waits in the outbox; a **thread** is one trouble as one alerter knows it; a **draft** is a message that
is planned and a **delivery** one that lies ready to be sent. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from nano_sre.core.alert import AlertKind
from nano_sre.core.incident import NoticeKind, Seen
from nano_sre.core.values import frozen


@frozen
class About:
    """What routes, hours and maintenance ask of a trouble."""

    target: str
    check_id: str
    store_id: str
    kind: str = ""
    severity: str = "P2"
    cause: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None


@frozen
class Pending:
    """A notice that somebody may still have to be told. `id` is its row in the outbox.

    `planned_for` names the alerters that a message with it was planned for, whatever became of that message.
    `over` says that nothing fails any more, for notices that end something.
    """

    id: int
    kind: NoticeKind
    episode: str
    number: int
    about: About
    at: datetime
    created_at: datetime
    over: bool = False
    incident: int | None = None
    held_by: str | None = None
    planned_for: frozenset[str] = frozenset()


@frozen
class Attention:
    """What people have said about the incident of an episode."""

    acknowledged: bool = False
    snoozed_until: datetime | None = None


@frozen
class Member:
    """One episode in a thread. `opening` is the notice that began it; `told` that the alerter was reached with it.

    `quiet` asks for no reminders: it is flapping, and that was said.
    """

    episode: str
    opening: int
    about: About
    incident: int | None = None
    told: bool = False
    over: bool = False
    quiet: bool = False


@frozen
class Queued:
    """A delivery of a thread that is not settled yet.

    `sending` means that it may have arrived: somebody is at it right now, or has died over it.
    """

    id: int
    kind: AlertKind
    episodes: tuple[str, ...]
    sending: bool = False


@frozen
class Thread:
    """One trouble as one alerter knows it.

    `told_at` is when trouble was last told, `reminded` how often it was repeated.
    """

    name: str
    alerter: str
    group: str
    told_at: datetime | None = None
    reminded: int = 0
    members: tuple[Member, ...] = ()
    queued: tuple[Queued, ...] = ()

    @property
    def open(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if not m.over)


@frozen
class World:
    """All that planning looks at, read at one moment.

    `failing` holds the checks that fail now by (store, check): `pending` while that is not certain, else `firing`.
    `threads` are those with open members.
    """

    pending: tuple[Pending, ...] = ()
    threads: tuple[Thread, ...] = ()
    attention: Mapping[str, Attention] | None = None
    failing: Mapping[tuple[str, str], Literal["pending", "firing"]] | None = None


@frozen
class Draft:
    """A message that is planned. `notices` are what it tells; `shown` the openings whose targets it shows.

    `ended` gives the end of those that are over, by opening. `key` is the same however often it is planned.
    """

    key: str
    alerter: str
    thread: str
    kind: AlertKind
    notices: tuple[int, ...]
    shown: tuple[int, ...]
    still_failing: tuple[str, ...] = ()
    ended: Mapping[int, datetime] | None = None
    remark: str | None = None


@frozen
class Held:
    """A notice that has to wait: why, in words for a person, and until when, if that is known."""

    id: int
    by: str
    until: datetime | None = None


@frozen
class Remark:
    """A line for the timeline of an incident."""

    incident: int
    what: str
    text: str


@frozen
class Plan:
    """What is to be done with a `World`, in one transaction.

    `cancelled` are deliveries that nobody has begun to send and that something newer replaces; `settled` notices are
    planned for everybody they concern, `dropped` ones are told to nobody. `next_at` is when time alone changes it.
    """

    drafts: tuple[Draft, ...] = ()
    threads: tuple[Thread, ...] = ()
    cancelled: tuple[int, ...] = ()
    held: tuple[Held, ...] = ()
    settled: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()
    next_at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not (
            self.drafts or self.threads or self.cancelled or self.settled or self.dropped or self.held
        )


@frozen
class Delivery:
    """A message that lies ready to be sent. `alert` is its content as it was written when it was planned.

    `key` and `alerter` name it in whatever database, as they name what the receiver gets. `doubtful` ones may have
    arrived: somebody died over them.
    """

    id: int
    key: str
    alerter: str
    thread: str
    kind: AlertKind
    attempts: int
    created_at: datetime
    alert: str
    ref: Mapping[str, str]
    doubtful: bool = False


@frozen
class Receipt:
    """A channel took a delivery, at that moment. `ref` is what later messages of its thread need."""

    key: str
    alerter: str
    at: datetime
    detail: str = ""
    ref: Mapping[str, str] | None = None


@frozen
class Backlog:
    """How full the outbox is. `oldest` is the creation of the oldest thing that still has to be told or sent."""

    waiting: int = 0  # notices that no message was planned for yet
    held: int = 0
    unsent: int = 0  # deliveries
    dead: int = 0
    oldest: datetime | None = None


Payload = Mapping[str, Any]
"""What a message says of a notice, as plain data: `item` (an `AlertItem`) and `causes`, the likeliest first."""


@frozen
class Verdict:
    """One verdict of the past, as far as telling is concerned."""

    target: str
    check_id: str
    kind: str
    at: datetime
    seen: Seen
    summary: str


@frozen
class PastMessage:
    """A message that somebody got, or would have got."""

    at: datetime
    alerter: str
    kind: AlertKind
    title: str
