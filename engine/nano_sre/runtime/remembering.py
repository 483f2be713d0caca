"""What watchers remember: over the visits of a round, and from round to round in the store's baselines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from nano_sre.core.program import Program


@dataclass(slots=True)
class Memory:
    """What the watchers of one program remember over the visits of a round, and from round to round."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    baselines: Mapping[str, _Baseline] = field(default_factory=dict)

    def of(self, word: str) -> dict[str, Any]:
        return self.kept.setdefault(word, {})

    async def commit(self, words: Collection[str]) -> None:
        """Write what these watchers want to know next time."""
        for word, baseline in self.baselines.items():
            if word in words:
                await baseline.commit()


@dataclass(slots=True)
class _Baseline:
    """Implements `core.ports.Baseline` on the store's table of baselines."""

    store: Any
    skill: str
    url: str
    target: str
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    found: dict[str, Any] | None = None

    def read(self, about: str = "") -> Mapping[str, Any]:
        """What was kept; empty the first time."""
        row = self._rows.get(about)
        known: Mapping[str, Any] = {} if row is None else row.data
        return known

    def keep(self, values: Mapping[str, Any], about: str = "") -> None:
        """Keep values beside those kept before, once the round has its verdict."""
        self.waiting.setdefault(about, {}).update(values)

    async def commit(self) -> None:
        if self.waiting:
            known = {about: row.text for about, row in self._rows.items()}
            await self.store.keep_baselines(
                self.skill, self.url, self.waiting, target=self.target, known=known
            )

    @property
    def _rows(self) -> dict[str, Any]:
        """Read once in a round: what is learned in it builds on that."""
        if self.found is None:
            rows = self.store.baselines(skill_name=self.skill, store_url=self.url, target=self.target)
            self.found = {row.metric: row for row in rows}
        return self.found


def memory_of(program: Program, store: Any, url: str) -> Memory:
    """A fresh memory for one round; `store` is None where nothing is remembered."""
    if program.watch is None or store is None:
        return Memory()
    words = [call.word for call in program.watch.calls]
    return Memory(baselines={w: _Baseline(store, f"{program.kind}.{w}", url, program.target) for w in words})
