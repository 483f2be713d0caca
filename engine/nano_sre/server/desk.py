"""What the server asks of whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from nano_sre.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the agent itself is. Ages and lags in seconds; None where there is nothing to be old.

    `results` counts results since the start by verdict (pass, warn, fail, inconclusive), `deliveries` tries to send by
    (alerter, outcome: sent, retried, dead). `troubles` are sentences: any of them makes the agent unwell.
    """

    version: str
    started: datetime
    now: datetime
    serial: int = 0
    checks: int = 0
    running: int = 0
    skipped: int = 0
    lag: float = 0.0
    next_due: datetime | None = None
    last_cycle: datetime | None = None
    results: Mapping[str, int] = field(default_factory=dict)
    oldest_verdict: float | None = None
    open_incidents: int = 0
    outbox_depth: int = 0
    outbox_age: float | None = None
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dead_letters: int = 0
    dead_events: int = 0
    heartbeat_at: datetime | None = None
    troubles: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return not self.troubles


class Desk(Protocol):
    """The agent as the server sees it."""

    @property
    def store(self) -> Store: ...

    def health(self) -> Health:
        """How it is now. Cheap: it is asked every few seconds."""
        ...

    async def receive(self, trigger: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """A call to a trigger's address: the HTTP status and a sentence for the answer."""
        ...

    async def pressed(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Somebody pressed a button of a message: the HTTP status and a sentence for the service that tells it."""
        ...
