"""When the next result of a target was meant to come: what nobody runs by itself is never missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nano_sre.agent.schedule import EPOCH, MILLISECOND, Rule, Timing, rule_of

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Expected:
    """Knows the timings of every target, and when each was last seen."""

    seen: dict[str, datetime] = field(default_factory=dict)
    _rules: dict[str, list[Rule]] = field(default_factory=dict, init=False)

    def follow(self, timings: Iterable[Timing], targets: Mapping[str, Iterable[str]]) -> None:
        """`targets` says which targets run when the timing of a name is due."""
        self._rules = {}
        for timing in timings:
            rule = rule_of(timing)
            for target in targets.get(timing.name, ()):
                self._rules.setdefault(target, []).append(rule)

    def saw(self, target: str, at: datetime) -> None:
        """A result of the target came in."""
        self.seen[target] = max(at, self.seen.get(target, at))

    def due(self, target: str) -> datetime | None:
        """The first moment after its last result at which the target runs by itself; far away when it does not.

        None when it was never seen.
        """
        rules, last = self._rules.get(target), self.seen.get(target)
        if not rules:
            return NEVER
        if last is None:
            return None
        moment = (last - EPOCH) // MILLISECOND
        following = [after for rule in rules if (after := rule.after(moment)) is not None]
        return EPOCH + timedelta(milliseconds=min(following)) if following else NEVER
