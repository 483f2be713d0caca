"""Everything that can ask for a run besides the clock, under one roof; made anew when triggers.yaml changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from nano_sre.agent.inbox import Inbox
from nano_sre.agent.live import LiveTriggers
from nano_sre.agent.receivers import Receivers
from nano_sre.core.clock import Clock
from nano_sre.core.trigger import NamedTrigger, Reveal, TriggersFile


@dataclass(slots=True, kw_only=True)
class Sources:
    """What is called over HTTP, watched or polled. `foreign` are trigger objects of other people, by name."""

    inbox: Inbox
    reveal: Reveal
    clock: Clock
    say: Callable[[str], None]
    folder: Path = field(default_factory=Path)
    foreign: Mapping[str, Any] = field(default_factory=dict)
    named: tuple[NamedTrigger, ...] = field(default=(), init=False)
    _receivers: Receivers | None = field(default=None, init=False)
    _live: LiveTriggers | None = field(default=None, init=False)
    _file: TriggersFile | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._live is not None:
            await self._live.stop()

    @property
    def troubles(self) -> Mapping[str, str]:
        """What cannot be watched now, a sentence for each trigger."""
        return self._live.troubles if self._live else {}

    async def follow(self, file: TriggersFile, folder: Path) -> None:
        """Watch what the file says from now on; `folder` is where its paths begin."""
        if file == self._file and folder == self.folder:
            return
        self._file, self.folder = file, folder
        self.named = tuple(
            NamedTrigger(name=each.name, kind=each.trigger, run=each.run, timezone=each.timezone or "UTC")
            for each in file.triggers
        )
        self._receivers = Receivers(
            self.named, self.inbox, reveal=self.reveal, say=self.say, clock=self.clock
        )
        if self._live is not None:
            await self._live.stop()
        self._live = LiveTriggers(
            self.named,
            self.inbox,
            reveal=self.reveal,
            say=self.say,
            folder=folder,
            foreign=self.foreign,
            clock=self.clock,
        )
        await self._live.start()

    async def receive(self, trigger: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """A call over HTTP: the status and a sentence for whoever called."""
        if self._receivers is None:
            return 503, "The agent is not ready yet. Please send it again in a moment."
        return await self._receivers.receive(trigger, headers, body)
