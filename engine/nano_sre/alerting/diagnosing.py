"""Why something fails, asked of what the store remembers."""

from __future__ import annotations

import asyncio

from nano_sre.alerting.road import Diagnose
from nano_sre.core.clock import Clock
from nano_sre.core.diagnosis import Diagnosis
from nano_sre.core.result import TargetResult
from nano_sre.service import evidence_for, registered_rules, rule_diagnoser
from nano_sre.store.store import Store


def diagnosing(store: Store, clock: Clock) -> Diagnose:
    """A diagnosis by the engine's rules and those that are applied, with the evidence of a store."""
    diagnoser = rule_diagnoser(lambda: registered_rules(store))

    async def diagnose(result: TargetResult) -> Diagnosis:
        now = clock.now()
        evidence = await asyncio.to_thread(lambda: evidence_for(store, result, now=now))
        return await diagnoser.diagnose(evidence)

    return diagnose
