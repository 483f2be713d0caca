"""How fast and how often: what one alerter may be asked at once, and how long to wait after a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

LONGEST_PAUSE = timedelta(minutes=10)
LONGEST_REQUESTED = timedelta(hours=1)
"""What a channel may ask for under Retry-After; more would look like a channel that is gone."""
FIRST_PAUSE = timedelta(seconds=2)


def pause_after(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after so many tries: exponential, with full jitter (`chance` is from 0 to 1)."""
    ceiling: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, 20)))
    return ceiling * chance


@dataclass(slots=True)
class Bucket:
    """So many messages at once, and then so many a second. Seconds come from a monotonic clock."""

    monotonic: Callable[[], float]
    burst: int = 10
    per_second: float = 1.0
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._at = float(self.burst), self.monotonic()

    def take(self, wanted: int) -> int:
        """How many of these may be sent now; they count as sent."""
        now = self.monotonic()
        self._tokens = min(float(self.burst), self._tokens + (now - self._at) * self.per_second)
        self._at = now
        given = min(wanted, int(self._tokens))
        self._tokens -= given
        return given

    def give_back(self, unused: int) -> None:
        self._tokens = min(float(self.burst), self._tokens + unused)

    @property
    def wait(self) -> float:
        """Seconds until the next one."""
        return max(0.0, (1.0 - self._tokens) / self.per_second)
