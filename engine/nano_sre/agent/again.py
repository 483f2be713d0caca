"""When to look again at what is due rarely and got no verdict: blind at night, the monitor looks in the morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PAUSES = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
"""Before each further try, the last one for good: who refuses a monitor is not to be asked more and more often."""


@dataclass(slots=True)
class Again:
    """Counts the tries of each name on the timetable that told nothing."""

    tries: dict[str, int] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether anything is tried again."""
        return bool(self.tries)

    def after(
        self, name: str, verdicts: Sequence[bool], *, now: datetime, following: datetime | None
    ) -> datetime | None:
        """When `name` is tried again; None when it need not be, or its own next moment comes within the hour.

        `verdicts` says of each result whether the store could be judged. Nothing is known of none.
        """
        if all(verdicts):
            if verdicts:
                self.tries.pop(name, None)
            return None
        tried = self.tries.get(name, 0)
        self.tries[name] = tried + 1
        soon = following is not None and following - now <= PAUSES[-1]
        return None if soon else now + PAUSES[min(tried, len(PAUSES) - 1)]
