"""Results that become incidents, the way the engine records them."""

from __future__ import annotations

import asyncio
import functools
from datetime import datetime, timedelta
from typing import Any

from nano_sre.core.incident import AlertState, Incident, Notice
from nano_sre.core.policy import Policy
from nano_sre.core.result import TargetResult
from nano_sre.incidents.machine import decide, pass_time
from nano_sre.store import Store, incident_desk, incidents
from nano_sre.store.alert_states import state_of
from support.results import NOON, make_failure, make_result


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


class Round:
    """Results of one store, a quarter of an hour apart, each recorded and then judged under a policy."""

    def __init__(self, store: Store, **policy: Any) -> None:
        self.store = store
        self.policy = Policy(**policy)
        self.minute = 0.0

    @property
    def now(self) -> datetime:
        return minutes(self.minute)

    def passes(self, check_id: str = "checkout", **more: Any) -> list[str]:
        return self._kinds(self.take(make_result(check_id, at=self._next(), **more)))

    def fails(
        self, check_id: str = "checkout", *, beside: Any = None, diagnosis: Any = None, **more: Any
    ) -> list[str]:
        made = make_failure(check_id, at=self._next(), **more)
        return self._kinds(self.take(made, beside=beside, diagnosis=diagnosis))

    def take(self, result: TargetResult, **more: Any) -> tuple[Notice, ...]:
        asyncio.run(self.store.record(result, run_id=f"r{self.minute:g}"))
        choose = functools.partial(decide, policy=self.policy, now=self.now)
        return self.store.write_now(
            lambda db: incidents.apply(db, result, decide=choose, now=self.now, **more)
        )

    def waits(self, count: float, **more: Any) -> list[str]:
        self.minute += count
        choose = functools.partial(pass_time, policy=self.policy, now=self.now, **more)
        silent = self.store.read(lambda db: incidents.silent(db, choose))
        return self._kinds(
            self.store.write_now(lambda db: incidents.let_time_pass(db, choose, now=self.now, targets=silent))
        )

    def incidents(self, **more: Any) -> list[Incident]:
        return self.store.read(lambda db: incident_desk.listed(db, resolved=True, **more))

    def the_incident(self) -> Incident:
        (found,) = self.incidents()
        return found

    def timeline(self, number: int) -> list[str]:
        return [f"{e.what}: {e.text}" for e in self.store.read(lambda db: incident_desk.timeline(db, number))]

    def state(self, target: str = "main/checkout@desktop/us") -> AlertState:
        return self.store.read(lambda db: state_of(db, target))

    def outbox(self) -> list[tuple[Any, ...]]:
        """(kind, target, number) of everything that waits to be told, in order."""
        rows = self.store.db.execute("SELECT kind, target, number FROM outbox ORDER BY id").fetchall()
        return [tuple(row) for row in rows]

    def _next(self) -> datetime:
        self.minute += 15
        return self.now

    @staticmethod
    def _kinds(notices: tuple[Notice, ...]) -> list[str]:
        return [each.kind for each in notices]
