"""Troubles of the monitor itself, judged and told like those of a store."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from nano_sre.alerts.rules import own_trigger
from nano_sre.core.policy import Policy
from nano_sre.core.result import SkillResult, Status, TargetResult
from nano_sre.core.trigger import TriggersFile
from nano_sre.incidents.machine import decide
from nano_sre.store import alert_states, incidents, triggers
from nano_sre.store.triggers import KeptEvent

OWN_POLICY = Policy(flapping="off")


def judge_own(
    db: Any,
    target: str,
    *,
    kind: str,
    name: str,
    check_id: str,
    trouble: str | None,
    well: str,
    now: datetime,
) -> None:
    """What serves the monitor is a target of its own. `trouble` says what is wrong with it, `well` that it is over."""
    if trouble is None and alert_states.state_of(db, target).phase == "ok":
        return
    status: Status = "FAIL" if trouble else "PASS"
    result = TargetResult(
        result=SkillResult(kind, status, trouble or well, timestamp=now),
        target=target,
        check_id=check_id,
        kind=kind,
        name=name,
        store_id="monitor",
        store_url="",
        severity="P1",
    )
    incidents.apply(db, result, decide=partial(decide, policy=OWN_POLICY, now=now), now=now)


def judge_trigger(db: Any, trigger: str, *, trouble: str | None, now: datetime) -> None:
    """A trigger one of whose events had to be put aside, or whose events run again."""
    judge_own(
        db,
        own_trigger(trigger),
        kind="trigger",
        name=f"The trigger “{trigger}”",
        check_id=TriggersFile.id,
        trouble=trouble,
        well=f"An event of “{trigger}” has run to its end again",
        now=now,
    )


def put_aside(db: Any, kept: KeptEvent, *, now: datetime) -> str:
    """An event whose run never comes to an end runs no more, and people are told: in one transaction. Says why."""
    event = kept.event
    why = (
        f"The event “{event.key}” of the trigger “{event.trigger}” was put aside: its run was begun "
        f"{kept.attempts} times, and each time the agent died or the run broke off"
    )
    triggers.put_aside(db, kept.id, why=why, at=now)
    judge_trigger(db, event.trigger, trouble=why, now=now)
    return f"{why}."
