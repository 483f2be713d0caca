"""Triggers in Python: something that has pending events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nano_sre.core.clock import Clock, SystemClock


class IntervalTrigger:
    """Is due every `interval` seconds, at once the first time.

    Ticks missed while nobody looked count as one: a monitor that slept must not storm the store.
    """

    def __init__(self, interval: float = 1800.0, *, clock: Clock | None = None) -> None:
        if interval <= 0:
            raise ValueError(f"interval is {interval}; it must be more than 0 seconds")
        self.interval = timedelta(seconds=interval)
        self._clock = clock or SystemClock()
        self._due = self._clock.now()

    @property
    def due(self) -> datetime:
        """When the next event comes, in UTC."""
        return self._due

    def has_pending_events(self) -> bool:
        return self._clock.now() >= self._due

    def pop_event(self) -> dict[str, Any]:
        """The event that is due, or `{}` when none is; the next comes on the same beat."""
        now = self._clock.now()
        if now < self._due:
            return {}
        event = {"trigger": "interval", "due": self._due.isoformat()}
        missed = (now - self._due) // self.interval
        self._due += (missed + 1) * self.interval
        return event
