"""What becomes of a target over time: the states an incident goes through, and the notices it gives out.

`incidents/` decides with these and nothing else; the store keeps them; `alerts/` turns notices into messages.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from nano_sre.core.values import frozen

Seen = Literal["pass", "warn", "fail", "inconclusive"]
Phase = Literal["ok", "pending", "firing", "recovering"]
NoticeKind = Literal["fired", "resolved", "flapping", "calm", "no_data", "data_back"]
MONITOR = "monitor"
"""The first part of a target that is no store's: `monitor/alerts/team` is an incident of the monitor's own.

In a timeline, it is who does what no person does.
"""


@frozen
class Observation:
    """One result of a target, as far as incidents care. `at` is when it was judged, in UTC.

    `others_failing` counts the other devices of the same check, store, market and variant that fail now;
    `others` how many of them there are.
    """

    at: datetime
    seen: Seen
    others_failing: int = 0
    others: int = 0


@frozen
class AlertState:
    """All that is remembered of one target between two results. Times are UTC.

    `episode` names one trouble from its first failure to its end; `number` counts the notices of that episode, so
    that (`episode`, `number`) names a notice for ever. `recent` holds the last judged results, oldest first, True for
    a failure; `turns` when the target last began or ended to fail, for flapping.
    """

    target: str
    phase: Phase = "ok"
    episode: str | None = None
    number: int = 0
    failures: int = 0
    passes: int = 0
    recent: tuple[bool, ...] = ()
    turns: tuple[datetime, ...] = ()
    flapping: bool = False
    failing_since: datetime | None = None
    fired_at: datetime | None = None
    judged_at: datetime | None = None  # the last result that was no inconclusive one
    blind_since: datetime | None = None  # the first of the inconclusive results since then
    no_data: bool = False
    blind_episode: str | None = None  # names the monitor's own trouble with this target
    warned: bool = False  # the episode has seen warnings only: a failure would make it worse

    def over(self) -> AlertState:
        """The state after its episode. Turns stay, since flapping counts them across episodes."""
        return replace(
            self,
            phase="ok",
            episode=None,
            number=0,
            failures=0,
            recent=(),
            flapping=False,
            failing_since=None,
            fired_at=None,
            warned=False,
        )


@frozen
class Notice:
    """Something that became true of a target and that somebody may want to be told.

    `since` is when the trouble began; `until` when it ended, for `resolved`, `calm` and `data_back`. A `calm`
    without `until` is calm and still fails. A second `fired` of an episode says that warnings became a failure.
    """

    kind: NoticeKind
    target: str
    episode: str
    number: int
    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    failures: int = 0

    @property
    def key(self) -> str:
        """Names the notice for ever: the same transition has the same key however often it is decided."""
        return f"{self.episode}:{self.number}"


@frozen
class Incident:
    """One trouble of one target, as it is kept. `details` is the owner's free JSON.

    `state` is finer than the owner's `open`/`resolved`: pending troubles are no incidents yet.
    """

    id: int
    episode: str
    target: str
    check_id: str
    kind: str
    store_url: str
    severity: str
    title: str
    state: Literal["firing", "recovering", "resolved"]
    opened_at: datetime
    resolved_at: datetime | None = None
    cause: str | None = None  # the id of its likeliest cause
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    flapping: bool = False
    run_id: str | None = None  # of the failure that opened it
    details: dict[str, Any] | None = None
    error_context: dict[str, Any] | None = None


@frozen
class IncidentEvent:
    """One line of an incident's timeline. `who` is a person, a channel or the monitor itself."""

    at: datetime
    what: str  # failed, fired, told, held, acknowledged, snoozed, passed, resolved, note …
    text: str
    who: str = ""
    details: dict[str, Any] | None = None
