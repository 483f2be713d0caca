"""How the agent itself is: what it counts, what troubles it, and whether its last cycle was a full one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nano_sre.core.result import TargetResult

LATE = timedelta(minutes=5)  # a schedule that lags more is not what its checks ask for


@dataclass(slots=True, kw_only=True)
class Pulse:
    """Counts since the start. `troubles` hold a sentence under what they are about, until it is over."""

    started: datetime
    lag: timedelta = timedelta()
    last_cycle: datetime | None = None
    heartbeat_at: datetime | None = None
    results: Counter[str] = field(default_factory=Counter)
    troubles: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = lambda _text: None

    def saw(self, result: TargetResult) -> None:
        """One more result."""
        word = "inconclusive" if result.inconclusive is not None else result.status.lower()
        self.results[word] += 1

    def trouble(self, about: str, sentence: str | None) -> None:
        """Something troubles the agent, or (None) does no longer. Each is said once when it begins and ends."""
        known = self.troubles.get(about)
        if sentence is None:
            if self.troubles.pop(about, None) is not None:
                self.say(f"Over: {known}")
        elif known != sentence:
            self.troubles[about] = sentence
            self.say(sentence)

    def began(self, due: datetime, now: datetime, *, looked_at: datetime | None) -> None:
        """What was due then begins now. Late is only what was due since somebody looked last: not what an earlier
        process missed, nor the moment just past with which a new check begins.
        """
        self.lag = max(timedelta(), now - max(due, looked_at or now))
        late = self.lag > LATE
        minutes = round(self.lag.total_seconds() / 60)
        self.trouble("schedule", f"Checks begin {minutes} minutes late." if late else None)
