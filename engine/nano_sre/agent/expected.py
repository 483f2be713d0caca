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
    _awaited: dict[str, datetime] = field(default_factory=dict, init=False)
    _rules: dict[str, list[Rule]] = field(default_factory=dict, init=False)

    def follow(
        self, timings: Iterable[Timing], targets: Mapping[str, Iterable[str]], *, now: datetime
    ) -> None:
        """`targets` says which targets run when the timing of a name is due. New ones are waited for from `now` on."""
        self._rules = {}
        for timing in timings:
            rule = rule_of(timing)
            for target in targets.get(timing.name, ()):
                self._rules.setdefault(target, []).append(rule)
        self._awaited = {target: self._awaited.get(target, now) for target in self._rules}

    def saw(self, target: str, at: datetime) -> None:
        """A result of the target came in."""
        self.seen[target] = max(at, self.seen.get(target, at))

    def due(self, target: str) -> datetime:
        """The first moment after its last result at which the target runs by itself; far away when it does not.

        Of what was never seen: the first since it is waited for.
        """
        rules = self._rules.get(target)
        if not rules:
            return NEVER
        last = self.seen.get(target, self._awaited[target])
        moment = (last - EPOCH) // MILLISECOND
        following = [after for rule in rules if (after := rule.after(moment)) is not None]
        return EPOCH + timedelta(milliseconds=min(following)) if following else NEVER
